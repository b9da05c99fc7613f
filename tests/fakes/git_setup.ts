// A git adapter under test with real ports, a folder of its own, and a record of every command it runs.
import { createGit, type GitOptions } from "../../src/adapters/git/git.ts";
import { fixedAuth, type GitAuth, type GitAuthSource } from "../../src/adapters/git/auth.ts";
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import { denoRandom } from "../../src/adapters/system/deno_random.ts";
import type { Failure, Result } from "../../src/core/model/problem.ts";
import type { Checkout, Git } from "../../src/core/ports/git.ts";
import type { Command, Process } from "../../src/core/ports/process.ts";

/** The adapter, and what a test wants to look at. */
export interface GitSetup {
  readonly git: Git;
  readonly commands: Command[];
  /** The state folder. */
  readonly folder: string;
}

/** Builds the adapter on the real ports. `env` is what magos itself was started with. */
export function setUpGit(
  folder: string,
  url: string,
  options: Partial<Pick<GitOptions, "env" | "sign" | "trust" | "uid">> & {
    readonly auth?: GitAuth | GitAuthSource | null;
  } = {},
): GitSetup {
  const commands: Command[] = [];
  const git = createGit({
    process: recordingProcess(commands),
    files: denoFiles,
    clock: denoClock,
    random: denoRandom,
    log: { event: () => {} },
    env: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", ...options.env },
    remote: { url },
    auth: sourceOf(options.auth ?? null),
    folder,
    sign: options.sign ?? null,
    trust: options.trust ?? null,
    uid: options.uid ?? null,
  });
  return { git, commands, folder };
}

function sourceOf(auth: GitAuth | GitAuthSource | null): GitAuthSource {
  return auth !== null && "get" in auth ? auth : fixedAuth(auth);
}

/** The real process port, noting what it is asked to run; `more` is added to each environment. */
export function recordingProcess(commands: Command[], more: Readonly<Record<string, string>> = {}): Process {
  const real = denoProcess([]);
  return {
    run: (command) => {
      commands.push(command);
      return real.run({ ...command, env: { ...command.env, ...more } });
    },
  };
}

/** The value; throws with the failure's code and message otherwise. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}

/** The failure; throws when there is none. */
export function mustFail(result: Result<unknown>): Failure {
  if (!result.ok) return result.failure;
  throw new Error(`expected a failure, got ${JSON.stringify(result.value)}`);
}

/** Head, fetch and checkout in one go. */
export async function checkOut(git: Git, branch: string | null = null): Promise<Checkout> {
  const head = must(await git.head(branch));
  must(await git.fetch(head));
  return must(await git.checkout(head));
}

/** Writes files into a checkout and makes the commit; gives its id. */
export async function commitFiles(
  git: Git,
  checkout: Checkout,
  files: Readonly<Record<string, string>>,
  message = "update",
): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${checkout.root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${checkout.root}/${path}`, text);
  }
  const author = { name: "magos", email: "magos@localhost" };
  return must(
    await git.commit({ checkout, files: Object.keys(files), message, author, time: Date.UTC(2026, 0, 2, 3, 4, 5) }),
  );
}
