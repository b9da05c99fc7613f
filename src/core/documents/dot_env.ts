// `.env` files: lines of NAME=value, as Compose and shells read the simple ones.

/** The variables of a `.env` text. Comments, blank lines and lines that set nothing are read past. */
export function parseDotEnv(text: string): Readonly<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    const [, name, raw] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=(.*)$/.exec(line) ?? [];
    if (name !== undefined && raw !== undefined) variables.set(name, unquoted(raw));
  }
  return Object.fromEntries(variables);
}

function unquoted(raw: string): string {
  const [, single] = /^\s*'([^']*)'\s*(?:#.*)?$/.exec(raw) ?? [];
  if (single !== undefined) return single;
  const [, double] = /^\s*"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(raw) ?? [];
  if (double !== undefined) return double.replace(/\\(["\\$`])/g, "$1");
  const comment = raw.search(/\s#/);
  return (comment < 0 ? raw : raw.slice(0, comment)).trim();
}
