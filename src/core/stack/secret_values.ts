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
      return Object.values(parseDotEnv(text));
    case "yaml":
    case "json": {
      const parsed = parseYaml(text, "secret");
      return parsed.ok ? scalarsOf(parsed.value).map((scalar) => scalar.text) : [text];
    }
    case "ini":
      return text.split("\n").flatMap((line) => /^\s*[^;#[=]+=(.*)$/.exec(line)?.[1]?.trim() ?? []);
    case "binary":
      return [text];
  }
}
