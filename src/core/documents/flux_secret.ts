// Secrets of Kubernetes that Flux's resources refer to: documents of the repository to values that nobody can print.
import { type Failure, failure, type Problem, problemOf, type Result, success } from "../model/problem.ts";
import { Secret } from "../model/secret.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { keyOf } from "./flux_policy.ts";
import { NameTable } from "./name_table.ts";
import { isMapping, type Resource, resourceProblem, resourcesOf } from "./resource.ts";
import { decodeBase64 } from "./base64_text.ts";

/** One Secret, decoded. */
export interface FluxSecret {
  /** `namespace:name`. */
  readonly key: string;
  /** Where it stands, `file:line` or a path of this machine; for messages. */
  readonly place: string;
  /** `kubernetes.io/dockerconfigjson` and the like; empty where it is not said. */
  readonly type: string;
  readonly values: ReadonlyMap<string, Secret>;
}

/** The Secrets that were asked for, and what is wrong with them. No message repeats anything of a value. */
export interface SecretsReading {
  readonly secrets: ReadonlyMap<string, FluxSecret>;
  readonly problems: readonly Problem[];
}

/** Kubernetes takes no larger Secret. */
const largest = 1024 * 1024;

/** Whether a text may hold one of the Secrets (`namespace:name`); others need not be kept. */
export function mayHoldSecret(text: string, wanted: Iterable<string>): boolean {
  return /\bkind"?\s*:\s*"?Secret\b/.test(text) &&
    Array.from(wanted).some((key) => text.includes(key.slice(key.indexOf(":") + 1)));
}

/** Reads those that are wanted, and looks into no others. */
export function readFluxSecrets(
  files: readonly { readonly file: string; readonly text: string }[],
  wanted: ReadonlySet<string>,
): SecretsReading {
  const table = new NameTable<FluxSecret>(({ values }) =>
    JSON.stringify([...values].map(([name, value]) => [name, value.reveal()]))
  );
  const problems: Problem[] = [];
  for (const { file, text } of files) {
    const yaml = parseYaml(text, file);
    if (!yaml.ok) {
      // The parser's words may quote what must not be seen.
      const { line, column } = yaml.failure;
      const place = { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
      problems.push({ ...problemOf(unreadable(file).failure), ...place });
      continue;
    }
    for (const resource of resourcesOf(yaml.value).resources) {
      const key = keyOf(resource);
      if (resource.kind !== "Secret" || resource.apiVersion !== "v1" || key === null || !wanted.has(key)) continue;
      const read = secretOf(resource, key, `${file}:${resource.line}`);
      problems.push(...read.ok ? table.add(key, read.value, resource) : [told(resource, read.failure)]);
    }
  }
  return { secrets: table.unique(), problems };
}

/** The values of a Secret; `stringData` beats `data`, as in Kubernetes. */
export function secretOf({ value }: Resource, key: string, place: string): Result<FluxSecret> {
  if (isMapping(value["sops"])) return encrypted(key);
  const values = new Map<string, Secret>();
  let size = 0;
  for (const [part, decode] of [["data", decodeBase64], ["stringData", (text: string) => text]] as const) {
    const fields = value[part] ?? {};
    if (!isMapping(fields)) return invalid(key, `"${part}" is no mapping`);
    for (const [name, written] of Object.entries(fields)) {
      if (typeof written !== "string") return invalid(key, `"${part}.${name}" is no text`);
      if (written.startsWith("ENC[")) return encrypted(key);
      size += written.length;
      if (size > largest) return invalid(key, "it is larger than a Secret can be, 1 MiB");
      const text = decode(written);
      if (text === null) return invalid(key, `"${part}.${name}" is no Base64`);
      values.set(name, new Secret(text));
    }
  }
  const { type } = value;
  return success({ key, place, type: typeof type === "string" ? type : "", values });
}

function told(resource: Resource, { code, message, cure }: Failure): Problem {
  return resourceProblem(resource, ["metadata", "name"], { code, message, ...(cure ? { cure } : {}) });
}

function encrypted(key: string): Result<never> {
  return failure("flux.no_secret", `the Secret ${key} is encrypted, and magos decrypts none in the repository`, {
    cure: `decrypt it to a file of this machine, mode 0600, and name that file in flux.secrets.${
      key.replace(":", "/")
    }`,
  });
}

function invalid(key: string, why: string): Result<never> {
  return failure("flux.invalid", `the Secret ${key} cannot be used: ${why}`, { cure: "correct the Secret" });
}

function unreadable(file: string): ReturnType<typeof failure> {
  return failure("file.unparsable", `${file}, which may hold a Secret that is referred to, does not parse as YAML`, {
    cure: "mend the YAML",
  });
}
