// doctor protection: how the forge guards the branch that is followed, and whether that lets the delivery through.
import { success } from "../../core/model/problem.ts";
import { Secret } from "../../core/model/secret.ts";
import { openForgeSetup } from "../wire.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

/** Asks the forge's API with the token that git uses. A key opens no API, and an App's rights show at `forge`. */
export const protectionCheck: Check = {
  id: "protection",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

const largestToken = 64 * 1024;

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const { system, config, host } = context.session;
  const { url, tokenFile } = config.repo;
  if (url === null) return [skip("no repository is configured")];
  const bytes = tokenFile === null ? null : await system.files.read(tokenFile, largestToken);
  const text = bytes?.ok && bytes.value !== null ? new TextDecoder().decode(bytes.value).trim() : host.token?.trim();
  if (!text) return [skip("there is no token to ask the forge with; it shows at the first push")];
  const token = new Secret(text);
  system.keepSecret(token);
  const remote = await context.remote();
  if (!remote.ok) return [findingOf(remote.failure)];
  const setup = await openForgeSetup(system, config, remote.value.url, token);
  if (!setup.ok) return [skip(setup.failure.message)];
  if (setup.value === null) return [skip("no forge that magos knows answers beside the repository")];
  const head = await remote.value.git.head(config.repo.branch);
  if (!head.ok) return [findingOf(head.failure)];
  const { branch } = head.value;
  const guarded = await setup.value.branch(branch);
  if (!guarded.ok) return [findingOf(guarded.failure)];
  if (guarded.value === null) return [skip(`the token may not ask ${setup.value.kind} about the branch ${branch}`)];
  return [judge(branch, guarded.value, config.update.delivery)];
}

function judge(
  branch: string,
  { isProtected, mayPush }: { readonly isProtected: boolean; readonly mayPush: boolean | null },
  delivery: "push" | "branch",
): Finding {
  if (delivery !== "push") {
    return isProtected ? { state: "ok", message: `${branch} is protected; magos pushes to branches of its own` } : {
      state: "warn",
      message: `${branch} is not protected, so nobody has to look before a merge`,
      cure: "protect it at the forge",
    };
  }
  if (isProtected && mayPush !== true) {
    const cure = "set update.delivery to branch, or allow this account to push to the protected branch";
    return { state: mayPush === null ? "warn" : "fail", message: `${branch} is protected`, cure };
  }
  const who = isProtected ? "protected, and this account may push to it" : "not protected: magos may push to it";
  return { state: "ok", message: `${branch} is ${who}` };
}

function skip(message: string): Finding {
  return { state: "skip", message };
}
