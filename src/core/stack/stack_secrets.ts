// The secrets that the files of a stack name: references to plaintext, names of encrypted files, engine secrets.
import type { Problem } from "../model/problem.ts";
import type { SecretFormat, StackSecret } from "../model/stack.ts";
import { fieldOf, textField } from "./fields.ts";
import { placeIn } from "./compose_file.ts";
import type { ComposeProject } from "./compose_project.ts";
import { joinPath } from "./repository_path.ts";
import type { RepositoryView } from "./repository_view.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";
import { scalarsOf } from "../yaml/scalars.ts";

/** Where a stack file speaks of a secret. */
interface Reference {
  /** `db.env`; null: the whole folder. */
  readonly name: string | null;
  readonly use: "env" | "mount";
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const formats: Readonly<Record<string, SecretFormat>> = {
  yaml: "yaml",
  yml: "yaml",
  json: "json",
  env: "dotenv",
  ini: "ini",
};

const encrypted = /^(.*)\.sops\.([A-Za-z0-9]+)$/;

/** The secrets that a project uses, sorted by name; what it names and cannot have is a problem (contracts 2.4). */
export function secretsOf(
  view: RepositoryView,
  project: ComposeProject,
  folder: string,
  problems: Problem[],
): readonly StackSecret[] {
  const beside = encryptedBeside(view, folder);
  const uses = new Map<string, "env" | "mount">();
  for (const { yaml } of project.read) {
    refuseDirectNames(yaml, problems);
    for (const reference of referencesIn(yaml)) {
      const names = reference.name === null ? [...beside.keys()] : [reference.name];
      for (const name of names) {
        if (!beside.has(name)) problems.push(notFound(reference, name, folder));
        else if (uses.get(name) !== "mount") uses.set(name, reference.use);
      }
    }
  }
  const mounted = [...uses].flatMap(([name, use]) => secretOf(view, beside, name, { use, engineName: null }, problems));
  return [...mounted, ...engineSecrets(view, project, beside, problems)].sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Encrypted files of the folder by the name of their plaintext: `db.env` to `stacks/web/db.sops.env`. */
function encryptedBeside(view: RepositoryView, folder: string): ReadonlyMap<string, string> {
  const prefix = folder === "" ? "" : `${folder}/`;
  return new Map(
    view.below(folder).flatMap((path) => {
      const match = encrypted.exec(path.slice(prefix.length));
      return match === null || path.slice(prefix.length).includes("/")
        ? []
        : [[`${match[1]}.${match[2]}`, path] as const];
    }),
  );
}

function referencesIn(yaml: YamlFile): readonly Reference[] {
  return scalarsOf(yaml).flatMap((scalar) => {
    const use = scalar.path.includes("env_file") ? "env" : "mount";
    return [...scalar.text.matchAll(/\$(?:\{MAGOS_SECRETS\}|MAGOS_SECRETS\b)(?:\/([^:\s"'/]+))?/g)].map((match) => ({
      name: match[1] ?? null,
      use,
      file: yaml.file,
      ...yaml.lines.at(scalar.start),
    } as const));
  });
}

function refuseDirectNames(yaml: YamlFile, problems: Problem[]): void {
  for (const scalar of scalarsOf(yaml)) {
    const match = /(?:^|[\s:/=])([^\s:/=]*)\.sops\.([A-Za-z0-9]+)(?=$|[\s:"'])/.exec(scalar.text);
    if (match === null) continue;
    problems.push({
      code: "secrets.direct_reference",
      severity: "error",
      file: yaml.file,
      ...yaml.lines.at(scalar.start),
      message: `${match[1]}.sops.${match[2]} is encrypted; the containers would get the ciphertext`,
      cure: `write \${MAGOS_SECRETS}/${match[1]}.${match[2]}, where its plaintext will be`,
    });
  }
}

/** `external` secrets of Compose whose name has an encrypted file beside the stack. */
function engineSecrets(
  view: RepositoryView,
  project: ComposeProject,
  beside: ReadonlyMap<string, string>,
  problems: Problem[],
): readonly StackSecret[] {
  return [...project.secrets].flatMap(([key, { file, path, value }]) => {
    if (fieldOf(value, "external") !== true) return [];
    const engineName = textField(value, "name") ?? key;
    const name = [...beside.keys()].find((it) => it.replace(/\.[^.]*$/, "") === engineName);
    if (name === undefined) return [];
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,252}$/.test(engineName)) {
      const message = `"${engineName.slice(0, 100)}" cannot be the name of a secret`;
      problems.push({ code: "stack.invalid", severity: "error", ...placeIn(file, path), message });
      return [];
    }
    return secretOf(view, beside, name, { use: "engine", engineName }, problems);
  });
}

function secretOf(
  view: RepositoryView,
  beside: ReadonlyMap<string, string>,
  name: string,
  how: Pick<StackSecret, "use" | "engineName">,
  problems: Problem[],
): readonly StackSecret[] {
  const source = beside.get(name) ?? "";
  const read = view.read(source);
  if (!read.ok) problems.push({ ...read.failure, severity: "error", file: source });
  if (!read.ok || read.value === null) return [];
  view.use(source, read.value.digest);
  const format = formats[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "binary";
  return [{ source, name, format, digest: read.value.digest, ...how }];
}

function notFound({ file, line, column }: Reference, name: string, folder: string): Problem {
  const dot = name.lastIndexOf(".");
  const source = dot < 0 ? `${name}.sops.EXT` : `${name.slice(0, dot)}.sops${name.slice(dot)}`;
  return {
    code: "secrets.not_found",
    severity: "error",
    file,
    line,
    column,
    message: `there is no secret ${name}`,
    cure: `encrypt it with sops and commit it as ${joinPath(folder, source) ?? source}`,
  };
}
