// The comment `# {"$imagepolicy": "ns:name:tag"}`: text to a Flux marker, to nothing, or to what is wrong with it.
import { failure, type Result, success } from "../model/problem.ts";

/** A Flux marker (Flux semantics 3.2). */
export interface FluxMarker {
  /** As written: `ns:name[:part]`. */
  readonly setter: string;
  /** `ns:name`, the key of the policy. */
  readonly policy: string;
  readonly part: "image" | "tag" | "name" | "digest";
}

/** The token without which Flux does not look at a file. */
export const fluxToken = '"$imagepolicy"';

const referencePrefix = "#/definitions/io.k8s.cli.setters.";
const mention = /image[-_]?policy/i;

/**
 * Reads a comment as Flux does: leading `#` stripped, then one JSON object of strings and nothing else. Null for a
 * comment that is none; a failure for one that was plainly meant to be one, which Flux passes over in silence.
 */
export function readFluxMarker(comment: string): Result<FluxMarker | null> {
  const text = comment.replace(/^#+/, "");
  const members = readMembers(text);
  if (members === null) return mention.test(text) ? explainUnreadable(text) : success(null);
  const setter = setterOf(members);
  if (setter !== null) return readSetter(setter);
  const typo = Object.keys(members).find((key) => mention.test(key));
  if (typo === undefined) return success(null);
  return invalid(`the key "${typo}" is not "$imagepolicy"`);
}

/** Whether a comment that stands alone is meant as a marker, and not as a text about markers. */
export function isMeantAsFluxMarker(comment: string): boolean {
  return /^[#\s\u00a0]*\{\s*["']\$?image[-_]?policy["']\s*:/i.test(comment);
}

/** The members of one object whose values are all strings, or null. A repeated member counts last, as in Go. */
function readMembers(text: string): Readonly<Record<string, string>> | null {
  // Most comments are words, and an exception for each of them is dear.
  if (!/^\s*\{/.test(text)) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const members = Object.entries(value);
  return members.every(([, member]) => typeof member === "string") ? Object.fromEntries(members) : null;
}

function setterOf(members: Readonly<Record<string, string>>): string | null {
  const short = members["$imagepolicy"];
  if (short !== undefined) return short;
  // Flux takes the long form too, though nothing documents it.
  const reference = members["$ref"];
  return reference?.startsWith(referencePrefix) ? reference.slice(referencePrefix.length) : null;
}

function readSetter(setter: string): Result<FluxMarker> {
  const [namespace = "", name = "", part = "image", ...more] = setter.split(":");
  const fail = (why: string): Result<never> => invalid(`"${setter.slice(0, 200)}" ${why}`);
  if (/[\s\u00a0]/.test(setter)) return fail("holds a blank");
  if (!setter.includes(":")) return fail(setter.includes("/") ? "has a / where a : belongs" : "names no namespace");
  if (namespace === "" || name === "" || more.length > 0) return fail("is not namespace:name");
  if (part !== "image" && part !== "tag" && part !== "name" && part !== "digest" || setter.endsWith(":image")) {
    return fail(`has an unknown ending ":${part}"`);
  }
  return success({ setter, policy: `${namespace}:${name}`, part });
}

/** A comment that names an image policy, but is no JSON object of strings. */
function explainUnreadable(text: string): Result<FluxMarker | null> {
  const object = /\{.*\}/s.exec(text)?.[0];
  if (object === undefined || !/["']?\$?image[-_]?policy["']?\s*:/i.test(object)) return success(null);
  const bare = readMembers(object);
  if (bare !== null && setterOf(bare) !== null) return invalid("there is more than the marker in its comment");
  if (/:\s*(?:\d|\{|\[|true|false|null)/.test(object)) return invalid("a member of the marker is not a string");
  return invalid("the marker is not JSON");
}

function invalid(why: string): Result<never> {
  return failure("marker.invalid", why, {
    cure: 'write exactly # {"$imagepolicy": "namespace:name"}, or with :tag, :name or :digest at its end',
  });
}
