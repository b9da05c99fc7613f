// Real keys as people and bots have them: ssh key files, and a gpg home of the test's own.
import { personEnv, runGitAs } from "./run_git.ts";

/** An ssh key. */
export interface SshKey {
  /** The private key file. */
  readonly path: string;
  /** `ssh-ed25519 AAAA...`. */
  readonly publicKey: string;
  /** `SHA256:...`. */
  readonly fingerprint: string;
  /** Settings with which git signs by this key. */
  readonly config: readonly string[];
}

/** A gpg key in the home it was made in. */
export interface GpgKey {
  readonly fingerprint: string;
  readonly home: string;
  /** The public key, armored. */
  readonly publicKey: string;
  readonly config: readonly string[];
}

/** Makes an ed25519 key file. */
export async function makeSshKey(folder: string, name: string, passphrase = ""): Promise<SshKey> {
  const path = `${folder}/${name}.key`;
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", path]);
  const publicKey = (await Deno.readTextFile(`${path}.pub`)).split(" ").slice(0, 2).join(" ");
  const fingerprint = (await run("ssh-keygen", ["-l", "-f", `${path}.pub`])).split(" ")[1] ?? "";
  const config = ["-c", "gpg.format=ssh", "-c", `user.signingKey=${path}`];
  return { path, publicKey, fingerprint, config };
}

/** Runs the test with a gpg home; its agent ends with it. */
export async function withGpgHome(test: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "magos-gpg-" });
  try {
    await Deno.chmod(home, 0o700);
    await test(home);
  } finally {
    await run("gpgconf", ["--kill", "gpg-agent"], { GNUPGHOME: home });
    await Deno.remove(home, { recursive: true });
  }
}

/** Makes a key in a gpg home; it ends after `expires`, in gpg's words. */
export async function makeGpgKey(home: string, name: string, passphrase = "", expires = "never"): Promise<GpgKey> {
  const gpg = (...args: readonly string[]): Promise<string> =>
    run("gpg", ["--batch", "-q", "--pinentry-mode", "loopback", ...args], { GNUPGHOME: home });
  const user = `${name} <${name}@example.org>`;
  await gpg("--passphrase", passphrase, "--quick-generate-key", user, "ed25519", "sign", expires);
  const listed = await gpg("--with-colons", "--list-keys", `=${user}`);
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? "";
  const publicKey = await gpg("--armor", "--export", fingerprint);
  return { fingerprint, home, publicKey, config: ["-c", `user.signingKey=${fingerprint}`] };
}

/** A commit on a bare repository's branch, signed or not, made without a work tree; gives its id. */
export async function commitTo(
  repository: string,
  key: SshKey | GpgKey | null,
  change: {
    readonly files?: Readonly<Record<string, string | null>>;
    readonly parents?: readonly string[];
    readonly tree?: string;
    readonly mode?: string;
    readonly message?: string;
    /** Seconds since 1970, for committer and author. */
    readonly time?: number;
    /** The branch that is moved to the commit, or null. */
    readonly branch?: string | null;
  },
): Promise<string> {
  const branch = change.branch === undefined ? "main" : change.branch;
  const parents = change.parents ?? [await runGitAs(repository, ["rev-parse", `refs/heads/${branch ?? "main"}`])];
  const tree = change.tree ?? await treeWith(repository, parents[0] ?? "", change.files ?? {}, change.mode);
  const settings = key?.config ?? [];
  const date = change.time === undefined ? {} : {
    GIT_AUTHOR_DATE: `@${change.time} +0000`,
    GIT_COMMITTER_DATE: `@${change.time} +0000`,
  };
  const home: Record<string, string> = key !== null && "home" in key ? { GNUPGHOME: key.home } : {};
  const commit = await runGitAs(
    repository,
    [
      ...settings,
      "commit-tree",
      ...key === null ? [] : ["-S"],
      ...parents.flatMap((parent) => ["-p", parent]),
      "-m",
      change.message ?? "a commit",
      tree,
    ],
    { ...date, ...home },
  );
  if (branch !== null) await runGitAs(repository, ["update-ref", `refs/heads/${branch}`, commit]);
  return commit;
}

async function treeWith(
  repository: string,
  parent: string,
  files: Readonly<Record<string, string | null>>,
  mode = "100644",
): Promise<string> {
  const index = { GIT_INDEX_FILE: `${repository}/test-index` };
  await runGitAs(repository, ["read-tree", parent], index);
  for (const [path, text] of Object.entries(files)) {
    if (text === null) {
      await runGitAs(repository, ["update-index", "--force-remove", path], {
        ...index,
        GIT_WORK_TREE: repository,
      });
      continue;
    }
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, text);
    const object = await runGitAs(repository, ["hash-object", "-w", "--no-filters", file], index);
    await Deno.remove(file);
    await runGitAs(repository, ["update-index", "--add", "--cacheinfo", `${mode},${object},${path}`], index);
  }
  return await runGitAs(repository, ["write-tree"], index);
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const output = await new Deno.Command(program, {
    args: [...args],
    env: { ...personEnv, ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!output.success) throw new Error(`${program}: ${new TextDecoder().decode(output.stderr)}`);
  return new TextDecoder().decode(output.stdout);
}
