// The secrets that the files of a stack name: references to plaintext, names of encrypted files, engine secrets.
import type { Place, Problem } from "../model/problem.ts";
import type { SecretFormat, StackSecret } from "../model/stack.ts";
import { type ComposeFile, placeIn } from "./compose_file.ts";
import type { ComposeProject, Layer } from "./compose_project.ts";
import { fieldOf, isFields, textField } from "./fields.ts";
import { joinPath } from "./repository_path.ts";
import type { RepositoryView } from "./repository_view.ts";

/** Where a stack file speaks of a secret. */
interface Reference {
  /** `db.env`; null: the whole folder. */
  readonly name: string | null;
  readonly use: "env" | "mount";
  readonly place: Place;
}

/** A text of a Compose file, and where it stands. */
interface Text {
  readonly text: string;
  readonly path: readonly PropertyKey[];
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
  for (const { file, path, value } of writtenIn(project)) {
    const texts = textsIn(value, path);
    refuseDirectNames(file, texts, problems);
    for (const reference of referencesIn(file, texts)) {
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

/** The files of the project, and of files that are only extended the services that are. */
function writtenIn({ read, services }: ComposeProject): readonly Layer[] {
  const extended = [...services.values()].flat().filter(({ file }) => !read.includes(file));
  return [...read.map((file) => ({ file, path: [], value: file.value })), ...extended];
}

/** All texts below a value, variables replaced, as the engine sees them. */
function textsIn(value: unknown, path: readonly PropertyKey[]): readonly Text[] {
  if (typeof value === "string") return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((item, at) => textsIn(item, [...path, at]));
  return isFields(value) ? Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key])) : [];
}

function referencesIn(file: ComposeFile, texts: readonly Text[]): readonly Reference[] {
  return texts.flatMap(({ text, path }) => {
    const use = path.includes("env_file") ? "env" : "mount";
    return [...text.matchAll(/\$(?:\{MAGOS_SECRETS\}|MAGOS_SECRETS\b)(?:\/([^:\s"'/]+))?/g)].map((match) => ({
      name: match[1] ?? null,
      use,
      place: placeIn(file, path),
    } as const));
  });
}

function refuseDirectNames(file: ComposeFile, texts: readonly Text[], problems: Problem[]): void {
  const seen = new Set<string>();
  for (const { text, path } of texts) {
    const match = /(?:^|[\s:/=])([^\s:/=]*)\.sops\.([A-Za-z0-9]+)(?=$|[\s:"'])/.exec(text);
    const name = match === null ? "" : `${match[1]}.sops.${match[2]}`;
    if (match === null || seen.has(name)) continue;
    seen.add(name);
    problems.push({
      code: "secrets.direct_reference",
      severity: "error",
      ...placeIn(file, path),
      message: `${name} is encrypted; the containers would get the ciphertext`,
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

function notFound({ place }: Reference, name: string, folder: string): Problem {
  const dot = name.lastIndexOf(".");
  const source = dot < 0 ? `${name}.sops.EXT` : `${name.slice(0, dot)}.sops${name.slice(dot)}`;
  return {
    code: "secrets.not_found",
    severity: "error",
    ...place,
    message: `there is no secret ${name}`,
    cure: `encrypt it with sops and commit it as ${joinPath(folder, source) ?? source}`,
  };
}
