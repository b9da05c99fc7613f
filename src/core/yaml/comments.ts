// The comments of a YAML text, told from `#` inside strings and block scalars by the lexer itself.

/** One comment with its `#`. */
export interface YamlComment {
  readonly text: string;
  /** UTF-16 offset of the `#`. */
  readonly start: number;
  /** Whether nothing but blanks stands before it on its line. */
  readonly alone: boolean;
}

// Marks of the lexer that stand for no source text: document, flow end, and "a scalar follows".
const documentMark = "\x02";
const flowEndMark = "\x18";
const scalarMark = "\x1f";

/**
 * Passes the lexemes of a text on and adds the comments among them to `comments`, in order. The text must hold no control
 * characters: they would be taken for marks.
 */
export function* notingComments(text: string, lexemes: Iterable<string>, comments: YamlComment[]): Iterable<string> {
  let offset = 0;
  let afterScalarMark = false;
  for (const lexeme of lexemes) {
    yield lexeme;
    if (lexeme === scalarMark) {
      afterScalarMark = true;
      continue;
    }
    if (lexeme === documentMark || lexeme === flowEndMark) continue;
    if (!afterScalarMark && lexeme.startsWith("#")) {
      comments.push({ text: lexeme, start: offset, alone: isAlone(text, offset) });
    }
    afterScalarMark = false;
    offset += lexeme.length;
  }
}

function isAlone(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return text.slice(lineStart, offset).replace("\ufeff", "").trim() === "";
}
