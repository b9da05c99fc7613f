// A bot's commit against what bots may do: its diff, with the markers of the revision that it changes.
import { refuseHoldsChange } from "../core/documents/added_holds.ts";
import { type Result, success } from "../core/model/problem.ts";
import { holdsFile } from "../core/documents/holds.ts";
import { refuseShape, refuseText } from "../core/patch/bot_changes.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import type { Git, SignedCommit } from "../core/ports/git.ts";
import { decodeText } from "../core/yaml/text.ts";
import { largestFile } from "./checkout_reader.ts";
import type { VerifyRules } from "./verify_rules.ts";

/** What judging a commit needs of the world. */
export interface BotPorts {
  readonly git: Git;
}

/** Why a bot's commit with one parent must not be built on, or null when it does only what bots may. */
export async function refuseBotCommit(
  { git }: BotPorts,
  branch: string,
  commit: SignedCommit,
  rules: VerifyRules,
): Promise<Result<string | null>> {
  const [parent] = commit.parents;
  if (parent === undefined) return success("is a bot's and begins a history");
  const changes = await git.changes(parent, commit.revision);
  if (!changes.ok) return changes;
  const shape = changes.value.map(refuseShape).find((why) => why !== null);
  if (shape !== undefined) return success(`is a bot's and ${plain(shape)}`);
  const marked = changes.value.every(({ path }) => path === holdsFile)
    ? success([])
    : await foundAt(git, { branch, revision: parent }, rules);
  if (!marked.ok) return marked;
  for (const { path, before } of changes.value) {
    const why = path === holdsFile
      ? await refuseHolds(git, parent, commit.revision, before === null)
      : await refuseFile(git, commit.revision, path, marked.value);
    if (!why.ok) return why;
    if (why.value !== null) return success(`is a bot's and ${plain(why.value)}`);
  }
  return success(null);
}

async function foundAt(
  git: Git,
  head: { readonly branch: string; readonly revision: string },
  rules: VerifyRules,
): Promise<Result<readonly FoundTarget[]>> {
  const checkout = await git.checkout(head);
  if (!checkout.ok) return checkout;
  try {
    return await rules.survey(checkout.value);
  } finally {
    await checkout.value.close();
  }
}

async function refuseFile(
  git: Git,
  revision: string,
  path: string,
  marked: readonly FoundTarget[],
): Promise<Result<string | null>> {
  const found = marked.filter(({ slot }) => slot.source.file === path);
  const before = found[0]?.slot.source.text;
  if (before === undefined) return success(`changes ${path}, which holds no marked value`);
  const after = await textAt(git, revision, path);
  if (!after.ok) return after;
  if (after.value === null) return success(`makes ${path} unreadable`);
  return success(refuseText(path, before, after.value, found));
}

async function refuseHolds(git: Git, parent: string, revision: string, isNew: boolean): Promise<Result<string | null>> {
  const before = isNew ? success(null) : await textAt(git, parent, holdsFile);
  if (!before.ok) return before;
  const after = await textAt(git, revision, holdsFile);
  if (!after.ok) return after;
  const isOdd = after.value === null || (before.value === null && !isNew);
  if (isOdd) return success(`writes ${holdsFile}, which cannot be read`);
  return success(refuseHoldsChange(holdsFile, before.value, after.value ?? ""));
}

/** Null: not there, too large, or no text. */
async function textAt(git: Git, revision: string, path: string): Promise<Result<string | null>> {
  const bytes = await git.readAt(revision, path, largestFile);
  if (!bytes.ok) return bytes.failure.code === "file.too_large" ? success(null) : bytes;
  const text = bytes.value === null ? null : decodeText(bytes.value, path);
  return success(text?.ok ? text.value : null);
}

/** A path or a value of the commit's own, for a line of a terminal or a log. */
function plain(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").slice(0, 300);
}
