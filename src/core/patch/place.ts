// Places in files as problems and targets name them.
import type { LineIndex } from "../yaml/text.ts";

/** A file, and a line and column counted from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The place of an offset. */
export function placeAt(file: string, lines: LineIndex, offset: number): FilePlace {
  return { file, ...lines.at(offset) };
}
