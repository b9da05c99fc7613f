// `update.exclude`: which images and files are left alone, whatever marks them.
// @ts-types="@types/picomatch"
import picomatch from "picomatch";
import type { Exclusion } from "../documents/config.ts";
import { formatRepository, parseReference, parseRepository } from "../model/reference.ts";
import type { FoundTarget } from "./find_context.ts";

/** A value that is left alone, and the entry that says so. */
export interface ExcludedTarget {
  readonly found: FoundTarget;
  readonly exclusion: Exclusion;
}

/** The entry that leaves an image alone; `text` is the image as written, with or without tag. Null: none does. */
export function findExclusion(text: string, exclusions: readonly Exclusion[]): Exclusion | null {
  if (exclusions.length === 0) return null;
  const names = spellingsOf(text);
  return exclusions.find(({ image }) => names.some(matcherOf(image))) ?? null;
}

/**
 * The entry that leaves a whole file alone: a glob of paths, or a folder with a slash at its end. An entry with a reason
 * speaks of images alone.
 */
export function findFileExclusion(file: string, exclusions: readonly Exclusion[]): Exclusion | null {
  const isFor = ({ image, reason }: Exclusion): boolean => {
    const plain = image.replace(/^(\.\/)+/, "");
    return reason === null && (matcherOf(plain)(file) || (plain.endsWith("/") && file.startsWith(plain)));
  };
  return exclusions.find(isFor) ?? null;
}

/** The entry that leaves a followed value alone: by the image that it names, the one it looks for, or by its file. */
export function findTargetExclusion({ target, slot }: FoundTarget, exclusions: readonly Exclusion[]): Exclusion | null {
  const { name, tag } = target.current;
  return findExclusion(tag === null ? name : `${name}:${tag}`, exclusions) ??
    findExclusion(formatRepository(target.repository), exclusions) ??
    findFileExclusion(target.file, exclusions) ?? findFileExclusion(slot.source.file, exclusions);
}

/** As written and in canonical form, each with its tag and without. */
function spellingsOf(text: string): readonly string[] {
  const read = parseReference(text);
  if (!read.ok) return [text];
  const { name, tag } = read.value;
  const repository = parseRepository(name);
  const names = [name, ...repository.ok ? [formatRepository(repository.value)] : []];
  return tag === null ? names : names.flatMap((it) => [it, `${it}:${tag}`]);
}

function matcherOf(glob: string): (text: string) => boolean {
  const matches = picomatch(glob, { dot: true, noextglob: true });
  // Called with more than one argument, as by some(), it answers with an object.
  return (text) => matches(text);
}
