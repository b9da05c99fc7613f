// `printf` for the kinds of values that templates have (Go's fmt, "Printing").
import { formatNumber, formatValue, FunctionError, type Value } from "./value.ts";

const verb = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%])/g;
const widest = 1000;

/** Formats as `fmt.Sprintf` does: what does not fit is said in the text, as Go says it. */
export function formatGo(format: string, args: readonly Value[]): string {
  let next = 0;
  let text = "";
  let end = 0;
  for (const match of format.matchAll(verb)) {
    const [whole, flags = "", width, precision, letter = ""] = match;
    text += format.slice(end, match.index);
    end = match.index + whole.length;
    if (letter === "%") {
      text += "%";
      continue;
    }
    const star = (given: string | undefined): number | null => given === "*" ? starOf(args[next++]) : bound(given);
    const columns = star(width);
    const places = whole.includes(".") ? star(precision) ?? 0 : null;
    if (next >= args.length) {
      text += `%!${letter}(MISSING)`;
      continue;
    }
    text += pad(formatOne(letter, flags, places, args[next++]), flags, columns);
  }
  text += format.slice(end).replace(/%$/, "%!(NOVERB)");
  const extra = args.slice(next);
  if (extra.length === 0) return text;
  return `${text}%!(EXTRA ${extra.map((value) => `${goType(value)}=${formatValue(value, true)}`).join(", ")})`;
}

function formatOne(letter: string, flags: string, places: number | null, value: Value): string {
  if (letter === "v") return flags.includes("#") && typeof value === "string" ? quote(value) : formatValue(value, true);
  if (letter === "T") return goType(value);
  if (letter === "t" && typeof value === "boolean") return String(value);
  if (typeof value === "number") return formatNumeric(letter, flags, places, value);
  const text = typeof value === "string"
    ? value
    : typeof value === "boolean" || value === null
    ? null
    : formatValue(value, true);
  if (text === null) return wrongVerb(letter, value);
  switch (letter) {
    case "s":
      return places === null ? text : [...text].slice(0, places).join("");
    case "q":
      return quote(text);
    case "x":
    case "X": {
      const hex = [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return letter === "X" ? hex.toUpperCase() : hex;
    }
    default:
      return wrongVerb(letter, value);
  }
}

function formatNumeric(letter: string, flags: string, places: number | null, value: number): string {
  const sign = value < 0 ? "" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const whole = Number.isInteger(value);
  switch (letter) {
    case "d":
      return whole ? sign + formatNumber(value) : wrongVerb(letter, value);
    case "b":
    case "o":
    case "x":
    case "X": {
      if (!whole) return wrongVerb(letter, value);
      const text = value.toString(letter === "b" ? 2 : letter === "o" ? 8 : 16);
      return sign + (letter === "X" ? text.toUpperCase() : text);
    }
    case "c":
    case "q":
    case "U": {
      if (!whole || value < 0 || value > 0x10ffff) return wrongVerb(letter, value);
      if (letter === "U") return `U+${value.toString(16).toUpperCase().padStart(4, "0")}`;
      const character = String.fromCodePoint(value);
      return letter === "c" ? character : `'${character}'`;
    }
    case "f":
    case "F":
      return sign + value.toFixed(Math.min(places ?? 6, 100));
    case "e":
      return sign + value.toExponential(Math.min(places ?? 6, 100)).replace(/e([+-])(\d)$/, "e$10$2");
    case "g":
      return sign +
        (places === null
          ? formatNumber(value)
          : formatNumber(Number(value.toPrecision(Math.min(Math.max(places, 1), 100)))));
    default:
      return wrongVerb(letter, value);
  }
}

function wrongVerb(letter: string, value: Value): string {
  if (value === null || value === undefined) return `%!${letter}(<nil>)`;
  return `%!${letter}(${goType(value)}=${formatValue(value, true)})`;
}

function pad(text: string, flags: string, columns: number | null): string {
  const missing = (columns ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes("-")) return text + " ".repeat(missing);
  if (!flags.includes("0")) return " ".repeat(missing) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  return sign + "0".repeat(missing) + text.slice(sign.length);
}

function bound(given: string | undefined): number | null {
  if (given === undefined) return null;
  const number = Number(given);
  if (number > widest) throw new FunctionError(`a width of ${given} is more than ${widest}`);
  return number;
}

function starOf(value: Value): number {
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= widest) return value;
  throw new FunctionError("* wants a whole number of at most 1000");
}

function goType(value: Value): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
}

/** A text in double quotes with Go's escapes (strconv.Quote). */
export function quote(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    "\u0007": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
  };
  const inner = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const short = escapes[character];
    if (short !== undefined) return short;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${inner}"`;
}
