// Image references: read without loss, and brought to the one name that registries know them by.
import { type Digest, isDigest } from "./digest.ts";
import { failure, type Result, success } from "./problem.ts";

/** An image as written: `name[:tag][@digest]`. Formatting gives the same text back. */
export interface ImageReference {
  /** Registry and path as the user wrote them, `busybox` as well as `ghcr.io/you/app`. */
  readonly name: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
}

/** Where an image is kept, in canonical form: `docker.io` and `library/busybox`. */
export interface Repository {
  /** Lower case, with the port where one is written. */
  readonly host: string;
  readonly path: string;
}

// Components of the distribution specification, tested one by one: the grammar as a single expression nests quantifiers.
const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const hostForm =
  /^(?!.*(?:\.[.-]|-\.))(?:\[[0-9a-fA-F:]{2,39}\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]{1,5})?$/;
const dockerHubNames = new Set(["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"]);

/** Host, slash and path together (distribution-spec, "Pulling manifests"). */
const longestName = 255;

/** Whether the text can be the host of a registry, with or without a port. */
export function isRegistryHost(text: string): boolean {
  return text.length <= longestName && hostForm.test(text);
}

/** The one form of a host by which it is kept: lower case, no trailing dot, Docker Hub's many names as `docker.io`. */
export function canonicalHost(host: string): string {
  const plain = host.toLowerCase().replace(/\.(?=$|:)/, "");
  return dockerHubNames.has(plain) ? "docker.io" : plain;
}

/** Whether the text can be a tag at all (distribution-spec, "Pulling manifests"). */
export function isTag(text: string): boolean {
  return tagForm.test(text);
}

/** Reads `name[:tag][@digest]`; fails on anything that no registry could serve. */
export function parseReference(text: string): Result<ImageReference> {
  const at = text.indexOf("@");
  const digest = at < 0 ? null : text.slice(at + 1);
  if (digest !== null && !isDigest(digest)) return invalid(text, `"${digest}" is not a digest`);
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(":");
  const hasTag = colon > rest.lastIndexOf("/");
  const tag = hasTag ? rest.slice(colon + 1) : null;
  if (tag !== null && !isTag(tag)) return invalid(text, `"${tag}" is not a tag`);
  const name = hasTag ? rest.slice(0, colon) : rest;
  const repository = parseRepository(name);
  if (!repository.ok) return repository;
  return success({ name, tag, digest });
}

/** The text of a reference, exactly as it was parsed. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === null ? "" : `:${reference.tag}`;
  const digest = reference.digest === null ? "" : `@${reference.digest}`;
  return `${reference.name}${tag}${digest}`;
}

/**
 * Brings a name without tag to the form registries know it by: Docker Hub's many names become `docker.io`, and its
 * one-part names get `library/` (registries.md 1.6).
 */
export function parseRepository(name: string): Result<Repository> {
  if (name.length > longestName) return tooLong(name);
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const hasHost = namesRegistry(name);
  const host = hasHost ? canonicalHost(first) : "docker.io";
  const path = hasHost ? name.slice(slash + 1) : name;
  if (!hostForm.test(host)) return invalid(name, `"${first}" is not a registry host`);
  if (!path.split("/").every((component) => pathComponent.test(component))) {
    return invalid(name, `"${path}" is not a repository name`);
  }
  if (host !== "docker.io") return success({ host, path });
  const repository = { host, path: path.includes("/") ? path : `library/${path}` };
  // The short name may have fitted where the whole one does not.
  return formatRepository(repository).length > longestName ? tooLong(name) : success(repository);
}

/** Whether a name begins with a registry; one that does not is short, and Docker Hub's unless something says otherwise. */
export function namesRegistry(name: string): boolean {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  return first !== "" && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());
}

/** `host/path`, the key by which scans are stored and credentials are found. */
export function formatRepository(repository: Repository): string {
  return `${repository.host}/${repository.path}`;
}

/** `host/path` of a name as written, or null for what names no repository: two names of one image give the same. */
export function canonicalName(name: string): string | null {
  const repository = parseRepository(name);
  return repository.ok ? formatRepository(repository.value) : null;
}

function tooLong(name: string): Result<never> {
  return invalid(name, `the name is longer than ${longestName} characters`);
}

function invalid(text: string, why: string): Result<never> {
  return failure("marker.not_an_image", `"${text.slice(0, 300)}" is not an image reference: ${why}`, {
    cure: "write it like ghcr.io/you/app:1.4.2 or ghcr.io/you/app@sha256:...",
  });
}
