// What magos's commits say they moved, for who looks for values that somebody has set back since.
import { type Digest, isDigest } from "../model/digest.ts";
import { isTag } from "../model/reference.ts";
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

/** What each commit of magos's own says, whoever has squashed several into one. */
export const ownCommits = "Magos-Plan: ";

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
  const change = parse(json);
  const to = isRecord(change) ? change["to"] : null;
  if (!isRecord(change) || !isRecord(to)) return [];
  const { policy, image, file } = change;
  if (typeof policy !== "string" || typeof image !== "string" || typeof file !== "string") return [];
  const { tag, digest } = to;
  return [{
    commit: revision,
    time,
    policy,
    image,
    file,
    tag: typeof tag === "string" && isTag(tag) ? tag : null,
    digest: typeof digest === "string" && isDigest(digest) ? digest : null,
  }];
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
