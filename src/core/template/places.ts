// Where characters stand in a template, and which of them are blanks.
import type { Position } from "./token.ts";

const blanks = " \t\r\n";

/** Lines and columns of offsets, asked for in rising order. */
export class Places {
  readonly #text: string;
  #offset = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The position of an offset that is not before the last one asked for. */
  of(offset: number): Position {
    for (; this.#offset < offset; this.#offset++) {
      if (this.#text[this.#offset] !== "\n") continue;
      this.#line++;
      this.#lineStart = this.#offset + 1;
    }
    return { line: this.#line, column: offset - this.#lineStart + 1 };
  }
}

/** Whether the character is a blank in the sense of the trim markers. */
export function isBlank(character: string | undefined): boolean {
  return character !== undefined && blanks.includes(character);
}
