// The repository that the seed's design describes: 31 images by their four tables, one automation, four images left out.
import type { DemoImage } from "../../../src/cli/demo/demo_image.ts";
import type { Tree } from "../../fakes/git_remote.ts";
import { release } from "../homelab.ts";

/** One image of the tables: what the repository holds, how it is chosen, and what its registry lists. */
export interface SeedImage {
  readonly image: string;
  readonly pinned: string;
  /** `spec.policy` and what stands beside it. */
  readonly policy: string;
  /** Newest last; the pinned one is listed besides. */
  readonly tags: readonly string[];
  /** What its owner means, and what Flux makes of it; null: the value stays. */
  readonly loose: string | null;
  readonly flux: string | null;
}

const semver = (range: string, filter?: string): string =>
  `policy: { semver: { range: "${range}" } }${filter ? `, filterTags: { pattern: '${filter}' }` : ""}`;

/** An image with plain versions: all readings agree. */
function plain(image: string, pinned: string, range: string, ...tags: readonly string[]): SeedImage {
  const newest = tags[0] ?? pinned;
  return { image, pinned, policy: semver(range), tags: [...tags].reverse(), loose: newest, flux: newest };
}

/** Hotio's and minio's: a prefix that no version of Flux has. */
function prefixed(image: string, pinned: string, filter: string, newest: string, ...more: string[]): SeedImage {
  return { image, pinned, policy: semver("*", filter), tags: [...more, newest], loose: newest, flux: null };
}

/** The four tables, in their order. */
export const seedImages: readonly SeedImage[] = [
  plain("ollama/ollama", "0.14.2", ">=0.1.0", "0.14.3", "0.15.0-rc1"),
  plain("ghcr.io/open-webui/open-webui", "v0.7.2", ">=0.1.0", "v0.8.0"),
  plain("ghcr.io/gethomepage/homepage", "v1.9.0", ">=0.1.0", "v1.10.1"),
  plain("ghcr.io/home-assistant/home-assistant", "2026.1.2", ">=2024.0.0", "2026.1.10", "2026.2.0-b0"),
  plain("n8nio/n8n", "2.5.0", ">=1.0.0", "2.10.0"),
  plain("grafana/grafana", "12.3.1", ">=10.0.0", "12.4.0"),
  plain("ghcr.io/paperless-ngx/paperless-ngx", "v2.20.5", ">=2.0.0", "v2.20.6"),
  plain("binwiederhier/ntfy", "v2.16.0", ">=2.0.0", "v2.17.0"),
  plain("docker.io/deluan/navidrome", "v0.59.0", ">=0.50.0", "v0.60.0"),
  plain("docker.io/bellamy/wallos", "v4.6.0", ">=4.0.0", "v4.6.1"),
  plain("lscr.io/linuxserver/emby", "4.9.3", ">=4.0.0", "4.9.4"),
  plain("docker.io/gotenberg/gotenberg", "8.25.1", ">=8.0.0", "8.26.0"),
  {
    image: "docker.io/apache/tika",
    pinned: "3.2.3.0",
    policy: semver(">=3.0.0"),
    tags: ["3.2.2.0", "3.2.3.1", "3.3.0.0", "latest"],
    loose: "3.3.0.0",
    flux: null,
  },
  plain("rdavidoff/twitch-channel-points-miner-v2", "2.0.4", ">=2.0.0", "2.0.5"),
  {
    image: "busybox",
    pinned: "1.37",
    policy: semver(">=1.30"),
    tags: ["1.36", "1.38", "latest"],
    loose: "1.38",
    flux: null,
  },
  plain("victoriametrics/victoria-metrics", "v1.134.0", ">=1.90.0", "v1.135.0"),
  plain("victoriametrics/vmagent", "v1.134.0", ">=1.90.0", "v1.135.0"),
  plain("ghcr.io/immich-app/immich-server", "v2.4.1", ">=1.0.0", "v2.5.0"),
  {
    image: "ghcr.io/immich-app/immich-machine-learning",
    pinned: "v2.4.1-cuda",
    policy: semver(">=1.0.0"),
    tags: ["v2.4.1", "v2.5.0", "v2.5.0-cuda", "v2.5.0-rocm"],
    loose: "v2.5.0-cuda",
    flux: "v2.5.0",
  },
  plain("quay.io/prometheus/node-exporter", "v1.10.2", ">=1.0.0", "v1.11.0"),
  plain("registry.k8s.io/kube-state-metrics/kube-state-metrics", "v2.18.0", ">=2.0.0", "v2.19.0"),
  prefixed("ghcr.io/hotio/radarr", "release-6.0.4.10291", "^release-", "release-6.0.5.10300", "nightly-7.0.0.1"),
  prefixed("ghcr.io/hotio/sonarr", "release-4.0.16.2944", "^release-", "release-4.0.16.2946", "release"),
  prefixed("ghcr.io/hotio/bazarr", "release-1.5.4", "^release-", "release-1.5.10"),
  prefixed("ghcr.io/hotio/prowlarr", "release-2.3.0.5236", "^release-", "release-2.3.1.5240"),
  prefixed("ghcr.io/hotio/qbittorrent", "release-5.1.4", "^release-", "release-5.2.0"),
  prefixed("ghcr.io/hotio/sabnzbd", "release-4.5.5", "^release-", "release-4.6.0"),
  prefixed(
    "minio/minio",
    "RELEASE.2025-09-07T16-13-09Z",
    "^RELEASE\\.",
    "RELEASE.2025-10-15T17-29-55Z",
    "RELEASE.2025-04-22T22-12-26Z",
  ),
  prefixed("minio/mc", "RELEASE.2025-08-13T08-35-41Z", "^RELEASE\\.", "RELEASE.2025-08-29T21-30-41Z"),
  {
    image: "corentinth/it-tools",
    pinned: "v2024.10.22-7ca5933",
    policy: "policy: { alphabetical: { order: asc } }, filterTags: { pattern: '^v20' }",
    tags: ["2023.4.23-92bd835", "v2025.1.2-0a1b2c3", "latest"],
    loose: "v2025.1.2-0a1b2c3",
    flux: "v2025.1.2-0a1b2c3",
  },
  {
    image: "ghcr.io/gabe565/obico/web",
    pinned: "release",
    policy: "policy: { alphabetical: {} }, filterTags: { pattern: '^release$' }, " +
      "digestReflectionPolicy: Always, interval: 10m",
    tags: ["main"],
    loose: "release",
    flux: "release",
  },
];

