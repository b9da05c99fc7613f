// Bytes of a file to text without loss, and offsets in it to lines and columns.
import { failure, type Result, success } from "../model/problem.ts";

/** The text with its byte order mark, if any, kept; fails on bytes that are no UTF-8 instead of replacing them. */
export function decodeText(bytes: Uint8Array, file: string): Result<string> {
  try {
    return success(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return failure("file.unparsable", `${file} is not UTF-8 text`, { file, cure: "save the file as UTF-8" });
  }
}

/** A place in a text, both counted from 1; the column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the position of offsets in one text. Lines end at LF or CRLF; a byte order mark takes no column. */
export class LineIndex {
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [text.startsWith("\ufeff") ? 1 : 0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  /** Position of a UTF-16 offset. */
  at(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, offset - (this.#starts[low] ?? 0)) + 1 };
  }
}
