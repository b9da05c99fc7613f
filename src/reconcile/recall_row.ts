// A stack whose row is lost, as its containers remember it: their labels say what was last good (contracts.md 3.1).
import { type Result, success } from "../core/model/problem.ts";
import type { StackRow, StackVersion } from "../core/model/stack.ts";
import { freshRow, imagesOf } from "../core/plan/stack_rows.ts";
import type { Git } from "../core/ports/git.ts";
import { type StackOrder, versionOf } from "./stack_order.ts";

/**
 * The row, or one made of the labels; null when they say nothing either. What the wanted content itself has left behind
 * was never seen healthy, and does not count.
 */
export async function recallRow(
  git: Pick<Git, "hasCommit" | "isAncestor">,
  order: StackOrder,
  now: number,
): Promise<Result<StackRow | null>> {
  if (order.row !== null) return success(order.row);
  const { content, containers, settings, plan } = order;
  const labels = containers.flatMap(({ project, labels }) =>
    project === content.project && labels?.stack === plan.stack && labels.host === settings.host ? [labels] : []
  );
  let newest = null as StackVersion | null;
  for (const { revision, hash } of labels) {
    if (hash === content.hash || revision === newest?.revision) continue;
    const known = await git.hasCommit(revision);
    if (!known.ok) return known;
    if (!known.value) continue;
    // A service that did not change keeps older labels.
    const isNewer = newest === null ? success(true) : await git.isAncestor(newest.revision, revision);
    if (!isNewer.ok) return isNewer;
    if (isNewer.value) newest = { revision, hash };
  }
  if (newest === null) return success(null);
  const row = freshRow(content, versionOf(order), now);
  return success({ ...row, applied: newest, lastGood: newest, images: imagesOf(content, containers) });
}
