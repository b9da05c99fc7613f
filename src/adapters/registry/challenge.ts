// What a 401 asks for: the WWW-Authenticate header, read by a small state machine (RFC 9110, section 11.6.1).

/** One challenge; names of scheme and parameters are in lower case, of a repeated parameter the first holds. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const maxHeader = 8192;
const maxChallenges = 8;
const maxParameters = 16;
const tokenCharacter = /[A-Za-z0-9!#$%&'*+.^_`|~-]/;

/**
 * Reads all challenges of the header, several lines joined by commas included. What is malformed is passed over: a
 * registry may offer a strange scheme beside one that can be used (registries 1.2).
 */
export function parseChallenges(header: string): readonly Challenge[] {
  if (header.length > maxHeader) return [];
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  while (at < header.length) {
    at = skip(header, at, /[\s,]/);
    const start = at;
    at = skip(header, at, tokenCharacter);
    if (at === start) {
      at++;
      continue;
    }
    const name = header.slice(start, at).toLowerCase();
    const afterName = skip(header, at, /[ \t]/);
    const current = challenges.at(-1);
    if (header[afterName] === "=" && current !== undefined) {
      const [value, end] = readValue(header, skip(header, afterName + 1, /[ \t]/));
      if (current.parameters.size < maxParameters && !current.parameters.has(name)) current.parameters.set(name, value);
      at = end;
      continue;
    }
    if (challenges.length === maxChallenges) break;
    challenges.push({ scheme: name, parameters: new Map() });
    at = skipToken68(header, at);
  }
  return challenges;
}

// `Negotiate YWJj==` carries one bare value, which is told from a parameter by what follows it: the end or a comma.
function skipToken68(header: string, at: number): number {
  const start = skip(header, at, / /);
  if (start === at) return at;
  const letters = skip(header, start, /[A-Za-z0-9._~+/-]/);
  const end = skip(header, skip(header, letters, /=/), /[ \t]/);
  return letters > start && (end === header.length || header[end] === ",") ? end : at;
}

function readValue(header: string, at: number): readonly [string, number] {
  if (header[at] !== '"') {
    const end = skip(header, at, /[^\s,]/);
    return [header.slice(at, end), end];
  }
  let value = "";
  let index = at + 1;
  while (index < header.length && header[index] !== '"') {
    if (header[index] === "\\") index++;
    value += header[index] ?? "";
    index++;
  }
  return [value, index + 1];
}

function skip(text: string, at: number, what: RegExp): number {
  let index = at;
  while (index < text.length && what.test(text[index] ?? "")) index++;
  return index;
}
