// `.env` files: lines of NAME=value, as Compose and shells read the simple ones.

/** The variables of a `.env` text. Comments, blank lines and lines that set nothing are read past. */
export function parseDotEnv(text: string): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    const [, name, raw] = match ?? [];
    if (name !== undefined && raw !== undefined) variables[name] = unquoted(raw);
  }
  return variables;
}

function unquoted(raw: string): string {
  const quoted = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(raw);
  return quoted ? quoted[2] ?? "" : raw.replace(/\s+#.*$/, "");
}
