// The message of an update commit: subject, a table for people or what a template gave, trailers for magos.
import type { Change, UpdatePlan } from "../model/plan.ts";
import { shortDigest } from "../model/digest.ts";
import type { ImageReference } from "../model/reference.ts";
import { plainJson } from "./plain_line.ts";
import { formatTrailers } from "./trailers.ts";

const longestSubject = 72;

/** The first line: the image and its new tag when there is one, else how many there are. */
export function commitSubject(plan: UpdatePlan): string {
  const changes = plan.files.flatMap((file) => file.changes);
  const images = new Set(changes.map((change) => change.decision.target.current.name));
  const [first] = changes;
  if (images.size === 1 && first?.decision.selected) {
    const subject = `chore(images): update ${first.decision.target.current.name} to ${
      shortVersion(first.decision.selected)
    }`;
    if (subject.length <= longestSubject) return subject;
  }
  return `chore(images): update ${images.size} image${images.size === 1 ? "" : "s"}`;
}

/** The whole message; its last paragraph holds the trailers, whatever was written for the others (rulings 15). */
export function commitMessage(
  plan: UpdatePlan,
  run: { readonly id: string; readonly host: string },
  written: string | null = null,
): string {
  const changes = plan.files.flatMap(({ file, changes }) => changes.map((change) => ({ file, change })));
  return `${written ?? builtInText(plan, changes)}\n\n${formatTrailers(plan.id, run, changes)}\n`;
}

function builtInText(
  plan: UpdatePlan,
  changes: readonly { readonly file: string; readonly change: Change }[],
): string {
  const rows = changes.map(({ file, change }) => row(file, change));
  const widths = [0, 1].map((column) => rows.reduce((width, cells) => Math.max(width, cells[column]?.length ?? 0), 0));
  const table = rows.map((cells) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd());
  return `${commitSubject(plan)}\n\n${table.join("\n")}`;
}

function row(file: string, change: Change): readonly string[] {
  const { target, selected } = change.decision;
  const to = selected === null ? "" : shortVersion(selected);
  return [target.current.name, movement(target.current, selected, to), `${printable(file)}:${change.line}`];
}

/** A file's name may hold line breaks, which would begin a paragraph of their own, and marks that hide what it is. */
function printable(file: string): string {
  return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(file) ? plainJson(file) : file;
}

function movement(from: ImageReference, selected: ImageReference | null, to: string): string {
  const old = shortVersion(from);
  if (old !== to) return `${old} -> ${to}`;
  const digest = (image: ImageReference | null): string => image?.digest ? shortDigest(image.digest) : "no digest";
  return `${to}: ${digest(from)} -> ${digest(selected)}`;
}

function shortVersion(image: ImageReference): string {
  return image.tag ?? (image.digest === null ? "no tag" : shortDigest(image.digest));
}
