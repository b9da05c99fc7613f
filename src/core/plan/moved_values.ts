// What magos's commits say they moved, for who looks for values that somebody has set back since.
import type { Digest } from "../model/digest.ts";
import { parseRecordedChange } from "../model/recorded_change.ts";
import type { Time } from "../model/time.ts";
import type { Commit } from "../ports/git.ts";

/** One value that a commit of magos moved, as its trailer says. */
export interface MovedValue {
  readonly commit: string;
  readonly time: Time;
  readonly policy: string;
  readonly image: string;
  readonly file: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
}

/**
 * All values that the commits moved, in the order of the commits. A squash joins the messages of a branch, so trailers
 * count in each paragraph that begins with the id of a plan; who forges one keeps an image from moving and no more.
 */
export function movedValues(commits: readonly Commit[]): readonly MovedValue[] {
  return commits.flatMap((commit) => changesOf(commit.message).flatMap((change) => readChange(commit, change)));
}

function changesOf(message: string): readonly string[] {
  return message.split(/\n[ \t]*\r?\n/).flatMap((paragraph) => {
    const lines = paragraph.trim().split("\n").map((line) => line.trim());
    if (!/^Magos-Plan: [a-f0-9]{64}$/.test(lines[0] ?? "")) return [];
    return lines.flatMap((line) => line.startsWith("Magos-Change: ") ? [line.slice("Magos-Change: ".length)] : []);
  });
}

function readChange({ revision, time }: Commit, json: string): readonly MovedValue[] {
  const change = parseRecordedChange(parse(json));
  if (change === null) return [];
  const { policy, image, file, to } = change;
  return [{ commit: revision, time, policy, image, file, tag: to.tag, digest: to.digest }];
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
