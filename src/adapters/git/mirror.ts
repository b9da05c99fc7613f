// The bare partial clone that everything is read from: made, checked, freed of a kill's leftovers, thrown away.
import { type Failure, type Result, success } from "../../core/model/problem.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";

// Checkout and commit never change a byte, whatever the repository's own .gitattributes ask for (design 6.1).
const attributes = "* -text -eol -ident -filter -working-tree-encoding\n";

/**
 * What makes the mirror a partial clone; given to the calls that move objects, and to no other. In the mirror's own file
 * it would hold for all: one torn pack then let git 2.39 start thousands of fetches from a mere listing.
 */
export const partialClone: readonly (readonly [string, string])[] = [
  ["remote.origin.promisor", "true"],
  ["remote.origin.partialclonefilter", "blob:none"],
];

/** Where the mirror lies in the state folder. */
export function mirrorFolder(stateFolder: string): string {
  return `${stateFolder}/mirror`;
}

/**
 * Makes the mirror ready for use: one of this remote, without locks that a kill left behind. One that belongs to
 * another URL or is damaged is replaced by an empty one. The caller holds `mirror.lock`.
 */
export async function ensureMirror(context: GitContext, revision: string): Promise<Result<void>> {
  const config = mirrorConfig(context.remote.url, revision);
  const sound = await isSound(context, config);
  if (!sound.ok) return sound;
  if (sound.value) return await removeLeftovers(context);
  return await makeMirror(context, config, revision);
}

/** Whether a failure is taken as damage of the mirror: no word of the remote's, and it would happen again. */
export function isDamage(failed: Failure): boolean {
  return failed.code === "git.failed" && failed.retry === "never";
}

/** Removes the mirror; the next fetch clones anew. The caller holds `mirror.lock`. */
export async function discardMirror(context: GitContext, reason: string): Promise<Result<void>> {
  context.log.event("warning", "git.mirror_discarded", { reason });
  context.whole.clear();
  return await context.files.remove(context.mirror);
}

async function isSound({ files, mirror }: GitContext, config: string): Promise<Result<boolean>> {
  for (const [name, wanted] of [["config", config], ["info/attributes", attributes]] as const) {
    const bytes = await files.read(`${mirror}/${name}`, 65_536);
    if (!bytes.ok) return success(false);
    if (bytes.value === null || new TextDecoder().decode(bytes.value) !== wanted) return success(false);
  }
  const head = await files.read(`${mirror}/HEAD`, 4096);
  if (!head.ok || head.value === null) return success(false);
  if (!new TextDecoder().decode(head.value).startsWith("ref: refs/heads/")) return success(false);
  for (const name of ["objects", "refs"]) {
    const info = await files.stat(`${mirror}/${name}`);
    if (!info.ok) return info;
    if (info.value?.kind !== "directory") return success(false);
  }
  return success(true);
}

async function makeMirror(context: GitContext, config: string, revision: string): Promise<Result<void>> {
  const { files, mirror, home } = context;
  const known = await files.stat(mirror);
  if (!known.ok) return known;
  if (known.value !== null) {
    const discarded = await discardMirror(context, "damaged, or of another remote");
    if (!discarded.ok) return discarded;
  }
  const format = `--object-format=${objectFormat(revision)}`;
  const made = await runGit(context, {
    args: ["init", "-q", "--bare", "--template=", format, "--", mirror],
    cwd: home,
  });
  if (!made.ok) return made;
  if (made.value.code !== 0) {
    return { ok: false, failure: classifyFailure(made.value, "local", "cannot make the git mirror") };
  }
  const folder = await files.makeFolder(`${mirror}/info`, 0o700);
  if (!folder.ok) return folder;
  const written = await files.write(`${mirror}/info/attributes`, attributes, 0o600);
  if (!written.ok) return written;
  // Last, since it is what tells a whole mirror from one whose making was cut short.
  return await files.write(`${mirror}/config`, config, 0o600);
}

function objectFormat(revision: string): "sha1" | "sha256" {
  return revision.length === 64 ? "sha256" : "sha1";
}

function mirrorConfig(url: string, revision: string): string {
  const quoted = `"${url.replace(/["\\]/g, "\\$&")}"`;
  return [
    "[core]",
    "\trepositoryformatversion = 1",
    "\tfilemode = true",
    "\tbare = true",
    "\tlogAllRefUpdates = false",
    ...(objectFormat(revision) === "sha256" ? ["[extensions]", "\tobjectFormat = sha256"] : []),
    `[remote "origin"]`,
    `\turl = ${quoted}`,
    "\ttagOpt = --no-tags",
    "",
  ].join("\n");
}

// Not in worktrees/: those locks belong to whoever holds the work tree.
const lockFolders = ["", "/refs", "/refs/magos", "/info", "/objects/info", "/objects/pack"];

/** Removes `*.lock` files and half packs of a process that was killed: who holds `mirror.lock` is alone here. */
async function removeLeftovers({ files, mirror, log }: GitContext): Promise<Result<void>> {
  for (const folder of lockFolders) {
    const names = await files.list(`${mirror}${folder}`);
    if (!names.ok) return names;
    for (const name of names.value) {
      if (!name.endsWith(".lock") && !(folder === "/objects/pack" && name.startsWith("tmp_"))) continue;
      log.event("info", "git.leftover_removed", { name });
      const removed = await files.remove(`${mirror}${folder}/${name}`);
      if (!removed.ok) return removed;
    }
  }
  return success(undefined);
}