/** Left alone, each with the reason that the seed gives. */
export const seedExcluded: readonly (readonly [image: string, reason: string])[] = [
  ["yanwk/comfyui-boot:cu128-slim", "CUDA-version specific"],
  ["ghcr.io/zhaofengli/attic:latest", "No versioned tags available"],
  ["ghcr.io/wdiazux/obico-ml-api:cuda12.3", "Custom image"],
  ["ghcr.io/immich-app/postgres:14-vectorchord0.4.3", "Extension-version specific"],
];

/** The seed's own document. */
const automation = `apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImageUpdateAutomation
metadata:
  name: image-updates
  namespace: flux-system
spec:
  interval: 12h
  sourceRef:
    kind: GitRepository
    name: flux-system
  git:
    checkout:
      ref:
        branch: main
    commit:
      author:
        name: flux-image-bot
        email: flux@home-infra.net
      messageTemplate: |
        chore(images): update {{range .Changed.Changes}}{{.OldValue}} -> {{.NewValue}} {{end}}
    push:
      branch: image-updates/{{ now "2006-w02" }}
  update:
    path: ./kubernetes/apps
    strategy: Setters
`;

/** Where a manifest of an image stands. */
export function manifestOf(image: string): string {
  return `kubernetes/apps/${nameOf(image)}/deployment.yaml`;
}

/** The last part of an image's path, without the tag. */
export function nameOf(image: string): string {
  const name = image.split("/").at(-1)?.split(":")[0] ?? image;
  return image.includes("obico/web") ? "obico-web" : name;
}

function deployment(image: string, marker: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${nameOf(image)}
spec:
  template:
    spec:
      containers:
        - name: app
          image: ${image}${marker}
`;
}

function resources({ image, policy }: SeedImage): string {
  const name = nameOf(image);
  return `apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImageRepository
metadata: { name: ${name}, namespace: flux-system }
spec: { image: ${image}, interval: 12h }
---
apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImagePolicy
metadata: { name: ${name}, namespace: flux-system }
spec: { imageRepositoryRef: { name: ${name} }, ${policy} }
`;
}

/** All files, as the design lays them out. */
export function seedTree(): Tree {
  const folder = "kubernetes/infrastructure/image-automation";
  const tree: Record<string, string> = { [`${folder}/automation.yaml`]: automation };
  for (const one of seedImages) {
    const name = nameOf(one.image);
    tree[`${folder}/policies/${name}.yaml`] = resources(one);
    tree[manifestOf(one.image)] = deployment(
      `${one.image}:${one.pinned}`,
      ` # {"$imagepolicy": "flux-system:${name}"}`,
    );
  }
  for (const [image] of seedExcluded) tree[manifestOf(image)] = deployment(image, "");
  return tree;
}

/** What the registries hold. */
export function seedRegistries(): readonly DemoImage[] {
  return seedImages.map(({ image, pinned, tags }) => ({
    name: canonical(image),
    releases: [...new Set([pinned, ...tags])].map((tag) => release(tag)),
  }));
}

/** The name with its registry: what stands alone is Docker Hub's. */
export function canonical(image: string): string {
  const [first = ""] = image.split("/");
  if (/[.:]/.test(first) && image.includes("/")) return image;
  return `docker.io/${image.includes("/") ? "" : "library/"}${image}`;
}

/** The host's settings: the seed excludes four images, and says why. */
export function seedSettings(versioning: "flux" | "loose"): string {
  const exclude = seedExcluded.map(([image, reason]) =>
    `{ image: "${image.slice(0, image.lastIndexOf(":"))}*", reason: "${reason}" }`
  );
  return `flux: { versioning: ${versioning} }\nupdate: { exclude: [${exclude.join(", ")}] }\n`;
}
