// The configuration of the update pass to an automation of Flux, and what of it Flux cannot do.
import type { Config } from "../documents/config.ts";
import type { ExportedAutomation } from "../documents/flux_resources.ts";
import type { Problem } from "../model/problem.ts";
import { templateFunctions } from "../template/functions.ts";
import { parseTemplate } from "../template/parse.ts";

/** Where Flux pushes to when the branch is a template. */
const plainBranch = "image-updates";

/** How often Flux runs between two scans; a pass without news costs nothing. */
const interval = "12h";

const defaultMessage = `chore(images): update images

{{ range .Changed.Changes -}}
{{ .OldValue }} -> {{ .NewValue }}
{{ end -}}
`;

/** The automation, and a note for each setting that becomes something else. `path` is a folder of the repository. */
export function exportAutomation(
  { repo, update }: Pick<Config, "repo" | "update">,
  path: string,
): { readonly automation: ExportedAutomation; readonly problems: readonly Problem[] } {
  const isTemplate = update.branch.includes("{{");
  const message = update.message === null ? defaultMessage : fluxMessage(update.message);
  const problems: Problem[] = [];
  const note = (message: string, cure: string): void => {
    problems.push({ code: "flux.approximated", severity: "warning", message, cure });
  };
  if (message === null) {
    note("update.commit.message uses what Flux has not; the automation got a message of its own", "write one for Flux");
  }
  if (update.delivery === "branch" && isTemplate) {
    note(
      `Flux takes no template for a branch: it pushes to ${plainBranch}, magos to ${update.branch}`,
      "nothing needs to be done; magos reads magos.dev/branch",
    );
  }
  if (update.commitPer !== "pass") {
    note(`update.commit.per: Flux makes one commit of all, not one per ${update.commitPer}`, "leave it, or keep magos");
  }
  if (update.sign !== null) {
    note(
      "update.commit.sign is a file of this machine; the automation signs nothing",
      "add a signingKey with a Secret",
    );
  }
  const push = { branch: isTemplate ? plainBranch : update.branch, template: isTemplate ? update.branch : null };
  return {
    automation: {
      interval,
      checkout: repo.branch,
      push: update.delivery === "push" ? null : push,
      author: update.author,
      message: message ?? defaultMessage,
      path,
    },
    problems,
  };
}

/** What Flux calls the fields of magos's messages that it has too. */
const fluxFields: Readonly<Record<string, string>> = {
  changes: "Changed.Changes",
  old: "OldValue",
  new: "NewValue",
  setter: "Setter",
};

/** The same message for Flux, or null where it says what Flux does not know. */
export function fluxMessage(text: string): string | null {
  let isWhole = true;
  const translated = text.replace(
    /\{\{[^]*?\}\}/g,
    (action) =>
      action.replace(/(\$\w*|[^\w)"$])\.([A-Za-z]\w*)/g, (field, before: string, name: string) => {
        const known = Object.hasOwn(fluxFields, name) ? fluxFields[name] : undefined;
        if (known === undefined) isWhole = false;
        return known === undefined ? field : `${before}.${known}`;
      }),
  );
  return isWhole && parseTemplate(translated, { name: "messageTemplate" }, templateFunctions).ok ? translated : null;
}
