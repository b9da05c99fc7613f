// A stack and the repository at one revision to everything that decides what runs: files, services, secrets, hashes.
import type { Problem } from "../model/problem.ts";
import type { Stack, StackContent, StackSecret, StackService } from "../model/stack.ts";
import { type ComposeProject, type Layer, readComposeProject } from "./compose_project.ts";
import { definitionOf, isWanted, readService } from "./compose_service.ts";
import { fieldOf, isFields, listOf } from "./fields.ts";
import { folderOf } from "./repository_path.ts";
import { type KnownFiles, type RepositoryView, viewRepository } from "./repository_view.ts";
import { filesOfService, type UsedFile } from "./service_files.ts";
import { hashOf } from "./stack_hash.ts";
import { secretsOf } from "./stack_secrets.ts";
import { volumeNames } from "./volume_names.ts";

/** Far above every homelab, and below what would make reading slow. */
const mostServices = 500;

/** `needs`: read these paths and ask again. `read`: with an error among the problems there is no content. */
export type StackReading =
  | { readonly state: "needs"; readonly paths: readonly string[] }
  | { readonly state: "read"; readonly content: StackContent | null; readonly problems: readonly Problem[] };

/**
 * Reads a stack. `tracked` are the plain files of the revision, `known` what was read of them so far. The caller reads
 * what is needed, links resolved and bounded, until nothing is.
 */
export function readStack(stack: Stack, tracked: readonly string[], known: KnownFiles): StackReading {
  const view = viewRepository(tracked, known);
  const problems: Problem[] = [];
  const project = readComposeProject(view, stack.compose, problems);
  const folder = folderOf(stack.compose);
  const secrets = secretsOf(view, project, folder, problems);
  const services = servicesOf(view, project, secrets, problems);
  const paths = view.needed();
  if (paths.length > 0) return { state: "needs", paths };
  if (services.length === 0 && !problems.some(isError)) {
    problems.push({ code: "stack.invalid", severity: "error", file: stack.compose, message: "no service is to run" });
  }
  const told = problems.map((problem) => ({ ...problem, stack: stack.name }));
  if (told.some(isError)) return { state: "read", content: null, problems: told };
  const files = [...view.used()].sort(([a], [b]) => a < b ? -1 : 1).map(([path, digest]) => ({ path, digest }));
  const name = projectName(project.name ?? stack.name);
  const { profiles } = project;
  const hash = hashOf({ project: name, folder, composeFiles: project.files, profiles, files });
  const includes = project.read.some(({ value }) => listOf(fieldOf(value, "include")).length > 0);
  const named = { stack, project: name, folder, composeFiles: project.files, profiles };
  const volumes = volumeNames(name, project.shared.map((it) => fieldOf(it, "volumes")));
  const content = { ...named, files, secrets, services, volumes, includes, hash };
  return { state: "read", content, problems: told };
}

/** A name that every engine takes: lower case, and only what the Compose specification allows (04, `name`). */
export function projectName(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "").replace(/^[_-]+/, "") || "stack";
}

function servicesOf(
  view: RepositoryView,
  project: ComposeProject,
  secrets: readonly StackSecret[],
  problems: Problem[],
): readonly StackService[] {
  if (project.services.size > mostServices) {
    const message = `${project.services.size} services are more than magos reads`;
    problems.push({ code: "stack.invalid", severity: "error", ...placeOf(project), message });
    return [];
  }
  const wanted = [...project.services].filter(([, layers]) => isWanted(layers, project.profiles));
  return wanted.sort(([a], [b]) => a < b ? -1 : 1).map(([name, layers]) => {
    const facts = readService(name, layers, project, problems);
    const files = filesOfService(view, project, layers, problems);
    return { ...facts, hash: serviceHash(project, layers, files, secrets) };
  });
}

/** Over all that goes into the containers of one service, so that another service's news leaves them alone. */
function serviceHash(
  project: ComposeProject,
  layers: readonly Layer[],
  files: readonly UsedFile[],
  secrets: readonly StackSecret[],
): string {
  const definition = definitionOf(layers);
  const resources = ["configs", "secrets"].flatMap((kind) => {
    const all = kind === "configs" ? project.configs : project.secrets;
    const names = layers.flatMap((layer) => listOf(fieldOf(layer.value, kind)));
    return names.map((entry) => all.get(String(isFields(entry) ? fieldOf(entry, "source") : entry))?.value ?? null);
  });
  const text = JSON.stringify([definition, resources]);
  const wholeFolder = /MAGOS_SECRETS\}(?!\/)/.test(text);
  const named = secrets.filter(({ name, engineName }) =>
    wholeFolder || text.includes(`/${name}`) || (engineName !== null && text.includes(engineName))
  );
  return hashOf({
    definition,
    resources,
    shared: project.shared,
    files,
    secrets: named.map(({ name, digest }) => [name, digest]),
  });
}

function placeOf({ files }: ComposeProject): { readonly file?: string } {
  return files[0] === undefined ? {} : { file: files[0] };
}

function isError(problem: Problem): boolean {
  return problem.severity === "error";
}
