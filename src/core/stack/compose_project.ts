// A Compose file with its overrides and includes to the services of one project, each as layers: the later ones win.
import { parseDotEnv } from "../documents/dot_env.ts";
import type { Problem } from "../model/problem.ts";
import { type ComposeFile, placeIn, problemAt, readComposeFile } from "./compose_file.ts";
import { fieldOf, type Fields, fieldsOf, isFields, listOf, textField } from "./fields.ts";
import { folderOf, joinPath } from "./repository_path.ts";
import { readText, type RepositoryView } from "./repository_view.ts";

/** A mapping of a Compose file and where it stands. */
export interface Layer {
  readonly file: ComposeFile;
  readonly path: readonly PropertyKey[];
  readonly value: Fields;
}

/** All that the files of a project say. */
export interface ComposeProject {
  /** The files that the engine is given, in order. */
  readonly files: readonly string[];
  /** Every file that was read, included ones too. */
  readonly read: readonly ComposeFile[];
  /** `name:`, else COMPOSE_PROJECT_NAME of the `.env` file. */
  readonly name: string | null;
  readonly profiles: readonly string[];
  readonly services: ReadonlyMap<string, readonly Layer[]>;
  readonly configs: ReadonlyMap<string, Layer>;
  readonly secrets: ReadonlyMap<string, Layer>;
  /** `networks` and `volumes` of all files. */
  readonly shared: readonly Fields[];
}

/** What a file has to be read with. */
interface Surroundings {
  readonly view: RepositoryView;
  readonly problems: Problem[];
  readonly variables: ReadonlyMap<string, string>;
}

/** Names that stay as they are: only the engine on the host knows what they stand for. */
const knownToEngine = ["MAGOS_SECRETS", "HOME", "PATH", "XDG_RUNTIME_DIR"];

const deepest = 10;
const mostFiles = 100;

/** Compose's own names, and the names of the overrides that belong to them (Compose specification 03). */
const overrides: Readonly<Record<string, readonly string[]>> = {
  "compose.yaml": ["compose.override.yaml", "compose.override.yml"],
  "compose.yml": ["compose.override.yml", "compose.override.yaml"],
  "docker-compose.yml": ["docker-compose.override.yml", "docker-compose.override.yaml"],
  "docker-compose.yaml": ["docker-compose.override.yaml", "docker-compose.override.yml"],
};

/** The names under which a folder's Compose file is sought, the first one first. */
export const composeNames: readonly string[] = Object.keys(overrides);

/** Reads the project of one Compose file. What is wrong is added to `problems`. */
export function readComposeProject(view: RepositoryView, compose: string, problems: Problem[]): ComposeProject {
  const folder = folderOf(compose);
  const env = readEnv(view, joinPath(folder, ".env"), problems);
  const variables = new Map([...env, ...knownToEngine.map((name) => [name, `\${${name}}`] as const)]);
  const surroundings = { view, problems, variables };
  const files = filesOf(view, compose, env, problems);
  const found: ComposeFile[] = [];
  for (const path of files) readWithIncludes(surroundings, { path, base: folder }, found, 0, null);
  const services = new Map<string, Layer[]>();
  for (const file of found) {
    for (const [name, layers] of servicesOf(surroundings, file)) {
      services.set(name, [...services.get(name) ?? [], ...layers]);
    }
  }
  const name = found.map((file) => textField(file.value, "name")).findLast((it) => it !== null);
  return {
    files,
    read: found,
    name: name ?? (env.get("COMPOSE_PROJECT_NAME") || null),
    profiles: (env.get("COMPOSE_PROFILES") ?? "").split(",").map((it) => it.trim()).filter((it) => it !== ""),
    services,
    configs: resourcesOf(found, "configs"),
    secrets: resourcesOf(found, "secrets"),
    shared: found.map(({ value }) => ({ networks: fieldOf(value, "networks"), volumes: fieldOf(value, "volumes") })),
  };
}

/** `COMPOSE_FILE` of the `.env` file when it names this one; else the file and its override. */
function filesOf(
  view: RepositoryView,
  compose: string,
  env: ReadonlyMap<string, string>,
  problems: Problem[],
): readonly string[] {
  const folder = folderOf(compose);
  const name = folder === "" ? compose : compose.slice(folder.length + 1);
  const listed = (env.get("COMPOSE_FILE") ?? "").split(env.get("COMPOSE_PATH_SEPARATOR") || ":");
  const joined = listed.filter((it) => it !== "").map((it) => joinPath(folder, it));
  if (joined.includes(compose)) {
    if (joined.includes(null)) problems.push(outside(joinPath(folder, ".env") ?? ".env", "COMPOSE_FILE"));
    return joined.filter((it) => it !== null);
  }
  const beside = (overrides[name] ?? []).map((it) => joinPath(folder, it) ?? it);
  const override = beside.find((path) => view.isTracked(path));
  return override === undefined ? [compose] : [compose, override];
}

