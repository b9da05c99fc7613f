// The comment `# {"magos": {...}}`: text to a marker, or what is wrong with it.
import * as z from "zod";
import { parseDuration } from "../model/duration.ts";
import { parsePlatform } from "../model/platform.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { nearestOf } from "../model/nearest.ts";

const duration = z.string().superRefine((text, context) => {
  const parsed = parseDuration(text);
  if (!parsed.ok) context.addIssue({ code: "custom", message: parsed.failure.message });
});

const platform = z.string().superRefine((text, context) => {
  const parsed = parsePlatform(text);
  if (!parsed.ok) context.addIssue({ code: "custom", message: parsed.failure.message });
});

const markerSchema = z.strictObject({
  policy: z.string().min(1).max(200),
  repo: z.string().min(1).max(300).optional(),
  range: z.string().max(500).optional(),
  filter: z.string().max(500).optional(),
  extract: z.string().max(500).optional(),
  prerelease: z.boolean().optional(),
  arch: z.union([platform, z.array(platform).max(20)]).optional(),
  minAge: duration.optional(),
  pin: z.enum(["tag", "digest", "both"]).optional(),
  tag: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "not a tag").optional(),
});

const outerSchema = z.strictObject({ magos: z.unknown() });

/** A marker as written; what it leaves out is undefined. */
export type MagosMarker = z.infer<typeof markerSchema>;

/** Whether a comment is meant as a magos marker: it starts with exactly `# {"magos"` (design.md 3.1). */
export function isMagosMarker(comment: string): boolean {
  return comment.startsWith('# {"magos"');
}

/** Reads a comment for which `isMagosMarker` holds. Fails with `marker.invalid`; the message names the key. */
export function parseMagosMarker(comment: string): Result<MagosMarker> {
  const json = parseJson(comment.slice(2).trim());
  if (!json.ok) return json;
  const outer = outerSchema.safeParse(json.value);
  if (!outer.success) return invalid('the marker must be {"magos": {...}} and nothing else');
  const inner = markerSchema.safeParse(outer.data.magos);
  if (!inner.success) return invalid(issueText(inner.error));
  return success(inner.data);
}

function parseJson(text: string): Result<unknown> {
  try {
    return success(JSON.parse(text));
  } catch {
    return invalid("the comment is not JSON");
  }
}

function issueText(error: z.ZodError): string {
  // A key that is missing is most often one that is misspelt, and then the slip is what helps.
  const issue = error.issues.find((it) => it.code === "unrecognized_keys") ?? error.issues[0];
  if (issue === undefined) return "the marker is not understood";
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const near = nearestOf(key, Object.keys(markerSchema.shape));
    return `unknown key "${key.slice(0, 100)}"${near === null ? "" : `; did you mean "${near}"?`}`;
  }
  const path = issue.path.join(".");
  return path === "" ? issue.message : `"${path}": ${issue.message}`;
}

function invalid(why: string): Result<never> {
  return failure("marker.invalid", why, {
    cure: 'write it like # {"magos": {"policy": "semver", "range": ">=1.2 <2"}}',
  });
}
