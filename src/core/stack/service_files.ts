// One service to the files of the repository that it uses, the secrets that it names, and what its containers depend on.
import type { Digest } from "../model/digest.ts";
import type { Problem } from "../model/problem.ts";
import { placeIn, problemAt } from "./compose_file.ts";
import type { ComposeProject, Layer } from "./compose_project.ts";
import { fieldOf, isFields, listOf, textField } from "./fields.ts";
import { isElsewhere, joinPath } from "./repository_path.ts";
import { missing, type RepositoryView } from "./repository_view.ts";

/** A file that a service uses. */
export interface UsedFile {
  readonly path: string;
  readonly digest: Digest;
}

/** A path as a Compose file writes it, and where. */
interface WrittenPath {
  readonly path: string;
  readonly layer: Layer;
  readonly place: readonly PropertyKey[];
  /** A mount may name a folder that containers fill; everything else has to be there. */
  readonly kind: "file" | "mount" | "optional";
}

const deepestLinks = 3;

/** The files that a service uses, sorted by path; noted in the view. Those that are missing are problems. */
export function filesOfService(
  view: RepositoryView,
  project: ComposeProject,
  layers: readonly Layer[],
  problems: Problem[],
): readonly UsedFile[] {
  const found = new Map<string, Digest>();
  for (const written of layers.flatMap((layer) => pathsOf(project, layer))) {
    if (isElsewhere(written.path)) continue;
    const path = joinPath(written.layer.file.base, written.path);
    if (path === null) {
      problems.push({
        code: "file.outside",
        severity: "error",
        ...placeIn(written.layer.file, written.place),
        message: `${written.path} leads out of the repository`,
        cure: "keep the file in the repository, or write an absolute path",
      });
      continue;
    }
    for (const file of filesAt(view, path, written, problems)) found.set(file.path, file.digest);
  }
  for (const [path, digest] of found) view.use(path, digest);
  return [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([path, digest]) => ({ path, digest }));
}

function filesAt(
  view: RepositoryView,
  path: string,
  written: WrittenPath,
  problems: Problem[],
): readonly UsedFile[] {
  if (written.kind === "mount" && !view.isTracked(path)) {
    const below = filesBelow(view, path, 0);
    if (below.length > 0) return below;
  }
  const read = view.read(path);
  if (read.ok && read.value !== null) {
    const own = { path, digest: read.value.digest };
    return read.value.folder === null ? [own] : [own, ...filesBelow(view, read.value.folder, 0)];
  }
  // A mount that the repository does not hold is a container's own data.
  const isFine = written.kind === "mount"
    ? read.ok || read.failure.code !== "file.outside"
    : written.kind === "optional";
  if (!isFine) {
    problems.push(problemAt(written.layer.file, written.place, read.ok ? missing(path).failure : read.failure));
  }
  return [];
}

/** All files of a folder, and of those that links in it lead to. */
function filesBelow(view: RepositoryView, folder: string, depth: number): readonly UsedFile[] {
  return view.below(folder).flatMap((path): readonly UsedFile[] => {
    const read = view.read(path);
    if (!read.ok || read.value === null) return [];
    const own = { path, digest: read.value.digest };
    const { folder: target } = read.value;
    const isRound = target === null || depth >= deepestLinks || path.startsWith(`${target}/`);
    return isRound ? [own] : [own, ...filesBelow(view, target, depth + 1)];
  });
}

function pathsOf(project: ComposeProject, layer: Layer): readonly WrittenPath[] {
  return [
    ...envFilesOf(layer),
    ...mountsOf(layer),
    ...resourcePaths(layer, "configs", project.configs),
    ...resourcePaths(layer, "secrets", project.secrets),
    ...buildOf(layer),
  ];
}

function envFilesOf(layer: Layer): readonly WrittenPath[] {
  return ["env_file", "label_file"].flatMap((key) =>
    listOf(fieldOf(layer.value, key)).flatMap((entry, at): WrittenPath[] => {
      const path = isFields(entry) ? textField(entry, "path") : entry;
      if (typeof path !== "string") return [];
      const isOptional = isFields(entry) && fieldOf(entry, "required") === false;
      return [{ path, layer, place: [...layer.path, key, at], kind: isOptional ? "optional" : "file" }];
    })
  );
}

function mountsOf(layer: Layer): readonly WrittenPath[] {
  return listOf(fieldOf(layer.value, "volumes")).flatMap((entry, at): WrittenPath[] => {
    const path = isFields(entry)
      ? textField(entry, "type") === "bind" ? textField(entry, "source") : null
      : typeof entry === "string"
      ? shortMount(entry)
      : null;
    return path === null ? [] : [{ path, layer, place: [...layer.path, "volumes", at], kind: "mount" }];
  });
}

/** The path of `./conf:/etc/app:ro`; a source without a dot or slash at its start is the name of a volume. */
function shortMount(text: string): string | null {
  const source = text.split(":")[0] ?? "";
  return text.includes(":") && /^\.{1,2}(\/|$)/.test(source) ? source : null;
}

function resourcePaths(
  layer: Layer,
  key: "configs" | "secrets",
  resources: ReadonlyMap<string, Layer>,
): readonly WrittenPath[] {
  return listOf(fieldOf(layer.value, key)).flatMap((entry): WrittenPath[] => {
    const name = isFields(entry) ? textField(entry, "source") : entry;
    const resource = typeof name === "string" ? resources.get(name) : undefined;
    const path = resource === undefined ? null : textField(resource.value, "file");
    if (resource === undefined || path === null) return [];
    return [{ path, layer: resource, place: [...resource.path, "file"], kind: "file" }];
  });
}

/** Everything below the context of a build may go into the image. */
function buildOf(layer: Layer): readonly WrittenPath[] {
  const build = fieldOf(layer.value, "build");
  if (build === null) return [];
  const context = isFields(build) ? textField(build, "context") ?? "." : build;
  if (typeof context !== "string" || isRemote(context)) return [];
  const dockerfile = isFields(build) ? textField(build, "dockerfile") : null;
  const file = dockerfile === null || isElsewhere(dockerfile) ? [] : [`${context}/${dockerfile}`];
  const more = isFields(build) ? contextsOf(fieldOf(build, "additional_contexts")) : [];
  return [context, ...file, ...more].map((path) => ({ path, layer, place: [...layer.path, "build"], kind: "mount" }));
}

/** `name: path`, or `name=path` in a list; what is an image, a service or an address is no path. */
function contextsOf(written: unknown): readonly string[] {
  const all = isFields(written)
    ? Object.values(written)
    : listOf(written).map((it) => typeof it === "string" ? it.slice(it.indexOf("=") + 1) : null);
  return all.flatMap((it) =>
    typeof it === "string" && !isRemote(it) && !/^(docker-image|service):/.test(it) ? [it] : []
  );
}

function isRemote(context: string): boolean {
  return /^([a-z+-]+:\/\/|git@)/.test(context);
}
