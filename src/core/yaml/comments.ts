// The comments of a YAML text, told from `#` inside strings and block scalars by the lexer itself.
import { Lexer } from "yaml";

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

/** All comments in order. The text must have parsed before: control characters would be taken for marks. */
export function commentsOf(text: string): readonly YamlComment[] {
  const comments: YamlComment[] = [];
  let offset = 0;
  let afterScalarMark = false;
  for (const token of new Lexer().lex(text)) {
    if (token === scalarMark) {
      afterScalarMark = true;
      continue;
    }
    if (token === documentMark || token === flowEndMark) continue;
    if (!afterScalarMark && token.startsWith("#")) {
      comments.push({ text: token, start: offset, alone: isAlone(text, offset) });
    }
    afterScalarMark = false;
    offset += token.length;
  }
  return comments;
}

function isAlone(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return text.slice(lineStart, offset).replace("\ufeff", "").trim() === "";
}
