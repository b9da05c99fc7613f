// Small repositories with Flux resources: an image, its policy, a marked file, an automation.
import assert from "node:assert/strict";
import { manualClock } from "../../fakes/manual_clock.ts";
import { type Homelab, release } from "../homelab.ts";

/** One image with its repository, policy and a file that is marked. */
export function app(name: string, folder: string): Record<string, string> {
  return {
    [`flux/${name}.yaml`]: `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: ${name}, namespace: flux-system }
spec: { image: ghcr.io/you/${name}, interval: 1m }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: ${name}, namespace: flux-system, labels: { app: ${name} } }
spec: { imageRepositoryRef: { name: ${name} }, policy: { semver: { range: ">=1.0.0" } } }
`,
    [`${folder}/${name}.yaml`]: `kind: Deployment
metadata: { name: ${name} }
image: ghcr.io/you/${name}:1.0.0 # {"$imagepolicy": "flux-system:${name}"}
`,
  };
}

/** An automation of the namespace of all policies here. */
export function automation(
  name: string,
  path: string,
  more: { push?: string; message?: string; spec?: string; ref?: string; key?: string } = {},
): string {
  return `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: { name: ${name}, namespace: flux-system }
spec:
  interval: 12h
  sourceRef: { kind: GitRepository, name: flux-system }
  git:
${more.ref === undefined ? "" : `    checkout: { ref: { ${more.ref} } }\n`}    commit:
      author: { name: bot-${name}, email: ${name}@example.org }
${more.key === undefined ? "" : `      signingKey: { ${more.key} }\n`}      messageTemplate: '${
    more.message ?? `${name}: {{ len .Changed.Changes }}`
  }'
${more.push === undefined ? "" : `    push: { ${more.push} }\n`}  update: { path: ./${path}, strategy: Setters }
${more.spec ?? ""}`;
}

/** The registry that they come from: each has one newer version. */
export const images = ["web", "db", "cache", "mail"].map((name) => ({
  name: `ghcr.io/you/${name}`,
  releases: [release("1.0.0"), release("1.1.0")],
}));

/** One run of a verb, and its JSON. */
// deno-lint-ignore no-explicit-any -- the shape is checked in json_test.ts
export async function pass(homelab: Homelab, code = 0, verb = "update", clock = manualClock()): Promise<any> {
  const ran = await homelab.magos([verb, "--json"], { clock });
  assert.equal(ran.code, code, ran.out + ran.err);
  return JSON.parse(ran.out);
}

/** Author, committer and subject of commits, oldest first. */
export async function log(homelab: Homelab, range: string): Promise<readonly string[]> {
  const text = await homelab.remote.git("log", "--reverse", "--format=%an <%ae> %cn %s", range);
  return text === "" ? [] : text.split("\n");
}

/** Where deliveries went. */
export const placesOf = (report: { deliveries: { branch: string; changes: number; state: string }[] }): string[] =>
  report.deliveries.map(({ branch, changes, state }) => `${branch} ${changes} ${state}`);
