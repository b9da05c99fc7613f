// Automations for tests: documents of Flux, and what they are read to.
import assert from "node:assert/strict";
import type { Automation } from "../../../../src/core/model/automation.ts";
import { bookOf, short } from "./a_book.ts";

/** The automation of a homelab: a weekly branch, a message, a path. */
export const seedAutomation = `apiVersion: image.toolkit.fluxcd.io/v1beta2
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

/** A small automation. `git` and `spec` are further fields in flow style; each begins with a comma. */
export function automationText(spec = "", git = "", commit = "", version = "v1", name = "auto"): string {
  return `apiVersion: image.toolkit.fluxcd.io/${version}
kind: ImageUpdateAutomation
metadata: { name: ${name}, namespace: flux-system }
spec:
  { interval: 30m, sourceRef: { kind: GitRepository, name: flux-system },
    git: { commit: { author: { email: bot@example.org }${commit} }${git} }${spec} }
`;
}

/** The one automation of a text without problems that matter. */
export function automationOf(text: string): Automation {
  const { automations, problems } = bookOf(text);
  assert.deepEqual(problems.filter(({ severity }) => severity === "error").map(short), []);
  const [found] = automations.automations;
  assert.ok(found !== undefined && automations.automations.length === 1 && automations.broken.length === 0);
  return found;
}
