// The values of a YAML file with their variables followed; `.env` takes part only beside a Compose file.
import { type Result, success } from "../model/problem.ts";
import { LineIndex } from "../yaml/text.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";
import type { YamlScalar } from "../yaml/scalars.ts";
import { findAssignment, readEnvFile } from "./env_file.ts";
import { envBeside } from "./file_kind.ts";
import { type EnvFile, followVariables } from "./follow_variables.ts";
import type { PlacedValue } from "./magos_target.ts";
import { placeAt } from "./place.ts";
import { slotOffset, type SourceText } from "./slot.ts";

/** Gives what a scalar stands for, or why that cannot be told. */
export type ReadValue = (scalar: YamlScalar) => Result<PlacedValue>;

/** The reader for one file. Its `.env` is read once, when the first variable needs it. */
export function valueReader(
  yaml: YamlFile,
  scalars: readonly YamlScalar[],
  readSibling: (path: string) => string | null,
): ReadValue {
  const source: SourceText = { file: yaml.file, text: yaml.text };
  const isCompose = scalars.some((scalar) => scalar.path[0] === "services");
  let env: EnvFile | null | undefined = isCompose ? undefined : null;
  return (scalar) => {
    if (env === undefined && scalar.text.includes("$")) env = readEnv(envBeside(yaml.file), readSibling);
    const followed = followVariables(source, scalar, env ?? null);
    if (!followed.ok) return followed;
    const { slot, variable } = followed.value;
    const isElsewhere = slot.source.file !== yaml.file;
    const lines = isElsewhere ? new LineIndex(slot.source.text) : yaml.lines;
    return success({
      place: placeAt(yaml.file, yaml.lines, scalar.start),
      valuePlace: placeAt(slot.source.file, lines, slotOffset(slot)),
      value: followed.value,
      secretName: isElsewhere ? variable : null,
    });
  };
}

function readEnv(file: string, readSibling: (path: string) => string | null): EnvFile | null {
  const text = readSibling(file);
  if (text === null) return null;
  const entries = readEnvFile(text);
  return { source: { file, text }, find: (name) => findAssignment(entries, name) };
}
