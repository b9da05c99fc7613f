// One source of settings (a file, the environment) to the keys it sets, each with the place that says so.
import { expandText, expandVariables } from "../yaml/expand_variables.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { plainValue } from "../yaml/plain_value.ts";
import { issueCode, type IssueStyle, positionAt, schemaProblems } from "../yaml/schema_issues.ts";
import { type Problem, problemOf } from "../model/problem.ts";
import { configKeys, configKeysAt, configSchema, environmentName } from "./config_keys.ts";

const configIssues: IssueStyle = {
  keysAt: configKeysAt,
  unknownKey: "config.unknown_key",
  invalidValue: "config.invalid_value",
  laterKeys: {
    "apply.scope": "take it out; Compose stacks need no scope",
    "apps.*.quadlet": "take it out, and leave these units to systemd until then; Compose files are deployed",
  },
};

/** One setting and who says so, `file:line` or the variable's name. */
export interface Setting {
  readonly value: unknown;
  readonly source: string;
  /** The folder that relative paths start at. */
  readonly folder: string;
}

/** What one source sets. */
export interface ConfigLayer {
  readonly settings: ReadonlyMap<string, Setting>;
  readonly problems: readonly Problem[];
}

/** Reads a configuration file. Everything wrong with it is told at once; a broken key is not set. */
export function readConfigFile(
  text: string,
  file: string,
  variables: Readonly<Record<string, string>>,
): ConfigLayer {
  const parsed = parseYaml(text, file);
  if (!parsed.ok) {
    return { settings: new Map(), problems: [{ ...problemOf(parsed.failure), code: "config.unreadable" }] };
  }
  const yaml = parsed.value;
  const document = yaml.documents[0];
  if (yaml.documents.length > 1) return { settings: new Map(), problems: [severalDocuments(file)] };
  if (document === undefined || document.contents === null) return { settings: new Map(), problems: [] };
  const problems = [...expandVariables(yaml, document, (name) => variableOf(name, variables))];
  const plain = plainValue(document, file);
  if (!plain.ok) return { settings: new Map(), problems: [problemOf(plain.failure)] };
  const value = withSwitches(plain.value ?? {});
  const checked = configSchema.safeParse(value);
  if (!checked.success) problems.push(...schemaProblems(yaml, document, checked.error, configIssues));
  const settings = new Map<string, Setting>();
  for (const key of Object.keys(configKeys)) {
    const set = valueAt(value, key.split("."));
    if (set === undefined || !configKeys[key]?.schema.safeParse(set).success) continue;
    const { line } = positionAt(yaml, document, key.split("."));
    settings.set(key, { value: set, source: `${file}:${line}`, folder: folderOf(file) });
  }
  return { settings, problems };
}

/**
 * Reads `MAGOS_*` and `MD_REPO`. `origin` is put before the names in messages, for the variables of an `.env` file;
 * `variables` are those that values may use. `MAGOS_TOKEN` is no setting: it is the one secret that may come this way,
 * and wire.ts takes it as such.
 */
export function readEnvironment(
  env: Readonly<Record<string, string>>,
  folder: string,
  origin = "",
  variables: Readonly<Record<string, string>> = env,
): ConfigLayer {
  const settings = new Map<string, Setting>();
  const problems: Problem[] = [];
  const named = Object.keys(configKeys).map((key): readonly [string, string] => [environmentName(key), key]);
  // The later wins: MAGOS_REPO beats MD_REPO (rulings.md 14); both beat the long name.
  for (const [name, key] of [...named, ["MD_REPO", "repo.url"], ["MAGOS_REPO", "repo.url"]] as const) {
    const text = env[name];
    if (text === undefined || text === "") continue;
    const expanded = expandText(text, (variable) => variableOf(variable, variables));
    const wrong = expanded.unset.length > 0 ? unsetVariable(expanded.unset) : invalidValue(key, expanded.text);
    if (wrong === null) settings.set(key, { value: expanded.text, source: `${origin}${name}`, folder });
    else problems.push({ ...wrong, message: `${origin}${name}: ${wrong.message}` });
  }
  return { settings, problems };
}

/** Reads flags, by the key that each one sets; an undefined one was not given. */
export function readFlags(
  flags: readonly { readonly key: string; readonly flag: string; readonly value: string | undefined }[],
  folder: string,
): ConfigLayer {
  const settings = new Map<string, Setting>();
  const problems: Problem[] = [];
  for (const { key, flag, value } of flags) {
    if (value === undefined) continue;
    const wrong = invalidValue(key, value);
    if (wrong === null) settings.set(key, { value, source: flag, folder });
    else problems.push({ ...wrong, message: `${flag}: ${wrong.message}` });
  }
  return { settings, problems };
}

function unsetVariable(names: readonly string[]): Problem {
  const shown = names.map((name) => `\${${name}}`).join(", ");
  return {
    code: "config.unset_variable",
    severity: "error",
    message: `${shown} ${names.length === 1 ? "is" : "are"} not set`,
  };
}

function invalidValue(key: string, text: string): Problem | null {
  const issue = configKeys[key]?.schema.safeParse(text).error?.issues[0];
  return issue === undefined
    ? null
    : { code: issueCode(issue, configIssues), severity: "error", message: issue.message };
}

/** Names that a configuration may use in `${...}`; the token is none of them. */
function variableOf(name: string, env: Readonly<Record<string, string>>): string | null {
  const allowed = ["HOSTNAME", "HOME", "XDG_RUNTIME_DIR", "CREDENTIALS_DIRECTORY"].includes(name) ||
    (name.startsWith("MAGOS_") && name !== "MAGOS_TOKEN");
  return allowed ? env[name] || null : null;
}

/** `server: false` is the short form of a server that does not listen. */
function withSwitches(value: unknown): unknown {
  const isOff = typeof value === "object" && value !== null && (value as Record<string, unknown>)["server"] === false;
  return isOff ? { ...value, server: { listen: "off" } } : value;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let at: unknown = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function folderOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "." : file.slice(0, slash) || "/";
}

function severalDocuments(file: string): Problem {
  return {
    code: "config.unreadable",
    severity: "error",
    file,
    message: `${file} holds several YAML documents`,
    cure: "keep one document, without a second ---",
  };
}
