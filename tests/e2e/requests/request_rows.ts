// The table of requests by kind of registry and job, with the targets of registries 8.4.
import { artifactRegistry, registryK8s } from "../../fakes/registry_kinds/artifact_registry.ts";
import { distribution2 } from "../../fakes/registry_kinds/distribution2.ts";
import { dockerHub } from "../../fakes/registry_kinds/docker_hub.ts";
import { ghcr } from "../../fakes/registry_kinds/ghcr.ts";
import { harbor } from "../../fakes/registry_kinds/harbor.ts";
import { quay } from "../../fakes/registry_kinds/quay.ts";
import { zot } from "../../fakes/registry_kinds/zot.ts";
import type { RequestFigures, RequestJob } from "./count_requests.ts";

/** One line of the table. */
export interface RequestRow {
  readonly name: string;
  readonly job: RequestJob;
  readonly target: RequestFigures;
  /** What magos takes where that is not the target, and why. */
  readonly takes?: { readonly figures: RequestFigures; readonly why: string };
}

const asksRegistry = "the registry is the truth for an image not seen yet; its own API only spares what is known";

function figures(cold: number, known: number, warm: number, changed: number): RequestFigures {
  return { cold, known, warm, changed };
}

const digest = { tag: "latest", marker: { policy: "latest" }, tags: ["1.0.0", "latest"], news: "latest" };

/** `count` versions; with pages of `size` names, P = ceil(count / size). */
function versions(count: number, pin: "tag" | "both"): Pick<RequestJob, "tag" | "marker" | "tags" | "news"> {
  const tags = Array.from({ length: count }, (_, index) => `1.${index}.0`);
  return { tag: "1.0.0", marker: { policy: "semver", pin }, tags, news: `1.${count}.0` };
}

const hosts = {
  ghcr: { kind: ghcr, host: "ghcr.io" },
  hub: { kind: dockerHub, host: "docker.io" },
  quay: { kind: quay, host: "quay.io" },
  harbor: { kind: harbor, host: "harbor.example" },
  registry2: { kind: distribution2, host: "registry2.example" },
  zot: { kind: zot, host: "zot.example" },
  google: { kind: artifactRegistry, host: "gcr.io" },
  k8s: { kind: registryK8s, host: "registry.k8s.io" },
} as const;

/**
 * All lines. Where a digest is followed beside the version, the winner's HEAD is in the target, unless the list says the
 * digest already (registries 8.3, version policy, step 3).
 */
export const requestRows: readonly RequestRow[] = [
  { name: "digest, GHCR", job: { ...hosts.ghcr, ...digest }, target: figures(3, 2, 2, 3) },
  {
    name: "digest, Docker Hub",
    job: { ...hosts.hub, ...digest },
    target: figures(1, 1, 1, 3),
    takes: { figures: figures(3, 2, 1, 3), why: asksRegistry },
  },
  {
    name: "digest, Quay",
    job: { ...hosts.quay, ...digest },
    target: figures(1, 1, 1, 3),
    takes: { figures: figures(3, 2, 1, 3), why: asksRegistry },
  },
  { name: "digest, Harbor (tokens)", job: { ...hosts.harbor, ...digest }, target: figures(3, 2, 2, 3) },
  { name: "digest, registry:2 (open)", job: { ...hosts.registry2, ...digest }, target: figures(1, 1, 1, 2) },
  { name: "digest, zot (open)", job: { ...hosts.zot, ...digest }, target: figures(1, 1, 1, 2) },
  { name: "digest, Google", job: { ...hosts.google, ...digest }, target: figures(1, 1, 1, 2) },
  { name: "digest, registry.k8s.io (redirects)", job: { ...hosts.k8s, ...digest }, target: figures(2, 2, 2, 4) },
  { name: "version, GHCR, 3 pages", job: { ...hosts.ghcr, ...versions(2500, "tag") }, target: figures(6, 5, 2, 3) },
  { name: "version, Docker Hub", job: { ...hosts.hub, ...versions(250, "tag") }, target: figures(4, 3, 1, 3) },
  {
    name: "version, Quay, 3 pages",
    job: { ...hosts.quay, ...versions(250, "tag") },
    target: figures(3, 3, 1, 3),
    takes: { figures: figures(6, 5, 1, 3), why: asksRegistry },
  },
  { name: "version, Harbor (tokens)", job: { ...hosts.harbor, ...versions(250, "tag") }, target: figures(4, 3, 2, 3) },
  {
    name: "version, registry:2 (open)",
    job: { ...hosts.registry2, ...versions(250, "tag") },
    target: figures(2, 2, 1, 2),
  },
  { name: "version, zot (open)", job: { ...hosts.zot, ...versions(250, "tag") }, target: figures(2, 2, 1, 2) },
  { name: "version, Google", job: { ...hosts.google, ...versions(250, "tag") }, target: figures(2, 2, 1, 2) },
  {
    name: "version, registry.k8s.io (redirects)",
    job: { ...hosts.k8s, ...versions(250, "tag") },
    target: figures(4, 4, 2, 4),
  },
  {
    name: "version and digest, GHCR, 3 pages",
    job: { ...hosts.ghcr, ...versions(2500, "both") },
    target: figures(6, 5, 3, 3),
  },
  {
    name: "version and digest, Docker Hub",
    job: { ...hosts.hub, ...versions(250, "both") },
    target: figures(4, 3, 1, 3),
  },
  {
    name: "version and digest, Quay, 3 pages",
    job: { ...hosts.quay, ...versions(250, "both") },
    target: figures(3, 3, 1, 3),
    takes: { figures: figures(6, 5, 1, 3), why: asksRegistry },
  },
  {
    name: "version and digest, registry:2 (open)",
    job: { ...hosts.registry2, ...versions(250, "both") },
    target: figures(2, 2, 2, 2),
  },
  {
    name: "version and digest, Google",
    job: { ...hosts.google, ...versions(250, "both") },
    target: figures(2, 2, 1, 2),
  },
];
