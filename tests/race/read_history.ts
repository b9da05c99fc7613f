// What stands on a branch at the end, read without magos's own git: parents, trailers, authors.
import { parseTrailers } from "../../src/core/plan/trailers.ts";
import type { GitRemote } from "../fakes/git_remote.ts";

/** One commit. */
export interface SeenCommit {
  readonly revision: string;
  readonly parents: readonly string[];
  /** Null: no commit of magos's. */
  readonly plan: string | null;
  readonly changes: readonly { readonly image: string; readonly from: string; readonly to: string }[];
}

/** The commits of a range, oldest first. */
export async function readHistory(remote: GitRemote, range: string): Promise<readonly SeenCommit[]> {
  const text = await remote.git("log", "--reverse", "--topo-order", "--format=%x00%H%x01%P%x01%B", range);
  return text.split("\0").slice(1).map((entry): SeenCommit => {
    const [revision = "", parents = "", message = ""] = entry.split("\u0001");
    const trailers = parseTrailers(message);
    return {
      revision,
      parents: parents.split(" ").filter((it) => it !== ""),
      plan: trailers?.plan ?? null,
      changes: (trailers?.changes ?? []).map(({ image, from, to }) => ({
        image,
        from: from.tag ?? "",
        to: to.tag ?? "",
      })),
    };
  });
}
