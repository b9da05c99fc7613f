// The person of the race: commits and pushes over HTTP like anybody, and begins again when somebody was faster.
import { type Homelab, homelabToken } from "../e2e/homelab.ts";
import { runGitAs } from "../fakes/run_git.ts";

/** Somebody with a clone. */
export interface Person {
  /** How often a push came too late. */
  readonly beaten: number;
  /**
   * Commits on top of the branch as it stands, until the push is in time; gives the commit, or null when the branch is
   * not there. Only before the first push the person waits for `dawdle`.
   */
  commit(branch: string, file: string, append: string, dawdle?: Promise<unknown>): Promise<string | null>;
  /** Merges one branch into another; null when it is not there, or conflicts: that is left for another day. */
  merge(branch: string, into: string): Promise<string | null>;
  /** Deletes a branch, if it is there. */
  remove(branch: string): Promise<void>;
}

// More in a row would mean that something else is wrong.
const mostTries = 50;

/** Clones the repository. */
export async function startPerson({ folder, server }: Homelab): Promise<Person> {
  const clone = `${folder}/person`;
  const login = {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${server.url}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${btoa(`you:${homelabToken}`)}`,
  };
  await runGitAs(folder, ["clone", "-q", `${server.url}/homelab.git`, clone], login);
  const git = (...args: readonly string[]): Promise<string> => runGitAs(clone, args, login);
  let beaten = 0;
  /** Null: the branch is not there. */
  const insist = async (
    branch: string,
    change: () => Promise<unknown>,
    dawdle?: Promise<unknown>,
  ): Promise<string | null> => {
    for (let tries = 1; tries <= mostTries; tries++) {
      await git("fetch", "-q", "--prune", "origin");
      if (await git("branch", "-r", "--list", `origin/${branch}`) === "") return null;
      await git("checkout", "-q", "--detach", `origin/${branch}`);
      if (await change() === false) return null;
      const made = await git("rev-parse", "HEAD");
      if (tries === 1) await dawdle;
      const isIn = await git("push", "-q", "origin", `HEAD:refs/heads/${branch}`).then(() => true, () => false);
      if (isIn) return made;
      beaten++;
    }
    throw new Error(`no push to ${branch} was in time`);
  };
  return {
    get beaten() {
      return beaten;
    },
    commit: (branch, file, append, dawdle) =>
      insist(branch, async () => {
        await Deno.writeTextFile(`${clone}/${file}`, append, { append: true });
        await git("add", "-A");
        await git("commit", "-q", "-m", `by hand: ${append.trim()}`);
      }, dawdle),
    async merge(branch, into) {
      await git("fetch", "-q", "--prune", "origin");
      if (await git("branch", "-r", "--list", `origin/${branch}`) === "") return null;
      const tryMerge = (): Promise<string> =>
        git("merge", "-q", "--no-ff", "-m", `merge ${branch}`, `origin/${branch}`);
      return await insist(into, async () => await tryMerge().then(() => true, () => git("merge", "--abort")) === true);
    },
    async remove(branch) {
      await git("push", "-q", "origin", `:refs/heads/${branch}`).catch(() => {});
    },
  };
}
