// An automation of Flux to the configuration that says the same of magos's own update pass.
import type { Automation } from "../model/automation.ts";
import { formatDuration } from "../model/duration.ts";
import { writeYaml } from "./write_yaml.ts";

/** The text of `magos.yaml`, and what of the automation does not go into it. Of `others` only the paths count. */
export function automationConfig(
  automation: Automation,
  others: readonly Automation[],
): { readonly text: string; readonly left: readonly string[] } {
  const { push, checkout, author, message, signingKey, key, intervalSeconds } = automation;
  const base = checkout?.kind === "branch" ? checkout.value : null;
  const branch = push.branch === null || push.branch.text === base ? null : push.branch.text;
  const paths = [...new Set([automation, ...others].map(({ path }) => path))];
  const body = writeYaml({
    update: {
      paths: paths.includes("") ? ["."] : paths,
      policies: ["policies/**"],
      delivery: branch === null ? "push" : "branch",
      branch: branch ?? undefined,
      commit: { author: { name: author.name, email: author.email } },
    },
  });
  const every = formatDuration(intervalSeconds);
  const left = [
    `interval: let a timer run magos update every ${every}`,
    ...checkout === null ? [] : [`${checkout.kind} ${checkout.value} to begin at: set repo.branch on the host`],
    ...message === null ? [] : ["messageTemplate: write update.commit.message, or leave it to magos's own words"],
    ...signingKey === null ? [] : ["signingKey: set update.commit.sign on the host"],
    ...push.refspec === null ? [] : ["push.refspec"],
    ...Object.keys(push.options).length === 0 ? [] : ["push.options"],
    ...automation.suspended ? ["suspend: magos would run"] : [],
  ];
  return { text: `# From Flux's ImageUpdateAutomation ${key}, which ran every ${every}.\n${body}`, left };
}
