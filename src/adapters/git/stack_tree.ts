// The folder of a stack: one place for all revisions, switched by git and never cleaned, with an index beside it.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Head } from "../../core/ports/git.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { fetchHead } from "./fetch.ts";
import { beginSwitch, endSwitch, undoHalfSwitch } from "./half_switch.ts";
import { hasCommit } from "./history.ts";
import { keepAside, type NewFile } from "./keep_aside.ts";
import { partialClone } from "./mirror.ts";
import { requireRevisions } from "./names.ts";

/** Milliseconds for a checkout; in a partial clone the files' contents arrive only now. */
const checkoutTimeout = 1_200_000;

/** Git's names of the tree without files, which every repository has (SHA-1 and SHA-256). */
const emptyTrees = {
  40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
} as const;

/** Where one stack lies. The index is no part of the folder, which containers may see. */
interface Place {
  readonly root: string;
  readonly index: string;
  /** Says to which revision the folder is being switched; there only while it is, or after one that did not end. */
  readonly note: string;
}

/** Switches the folder to the revision; it is made when it is not there. The caller holds `mirror.lock`. */
export async function openStackTree(context: GitContext, name: string, head: Head): Promise<Result<string>> {
  const valid = requireRevisions(head.revision);
  if (!valid.ok) return valid;
  const place = placeOf(context, name);
  if (!place.ok) return place;
  const known = await hasCommit(context, head.revision);
  const fetched = known.ok && known.value ? success(undefined) : await fetchHead(context, head);
  if (!fetched.ok) return fetched;
  const ready = await makeReady(context, place.value);
  if (!ready.ok) return ready;
  const undone = await undoHalfSwitch(
    context,
    place.value.note,
    place.value.root,
    (half) => newFiles(context, place.value, half),
  );
  if (!undone.ok) return undone;
  const fresh = await newFiles(context, place.value, head.revision);
  if (!fresh.ok) return fresh;
  const kept = await keepAside(context, place.value.root, environment(context, place.value), fresh.value);
  if (!kept.ok) return kept;
  const begun = await beginSwitch(context, place.value.note, head.revision);
  if (!begun.ok) return begun;
  const switched = await readTree(context, place.value, head.revision);
  const ended = switched.ok ? await endSwitch(context, place.value.note) : switched;
  return ended.ok ? success(place.value.root) : ended;
}

/** Removes what git put there; true when nothing else was left. The caller holds `mirror.lock`. */
export async function dropStackTree(context: GitContext, name: string): Promise<Result<boolean>> {
  const place = placeOf(context, name);
  if (!place.ok) return place;
  const { root, index } = place.value;
  const there = await context.files.stat(root);
  if (!there.ok) return there;
  const known = await context.files.stat(index);
  if (!known.ok) return known;
  if (there.value !== null && known.value !== null) {
    const ready = await makeReady(context, place.value);
    if (!ready.ok) return ready;
    const undone = await undoHalfSwitch(
      context,
      place.value.note,
      root,
      (half) => newFiles(context, place.value, half),
    );
    if (!undone.ok) return undone;
    const format = await runGit(context, { args: ["rev-parse", "--show-object-format"], cwd: context.mirror });
    if (!format.ok) return format;
    const isLong = new TextDecoder().decode(format.value.stdout).trim() === "sha256";
    const emptied = await readTree(context, place.value, emptyTrees[isLong ? 64 : 40]);
    if (!emptied.ok) return emptied;
  }
  const left = await context.files.list(root);
  if (!left.ok) return left;
  const removed = left.value.length === 0 ? await context.files.remove(root) : success(undefined);
  const ended = removed.ok ? await endSwitch(context, place.value.note) : removed;
  const forgotten = ended.ok ? await context.files.remove(index) : ended;
  return forgotten.ok ? success(left.value.length === 0) : forgotten;
}

function placeOf({ folder }: GitContext, name: string): Result<Place> {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name)) {
    return failure("stack.invalid", `"${name.slice(0, 100)}" cannot be the name of a folder`, {
      cure: "use letters, digits, -, _ and . only",
    });
  }
  return success({
    root: `${folder}/stacks/${name}`,
    index: `${folder}/stack-index/${name}`,
    note: `${folder}/stack-switch/${name}`,
  });
}

/** Who holds `mirror.lock` is alone here, so a lock of the index is what a kill left behind. */
async function makeReady({ files, folder }: GitContext, { root, index }: Place): Promise<Result<void>> {
  for (const path of ["stacks", "stack-index", "stack-switch"].map((name) => `${folder}/${name}`)) {
    const made = await files.makeFolder(path, 0o700);
    if (!made.ok) return made;
  }
  // Containers may run as any user, and what they mount lies below.
  const made = await files.makeFolder(root, 0o755);
  return made.ok ? await files.remove(`${index}.lock`) : made;
}

/** What the revision has and the index has not: the files that git is about to make. */
async function newFiles(context: GitContext, place: Place, revision: string): Promise<Result<readonly NewFile[]>> {
  const args = ["diff-index", "--cached", "--abbrev=64", "-z", "--no-renames", "--diff-filter=D", revision];
  const ran = await runGit(context, { args, cwd: context.mirror, env: environment(context, place) });
  if (!ran.ok) return ran;
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    return { ok: false, failure: classifyFailure(ran.value, "local", `cannot compare ${place.root}`) };
  }
  // ":100644 000000 <object> 0000 D", NUL, path, NUL (git-diff-index, "Raw output format")
  const parts = new TextDecoder().decode(ran.value.stdout).split("\0");
  return success(
    parts.flatMap((part, at) =>
      at % 2 === 0 && part !== "" ? [{ object: part.split(" ")[2] ?? "", path: parts[at + 1] ?? "" }] : []
    ),
  );
}

async function readTree(context: GitContext, place: Place, tree: string): Promise<Result<void>> {
  const ran = await runGit(context, {
    args: ["read-tree", "--reset", "-u", tree],
    cwd: place.root,
    speaks: true,
    config: partialClone,
    timeout: checkoutTimeout,
    env: environment(context, place),
  });
  if (!ran.ok) return ran;
  if (ran.value.code === 0 && ran.value.ended === null) return success(undefined);
  return { ok: false, failure: classifyFailure(ran.value, "read", `cannot switch ${place.root} to ${tree}`) };
}

function environment({ mirror }: GitContext, { root, index }: Place): Record<string, string> {
  return { GIT_DIR: mirror, GIT_WORK_TREE: root, GIT_INDEX_FILE: index };
}
