// A bare repository with a first commit, and a second person who works with it.
import { runGitAs } from "./run_git.ts";

/** Contents by path; `null` removes the file. */
export type Tree = Readonly<Record<string, string | Uint8Array | null>>;

/** A remote in a folder of its own. */
export interface GitRemote {
  /** Path of the bare repository. */
  readonly path: string;
  /** Where the branch stands, read without magos. */
  revision(branch?: string): Promise<string>;
  /** One file of a revision, byte for byte. */
  show(revision: string, path: string): Promise<Uint8Array>;
  /** Runs git in the bare repository. */
  git(...args: readonly string[]): Promise<string>;
  /** Installs a hook: a shell script without its first line. */
  hook(name: string, script: string): Promise<void>;
  /** Another person commits and pushes to a branch, and gives the commit's id. */
  push(tree: Tree, options?: { readonly branch?: string; readonly message?: string }): Promise<string>;
}

/** Makes the remote in `folder`, which must be empty. Partial clones are served unless `filters` is false. */
export async function makeGitRemote(
  folder: string,
  tree: Tree,
  options: { readonly filters?: boolean; readonly branch?: string; readonly sha256?: boolean } = {},
): Promise<GitRemote> {
  const path = `${folder}/homelab.git`;
  const branch = options.branch ?? "main";
  const format = `--object-format=${options.sha256 ? "sha256" : "sha1"}`;
  await runGitAs(folder, ["init", "-q", "--bare", "-b", branch, format, path]);
  if (options.filters !== false) await runGitAs(path, ["config", "uploadpack.allowFilter", "true"]);
  await runGitAs(path, ["config", "http.receivepack", "true"]);
  const remote: GitRemote = {
    path,
    revision: (name = branch) => runGitAs(path, ["rev-parse", "--verify", `refs/heads/${name}`]),
    show: (revision, file) => showFile(path, revision, file),
    git: (...args) => runGitAs(path, args),
    hook: async (name, script) => {
      await Deno.mkdir(`${path}/hooks`, { recursive: true });
      await Deno.writeTextFile(`${path}/hooks/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    push: (changes, { branch: name = branch, message = "by hand" } = {}) =>
      pushAsPerson(folder, path, changes, name, message),
  };
  if (Object.keys(tree).length > 0) await remote.push(tree, { message: "first" });
  return remote;
}

async function pushAsPerson(
  folder: string,
  remote: string,
  tree: Tree,
  branch: string,
  message: string,
): Promise<string> {
  const clone = await Deno.makeTempDir({ dir: folder, prefix: "person" });
  // An empty remote does not tell its object format to who clones it.
  const format = await runGitAs(remote, ["rev-parse", "--show-object-format"]);
  await runGitAs(folder, ["clone", "-q", "--no-checkout", remote, clone], { GIT_DEFAULT_HASH: format });
  // As in the mirror under test: what the person writes is what the repository holds.
  await Deno.writeTextFile(`${clone}/.git/info/attributes`, "* -text -eol -filter -ident -working-tree-encoding\n");
  const known = await runGitAs(clone, ["branch", "-r", "--list", `origin/${branch}`]) !== "";
  const empty = await runGitAs(clone, ["branch", "-r"]) === "";
  if (known) await runGitAs(clone, ["checkout", "-q", "-B", branch, `origin/${branch}`]);
  else {await runGitAs(
      clone,
      empty ? ["symbolic-ref", "HEAD", `refs/heads/${branch}`] : ["checkout", "-q", "-b", branch],
    );}
  for (const [path, content] of Object.entries(tree)) await put(`${clone}/${path}`, content);
  await runGitAs(clone, ["add", "-A", "-f", "."]);
  await runGitAs(clone, ["commit", "-q", "--allow-empty", "-m", message]);
  await runGitAs(clone, ["push", "-q", "origin", `HEAD:refs/heads/${branch}`]);
  const revision = await runGitAs(clone, ["rev-parse", "HEAD"]);
  await Deno.remove(clone, { recursive: true });
  return revision;
}

async function put(path: string, content: string | Uint8Array | null): Promise<void> {
  if (content === null) return await Deno.remove(path);
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
}

async function showFile(cwd: string, revision: string, path: string): Promise<Uint8Array> {
  const output = await new Deno.Command("git", { args: ["cat-file", "blob", `${revision}:${path}`], cwd }).output();
  if (!output.success) throw new Error(new TextDecoder().decode(output.stderr));
  return output.stdout;
}
