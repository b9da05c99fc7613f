// A marked scalar to the place that holds its version: itself, a default inside it, or a line of `.env`.
import { failure, type Result, success } from "../model/problem.ts";
import type { YamlScalar } from "../yaml/scalars.ts";
import { readSegments, type Segment } from "./variables.ts";
import { type Slot, type SourceText, wholeScalar } from "./slot.ts";
import type { LineEntry } from "./line_entry.ts";

/** The `.env` file beside a Compose file, read. */
export interface EnvFile {
  readonly source: SourceText;
  readonly find: (name: string) => LineEntry | null;
}

/** What a value stands for, and the one place in it that an update changes. */
export interface FollowedValue {
  readonly text: string;
  readonly slot: Slot;
  /** The text around the slot's own, which stays. */
  readonly before: string;
  readonly after: string;
  /** The variable that was followed. */
  readonly variable: string | null;
}

/** A value as it is: what stands in it is what it means. */
export function plainValue(slot: Slot, text: string): FollowedValue {
  return { text, slot, before: "", after: "", variable: null };
}

/** Follows the variables of a scalar. `env` is null where no `.env` file takes part. */
export function followVariables(source: SourceText, scalar: YamlScalar, env: EnvFile | null): Result<FollowedValue> {
  const whole = wholeScalar(source, scalar);
  if (!scalar.text.includes("$")) return success(plainValue(whole, scalar.text));
  const segments = readSegments(scalar.text, env?.find ?? (() => null));
  if (!segments.ok) return segments;
  const index = editedSegment(segments.value);
  const segment = segments.value[index];
  if (segment === undefined) {
    return failure("marker.variable", "several variables share the tag and digest of the value", {
      cure: "keep the tag in one variable, or write it out",
    });
  }
  const join = (parts: readonly Segment[]): string => parts.map((part) => part.text).join("");
  const slot: Slot = segment.entry !== null && env !== null
    ? { form: "line", source: env.source, entry: segment.entry }
    : { ...whole, from: segment.from, to: segment.to };
  return success({
    text: join(segments.value),
    slot,
    before: join(segments.value.slice(0, index)),
    after: join(segments.value.slice(index + 1)),
    variable: segment.name,
  });
}

/** The segment that holds tag and digest; a variable among literal text is it. -1 when there are several. */
function editedSegment(segments: readonly Segment[]): number {
  const text = segments.map((segment) => segment.text).join("");
  const start = versionStart(text);
  const touched = start === null ? segments.map((_, index) => index) : overlapping(segments, start);
  const variables = touched.filter((index) => typeof segments[index]?.name === "string");
  if (touched.length === 1) return touched[0] ?? -1;
  if (touched.length === 0) return segments.length - 1;
  return variables.length === 1 ? variables[0] ?? -1 : -1;
}

/** Where the tag begins, else the digest, else the end; null for a text that is no name with a tag, but a tag alone. */
function versionStart(text: string): number | null {
  const at = text.indexOf("@");
  const name = at < 0 ? text : text.slice(0, at);
  const colon = name.lastIndexOf(":");
  if (colon > name.lastIndexOf("/")) return colon + 1;
  if (at >= 0) return at + 1;
  return text.includes("/") ? text.length : null;
}

function overlapping(segments: readonly Segment[], start: number): readonly number[] {
  let at = 0;
  return segments.flatMap(({ text }, index) => {
    at += text.length;
    return at > start && text !== "" ? [index] : [];
  });
}
