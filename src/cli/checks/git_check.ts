// doctor git: whether the remote answers, the credential opens it, and the branch is there.
import { success } from "../../core/model/problem.ts";
import type { System } from "../../core/ports/system.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

/** Asks the remote for its heads, as every pass does first. It moves nothing and pushes nothing. */
export const gitCheck: Check = {
  id: "git",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const { system, config } = context.session;
  if (config.repo.url === null) return [{ state: "skip", message: "no repository is configured", cure: noRepository }];
  const remote = await context.remote();
  if (!remote.ok) return [findingOf(remote.failure)];
  const doubts = await openFiles(system, [config.repo.tokenFile, config.repo.githubApp?.privateKeyFile ?? null]);
  const head = await remote.value.git.head(config.repo.branch);
  if (!head.ok) return [findingOf(head.failure), ...doubts];
  const { branch, revision } = head.value;
  return [{
    state: "ok",
    message: `${remote.value.url} answers; ${branch} is at ${revision.slice(0, 12)}; login: ${remote.value.login}`,
  }, ...doubts];
}

const noRepository = "set repo.url in the configuration, MD_REPO in the environment, or --repo URL|PATH";

/** SSH refuses such a key, which is a failure; of the other files it is a warning. */
async function openFiles({ files }: System, paths: readonly (string | null)[]): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const path of paths) {
    const real = path === null ? null : await files.realPath(path);
    const info = real?.ok && real.value !== null ? await files.stat(real.value) : null;
    const mode = info?.ok ? info.value?.mode ?? 0 : 0;
    if ((mode & 0o004) === 0) continue;
    found.push({
      state: "warn",
      message: `${path} may be read by everybody on this machine`,
      cure: `chmod 0600 ${path}`,
    });
  }
  return found;
}
