// Quoted texts as Go writes them (Go specification, "String literals" and "Rune literals").

/** A quoted text that was read, and where the text goes on behind its closing quote. */
export interface ReadString {
  readonly text: string;
  readonly end: number;
}

const simple: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads a string or rune that begins at `at`, or says in words what is wrong with it. */
export function readGoString(text: string, at: number): ReadString | string {
  const quote = text[at] ?? "";
  if (quote === "`") {
    const close = text.indexOf("`", at + 1);
    return close < 0
      ? "a raw text has no end"
      : { text: text.slice(at + 1, close).replaceAll("\r", ""), end: close + 1 };
  }
  let value = "";
  for (let index = at + 1; index < text.length;) {
    const character = text[index];
    if (character === quote) {
      const isRune = quote !== "'" || [...value].length === 1;
      return isRune ? { text: value, end: index + 1 } : "a character in single quotes is not exactly one";
    }
    if (character === "\n") return "a quoted text goes over the end of its line";
    if (character !== "\\") {
      value += character;
      index++;
      continue;
    }
    const escape = readEscape(text, index + 1);
    if (escape === null) return `unknown escape "\\${text[index + 1] ?? ""}"`;
    value += escape.text;
    index = escape.end;
  }
  return "a quoted text has no end";
}

function readEscape(text: string, at: number): ReadString | null {
  const letter = text[at] ?? "";
  const plain = simple[letter];
  if (plain !== undefined) return { text: plain, end: at + 1 };
  const count = hexDigits[letter];
  const digits = count === undefined
    ? /^[0-7]{3}/.exec(text.slice(at, at + 3))?.[0]
    : text.slice(at + 1, at + 1 + count);
  if (digits === undefined) return null;
  if (count !== undefined && (digits.length !== count || !/^[0-9a-fA-F]+$/.test(digits))) return null;
  const code = parseInt(digits, count === undefined ? 8 : 16);
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || surrogate) return null;
  return { text: String.fromCodePoint(code), end: at + digits.length + (count === undefined ? 0 : 1) };
}
