// The layers of one Compose service to what a host has to know of it.
import { parseDuration } from "../model/duration.ts";
import { type Problem, problemOf } from "../model/problem.ts";
import { type ImageReference, parseReference } from "../model/reference.ts";
import type { ServiceHealthCheck, StackService } from "../model/stack.ts";
import { placeIn } from "./compose_file.ts";
import type { ComposeProject, Layer } from "./compose_project.ts";
import { fieldOf, type Fields, fieldsOf, isFields, listOf, textField } from "./fields.ts";

/** A service without its hash. */
export type ServiceFacts = Omit<StackService, "hash">;

/** Whether the profiles in use want the service: one without profiles always runs. */
export function isWanted(layers: readonly Layer[], profiles: readonly string[]): boolean {
  const own = layers.flatMap((layer) => listOf(fieldOf(layer.value, "profiles")).map(String));
  return own.length === 0 || own.some((profile) => profiles.includes(profile)) || profiles.includes("*");
}

/** What the layers say together. An image that is none is a problem. */
export function readService(
  name: string,
  layers: readonly Layer[],
  project: ComposeProject,
  problems: Problem[],
): ServiceFacts {
  const builds = topmost(layers, "build") !== null;
  const image = readImage(name, layers, builds, problems);
  return {
    name,
    image,
    builds,
    replicas: readReplicas(layers),
    mayEnd: mayEnd(layers) || isWaitedFor(name, project),
    healthCheck: readHealthCheck(layers),
  };
}

/** What of the layers decides how a container is made; the rest may change without a restart. */
export function definitionOf(layers: readonly Layer[]): readonly Fields[] {
  const notOfTheContainer = new Set(["profiles", "develop", "depends_on", "extends"]);
  return layers.map(({ value }) =>
    Object.fromEntries(
      Object.entries(value).filter(([key]) => !notOfTheContainer.has(key) && !key.startsWith("x-")),
    )
  );
}

function topmost(layers: readonly Layer[], key: string): unknown {
  return layers.map((layer) => fieldOf(layer.value, key)).findLast((value) => value !== null) ?? null;
}

function readImage(
  name: string,
  layers: readonly Layer[],
  builds: boolean,
  problems: Problem[],
): ImageReference | null {
  const layer = layers.findLast((it) => fieldOf(it.value, "image") !== null);
  const text = layer === undefined ? null : textField(layer.value, "image");
  const top = layers.at(-1);
  if (layer === undefined || text === null) {
    if (!builds && top !== undefined) {
      const message = `the service "${name}" has neither an image nor a build`;
      problems.push({ code: "stack.invalid", severity: "error", ...placeIn(top.file, top.path), message });
    }
    return null;
  }
  const reference = parseReference(text);
  if (reference.ok) return reference.value;
  const place = placeIn(layer.file, [...layer.path, "image"]);
  problems.push({ ...problemOf(reference.failure), ...place, code: "stack.invalid" });
  return null;
}

function readReplicas(layers: readonly Layer[]): number {
  const deploy = fieldOf(fieldsOf(topmost(layers, "deploy")), "replicas");
  const count = Number(topmost(layers, "scale") ?? deploy ?? 1);
  return Number.isInteger(count) && count >= 0 && count <= 1000 ? count : 1;
}

// Without the key a container is a server that somebody forgot to restart; written out, the end is meant.
function mayEnd(layers: readonly Layer[]): boolean {
  const restart = topmost(layers, "restart");
  return restart === false || (typeof restart === "string" && /^(no|on-failure)\b/.test(restart));
}

/** Whether another service waits for its success: a job that prepares something. */
function isWaitedFor(name: string, project: ComposeProject): boolean {
  return [...project.services.values()].flat().some((layer) => {
    const dependency = fieldOf(fieldsOf(fieldOf(layer.value, "depends_on")), name);
    return isFields(dependency) && fieldOf(dependency, "condition") === "service_completed_successfully";
  });
}

function readHealthCheck(layers: readonly Layer[]): ServiceHealthCheck | null {
  const check = topmost(layers, "healthcheck");
  if (!isFields(check) || fieldOf(check, "disable") === true) return null;
  const test = listOf(fieldOf(check, "test"));
  if (test[0] === "NONE") return null;
  const period = textField(check, "start_period") ?? "0s";
  const seconds = parseDuration(period);
  // Compose also knows fractions and milliseconds; what cannot be read gets the benefit of a minute.
  return { startPeriodSeconds: seconds.ok ? seconds.value : 60 };
}
