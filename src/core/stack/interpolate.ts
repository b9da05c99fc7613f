// Variables in Compose values, replaced as the Compose specification says (12-interpolation).

/** What came of one text. */
export interface Interpolated {
  readonly text: string;
  /** Variables that nothing sets and that have no default; they became empty. */
  readonly unset: readonly string[];
  /** What `${NAME:?message}` or a form that is none says is wrong; null: nothing. */
  readonly error: string | null;
}

const deepest = 10;

/**
 * Replaces `$NAME`, `${NAME}` and the forms with `-`, `:-`, `?`, `:?`, `+`, `:+`, whose second part may hold variables
 * again; `$$` is a dollar sign.
 */
export function interpolate(text: string, variables: ReadonlyMap<string, string>, depth = 0): Interpolated {
  const unset: string[] = [];
  let error: string | null = null;
  let result = "";
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) break;
    result += text.slice(at, dollar);
    const next = text.charAt(dollar + 1);
    if (next === "$") {
      result += "$";
      at = dollar + 2;
      continue;
    }
    const bare = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(dollar + 1));
    const end = next === "{" ? closing(text, dollar + 2) : -1;
    if (bare === null && end < 0) return { text, unset, error: "a $ begins no variable; write $$ for a dollar sign" };
    const inner = bare === null ? expand(text.slice(dollar + 2, end), variables, depth) : look(bare[0], variables);
    result += inner.text;
    unset.push(...inner.unset);
    error ??= inner.error;
    at = bare === null ? end + 1 : dollar + 1 + bare[0].length;
  }
  return { text: result + text.slice(at), unset, error };
}

function look(name: string, variables: ReadonlyMap<string, string>): Interpolated {
  const value = variables.get(name);
  return { text: value ?? "", unset: value === undefined ? [name] : [], error: null };
}

/** The inside of `${...}`. */
function expand(inner: string, variables: ReadonlyMap<string, string>, depth: number): Interpolated {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([\s\S]*))?$/.exec(inner);
  if (match === null) return { text: "", unset: [], error: `\${${inner.slice(0, 100)}} is no form that Compose knows` };
  const [, name = "", operator, rest = ""] = match;
  if (operator === undefined) return look(name, variables);
  const value = variables.get(name);
  const isSet = value !== undefined && !(operator.startsWith(":") && value === "");
  if (operator.endsWith("+")) return isSet ? again(rest, variables, depth) : plain("");
  if (isSet) return plain(value);
  if (operator.endsWith("-")) return again(rest, variables, depth);
  return { text: "", unset: [], error: `${name} is not set: ${rest.slice(0, 200) || "it is required"}` };
}

function again(text: string, variables: ReadonlyMap<string, string>, depth: number): Interpolated {
  if (depth >= deepest) return { text: "", unset: [], error: "variables are nested too deeply" };
  return interpolate(text, variables, depth + 1);
}

function plain(text: string): Interpolated {
  return { text, unset: [], error: null };
}

/** Offset of the brace that closes the one before `from`, or -1. */
function closing(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith("${", at)) open++;
    else if (text[at] === "}" && --open === 0) return at;
  }
  return -1;
}
