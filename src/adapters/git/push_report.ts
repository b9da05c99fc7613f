// Reads what `git push --porcelain` reports about the one ref that was pushed.

/** What became of the branch: `none` when git got no answer about it. */
export type PushReport =
  | { readonly kind: "moved" }
  | { readonly kind: "raced" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "none" };

const raced = /stale info|non-fast-forward|fetch first|cannot lock ref|incorrect old value|reference already exists/;
// Both branch `a` and branch `a/b` cannot exist: trying again would never help.
const nameConflict = /exists; cannot create|directory\/file conflict/;

/** Reads the report line of `ref`, its whole name (git-push, "Output": flag, from:to, summary, separated by tabs). */
export function readPushReport(stdout: string, stderr: string, ref: string): PushReport {
  for (const line of stdout.split("\n")) {
    const [flag, refs, summary = ""] = line.split("\t");
    if (flag === undefined || refs === undefined || !refs.endsWith(`:${ref}`)) continue;
    if (flag !== "!") return { kind: "moved" };
    // Receive-pack says "failed to update ref" in the report, and why only in its own words.
    const words = /failed to update ref/.test(summary) ? `${summary} ${stderr}` : summary;
    if (raced.test(words) && !nameConflict.test(words)) return { kind: "raced" };
    return { kind: "refused", reason: summary };
  }
  return { kind: "none" };
}
