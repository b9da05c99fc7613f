// The patterns that people mostly write, `^v?\d+\.\d+\.\d+$`, on the engine's own regular expressions, which take a
// tenth of the time on long lists. Only where both give the same answer and backtracking is bounded by a small number.

/** Characters of one set, repeated. */
interface Repeat {
  readonly kind: "repeat";
  readonly set: CharacterSet;
  readonly least: number;
  readonly most: number;
}

/** Alternatives, taken once, or at most once. */
interface Group {
  readonly kind: "group";
  readonly alternatives: readonly Sequence[];
  readonly optional: boolean;
}

type Sequence = readonly (Repeat | Group)[];

/** Printable ASCII characters as bits. */
type CharacterSet = bigint;

/** How many ways there are to go wrong. */
interface Work {
  choices: number;
  ambiguous: number;
}

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
// On printable ASCII both engines agree on what a character is. Going back takes the square of the length: 0.13 ms for a
// tag of 128 characters that is made for it, which a list of 100,000 would feel. Few real tags are as long as this.
const plainText = /^[ -~]{0,48}$/;
const mostChoices = 8;

const escape = "\\\\[dDwW.\\-_+*?()[\\]{}^$|/]";
const member = `[A-Za-z0-9](?:-[A-Za-z0-9])?|${escape}|[_.+:/=,@ ]|-(?=\\])`;
const atomForm = `${escape}|\\[\\^?-?(?:${member})+\\]|[A-Za-z0-9_:/=,@ .-]`;
const tokenForm = new RegExp(
  `(\\((?:\\?:|\\?P?<\\w+>|(?!\\?)))|([)|^$])|(${atomForm})|((?:[*+?]|\\{\\d{1,2}(?:,\\d{0,2})?\\})\\??)`,
  "y",
);

/** Whether a text may be given to a plain pattern: it is short and of printable ASCII. */
export function isPlainText(text: string): boolean {
  return plainText.test(text);
}

/**
 * Translates a pattern that RE2 accepts, with its groups in the same order; null when it holds anything but plain parts
 * or when a text that nearly matches could cost much.
 */
export function plainPattern(source: string): RegExp | null {
  const tokens = splitTokens(source);
  if (tokens === null) return null;
  const anchored = tokens[0] === "^";
  const body = tokens.slice(anchored ? 1 : 0, tokens.at(-1) === "$" ? -1 : undefined);
  const reading = { tokens: body, at: 0 };
  const alternatives = readAlternatives(reading);
  // An anchor in any other place, or one that holds for one alternative alone, is left to RE2.
  if (alternatives === null || reading.at < body.length) return null;
  if (alternatives.length > 1 && body.length < tokens.length) return null;
  const work: Work = { choices: alternatives.length, ambiguous: 0 };
  for (const sequence of alternatives) firstOf(sequence, 0n, work);
  if (work.choices > mostChoices || work.ambiguous > (anchored ? 1 : 0)) return null;
  return new RegExp(tokens.map((token) => token.replace(/^\(\?P?<.*/, "(")).join(""));
}

function splitTokens(source: string): readonly string[] | null {
  const tokens: string[] = [];
  for (let at = 0; at < source.length; at = tokenForm.lastIndex) {
    tokenForm.lastIndex = at;
    const match = tokenForm.exec(source);
    if (match === null) return null;
    tokens.push(match[0]);
  }
  return tokens;
}

/** Reads up to a closing parenthesis or the end. */
function readAlternatives(reading: { readonly tokens: readonly string[]; at: number }): readonly Sequence[] | null {
  let sequence: (Repeat | Group)[] = [];
  const alternatives = [sequence];
  for (; reading.at < reading.tokens.length; reading.at++) {
    const token = reading.tokens[reading.at] ?? "";
    if (token === ")") return alternatives;
    if (token === "^" || token === "$") return null;
    if (token === "|") {
      sequence = [];
      alternatives.push(sequence);
    } else if (token.startsWith("(")) {
      reading.at++;
      const inner = readAlternatives(reading);
      if (inner === null || reading.tokens[reading.at] !== ")") return null;
      sequence.push({ kind: "group", alternatives: inner, optional: false });
    } else if (!isRepeat(token)) {
      sequence.push({ kind: "repeat", set: setOf(token), least: 1, most: 1 });
    } else {
      const last = sequence.pop();
      const repeated = last === undefined ? null : repeat(last, token);
      if (repeated === null) return null;
      sequence.push(repeated);
    }
  }
  return alternatives;
}

function isRepeat(token: string): boolean {
  return /^(?:[*+?]|\{)/.test(token);
}

function setOf(atom: string): CharacterSet {
  const form = new RegExp(atom);
  return printable.reduce((set, character, bit) => (form.test(character) ? set | (1n << BigInt(bit)) : set), 0n);
}

/**
 * A group is repeated at most once, since engines differ in what a later turn does to its captures; and it must not
 * match the empty text then, which JavaScript refuses as a turn.
 */
function repeat(node: Repeat | Group, token: string): Repeat | Group | null {
  if (node.kind === "group") {
    return token.startsWith("?") && !node.alternatives.some(canBeEmpty) ? { ...node, optional: true } : null;
  }
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(token) ?? [];
  if (least !== undefined) {
    return { ...node, least: Number(least), most: comma === "" ? Number(least) : most ? Number(most) : Infinity };
  }
  return { ...node, least: token.startsWith("+") ? 1 : 0, most: token.startsWith("?") ? 1 : Infinity };
}

function canBeEmpty(sequence: Sequence): boolean {
  return sequence.every((node) =>
    node.kind === "group" ? node.optional || node.alternatives.some(canBeEmpty) : node.least === 0
  );
}

/**
 * The characters a sequence can start with, `follow` being those that can come after it. Where a repeat and what
 * follows it share no character there is one way to match, and going back fails at once; the other places are counted.
 */
function firstOf(sequence: Sequence, follow: CharacterSet, work: Work): CharacterSet {
  let first = follow;
  for (const node of sequence.toReversed()) {
    if (node.kind === "group") {
      work.choices *= node.alternatives.length + (node.optional ? 1 : 0);
      const after = first;
      first = node.optional ? after : 0n;
      for (const alternative of node.alternatives) first |= firstOf(alternative, after, work);
    } else {
      if (node.least !== node.most && (node.set & first) !== 0n) work.ambiguous++;
      first = node.least === 0 ? node.set | first : node.set;
    }
  }
  return first;
}