function readWithIncludes(
  surroundings: Surroundings,
  { path, base }: { readonly path: string; readonly base: string },
  found: ComposeFile[],
  depth: number,
  namedBy: { readonly file: ComposeFile; readonly path: readonly PropertyKey[] } | null,
): void {
  const { view, problems, variables } = surroundings;
  const text = readText(view, path);
  if (!text.ok) {
    const problem = { ...text.failure, file: path };
    problems.push(
      namedBy === null ? { ...problem, severity: "error" } : problemAt(namedBy.file, namedBy.path, problem),
    );
    return;
  }
  view.use(path, text.value.digest);
  const file = readComposeFile({ path, text: text.value.text, base }, variables, problems);
  if (!file.ok) return void problems.push({ ...file.failure, severity: "error" });
  found.push(file.value);
  listOf(fieldOf(file.value.value, "include")).forEach((entry, at) => {
    if (depth >= deepest || found.length >= mostFiles) {
      const message = "includes are nested too deeply, or there are too many";
      problems.push({ code: "stack.invalid", severity: "error", ...placeIn(file.value, ["include", at]), message });
      return;
    }
    include(surroundings, file.value, at, entry, found, depth);
  });
}

/** One entry of `include`: a path, or paths with their own folder and env files (Compose specification 14). */
function include(
  surroundings: Surroundings,
  file: ComposeFile,
  at: number,
  entry: unknown,
  found: ComposeFile[],
  depth: number,
): void {
  const { view, problems, variables } = surroundings;
  const place = ["include", at];
  const fields = isFields(entry) ? entry : { path: entry };
  const written = listOf(fieldOf(fields, "path")).map(String);
  const paths = written.map((it) => joinPath(file.base, it));
  const own = textField(fields, "project_directory");
  const base = own === null ? folderOf(paths[0] ?? "") : joinPath(file.base, own);
  if (paths.includes(null) || base === null) {
    return void problems.push({ ...outside(file.path, written.join(", ")), ...placeIn(file, place) });
  }
  const named = listOf(fieldOf(fields, "env_file")).map(String);
  const envFiles = named.length > 0 ? named.map((it) => joinPath(file.base, it)) : [joinPath(base, ".env")];
  const env = envFiles.flatMap((path) => [...readEnv(view, path, problems)]);
  const inner = { view, problems, variables: new Map([...env, ...variables]) };
  for (const path of paths) {
    if (path !== null) readWithIncludes(inner, { path, base }, found, depth + 1, { file, path: place });
  }
}

function servicesOf(surroundings: Surroundings, file: ComposeFile): readonly (readonly [string, readonly Layer[]])[] {
  return Object.entries(fieldsOf(fieldOf(file.value, "services"))).map(([name, value]) => {
    const layer: Layer = { file, path: ["services", name], value: fieldsOf(value) };
    return [name, [...extendedBy(surroundings, layer, 0), layer]] as const;
  });
}

/** The layers below one that says `extends`, the lowest first. */
function extendedBy(surroundings: Surroundings, layer: Layer, depth: number): readonly Layer[] {
  const written = fieldOf(layer.value, "extends");
  if (written === null) return [];
  const { view, problems, variables } = surroundings;
  const fields = isFields(written) ? written : { service: written };
  const service = textField(fields, "service") ?? "";
  const place = [...layer.path, "extends"];
  const refuse = (message: string): readonly Layer[] => {
    problems.push({ code: "stack.invalid", severity: "error", ...placeIn(layer.file, place), message });
    return [];
  };
  if (depth >= deepest) return refuse("services extend each other without an end");
  const named = textField(fields, "file");
  let file = layer.file;
  if (named !== null) {
    const path = joinPath(layer.file.base, named);
    if (path === null) return refuse(`${named} leads out of the repository`);
    const text = readText(view, path);
    if (!text.ok) {
      problems.push(problemAt(layer.file, place, text.failure));
      return [];
    }
    view.use(path, text.value.digest);
    const other = readComposeFile({ path, text: text.value.text, base: folderOf(path) }, variables, problems);
    if (!other.ok) {
      problems.push({ ...other.failure, severity: "error" });
      return [];
    }
    file = other.value;
  }
  const value = fieldOf(fieldsOf(fieldOf(file.value, "services")), service);
  if (!isFields(value)) return refuse(`${file.path} has no service "${service}" to extend`);
  const below: Layer = { file, path: ["services", service], value };
  return [...extendedBy(surroundings, below, depth + 1), below];
}

function resourcesOf(files: readonly ComposeFile[], kind: "configs" | "secrets"): ReadonlyMap<string, Layer> {
  return new Map(
    files.flatMap((file) =>
      Object.entries(fieldsOf(fieldOf(file.value, kind))).map(([name, value]) =>
        [name, { file, path: [kind, name], value: fieldsOf(value) }] as const
      )
    ),
  );
}

/** The variables of an `.env` file; one that is not there sets none. */
function readEnv(view: RepositoryView, path: string | null, problems: Problem[]): ReadonlyMap<string, string> {
  if (path === null || !view.isTracked(path)) return new Map();
  const text = readText(view, path);
  if (!text.ok) {
    problems.push({ ...text.failure, severity: "error", file: path });
    return new Map();
  }
  view.use(path, text.value.digest);
  return new Map(Object.entries(parseDotEnv(text.value.text)));
}

function outside(file: string, what: string): Problem {
  return {
    code: "file.outside",
    severity: "error",
    file,
    message: `${what} leads out of the repository`,
    cure: "keep what a stack uses in the repository",
  };
}
