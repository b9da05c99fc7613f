import assert from "node:assert/strict";
import { selectMarkedFiles } from "../../../../src/core/patch/select_files.ts";

const files = [
  ".env",
  ".github/ci.yml",
  "README.md",
  "apps/Kustomization",
  "apps/a b.yaml",
  "apps/web/.env.prod",
  "apps/web/compose.YAML",
  "apps/web/env",
  "apps/web/x.container",
  "apps/web/x.container.d/10-image.conf",
  "apps/web/x.service",
  "apps/web/x.yaml.bak",
  "apps2/db.yml",
  "kustomization",
  "odd/[x].yaml",
  "yaml",
];

Deno.test("selectMarkedFiles() takes files in which markers count below folders, files and globs", () => {
  const all = [
    ".env",
    ".github/ci.yml",
    "apps/Kustomization",
    "apps/a b.yaml",
    "apps/web/.env.prod",
    "apps/web/compose.YAML",
    "apps/web/x.container",
    "apps/web/x.container.d/10-image.conf",
    "apps2/db.yml",
    "odd/[x].yaml",
  ];
  const cases: readonly (readonly [paths: readonly string[], expected: readonly string[]])[] = [
    [["."], all],
    [["./"], all],
    [["**"], all],
    [["apps"], [
      "apps/Kustomization",
      "apps/a b.yaml",
      "apps/web/.env.prod",
      "apps/web/compose.YAML",
      "apps/web/x.container",
      "apps/web/x.container.d/10-image.conf",
    ]],
    [["./apps/"], [
      "apps/Kustomization",
      "apps/a b.yaml",
      "apps/web/.env.prod",
      "apps/web/compose.YAML",
      "apps/web/x.container",
      "apps/web/x.container.d/10-image.conf",
    ]],
    [["apps/web"], [
      "apps/web/.env.prod",
      "apps/web/compose.YAML",
      "apps/web/x.container",
      "apps/web/x.container.d/10-image.conf",
    ]],
    [["apps/*.yaml"], ["apps/a b.yaml"]],
    [["**/*.yml"], [".github/ci.yml", "apps2/db.yml"]],
    [["apps*/*.{yml,yaml}"], ["apps/a b.yaml", "apps2/db.yml"]],
    [["apps2/db.yml"], ["apps2/db.yml"]],
    [["odd/[x].yaml"], ["odd/[x].yaml"]],
    [["README.md"], []],
    [["../apps", "/etc", "nowhere"], []],
    [["apps2", "apps2/db.yml", "**/db.yml"], ["apps2/db.yml"]],
    [[], []],
  ];
  for (const [paths, expected] of cases) assert.deepEqual(selectMarkedFiles(files, paths), expected, paths.join());
});
