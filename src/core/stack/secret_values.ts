// A decrypted file to the single values in it, so that none of them is seen in a log, an error or a commit.
import { parseDotEnv } from "../documents/dot_env.ts";
import { Secret } from "../model/secret.ts";
import type { SecretFormat } from "../model/stack.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { scalarsOf } from "../yaml/scalars.ts";

// Words that stand in every log would blank it and hide nothing.
const harmless = /^(true|false|yes|no|on|off|null|none|\d{1,5})$/i;

/** Every value of at least four characters, once; of a text in no known form every line. */
export function secretValues(format: SecretFormat, plaintext: Uint8Array): readonly Secret[] {
  const text = new TextDecoder().decode(plaintext);
  const values = valuesIn(format, text).flatMap((value) => [value, ...value.split("\n")]).map((value) => value.trim());
  return [...new Set(values)].filter((value) => value.length >= 4 && !harmless.test(value))
    .map((value) => new Secret(value));
}

function valuesIn(format: SecretFormat, text: string): readonly string[] {
  switch (format) {
    case "dotenv":
      // Programs read what is odd in their own ways: names with dots, values of several lines, a # within.
      return [...Object.values(parseDotEnv(text)), ...linesIn(text, "#")];
    case "yaml":
    case "json": {
      const parsed = parseYaml(text, "secret");
      return parsed.ok ? scalarsOf(parsed.value).map((scalar) => scalar.text) : [text];
    }
    case "ini":
      return linesIn(text, "#;[");
    case "binary":
      return [text];
  }
}

/** What stands after each `=`, without quotes, and lines that set nothing, as those within a value of several lines. */
function linesIn(text: string, unsaid: string): readonly string[] {
  return text.split("\n").map((line) => line.trim()).flatMap((line) => {
    if (line === "" || unsaid.includes(line.charAt(0))) return [];
    const value = /^(?:export\s+)?[A-Za-z_][^\s=]*\s*=(.*)$/.exec(line)?.[1];
    // The last line of a key ends like that.
    const own = value === undefined || /^=*$/.test(value) ? line : value;
    return [own.trim().replaceAll(/^["'`]+|["'`]+$/g, "")];
  });
}
