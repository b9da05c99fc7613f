import assert from "node:assert/strict";
import { selectYamlFiles } from "../../../../src/core/patch/select_files.ts";

const files = [
  ".github/ci.yml",
  "README.md",
  "apps/Kustomization",
  "apps/a b.yaml",
  "apps/web/compose.YAML",
  "apps/web/x.yaml.bak",
  "apps2/db.yml",
  "kustomization",
  "odd/[x].yaml",
  "yaml",
];

Deno.test("selectYamlFiles() takes YAML files below folders, files and globs", () => {
  const all = [
    ".github/ci.yml",
    "apps/Kustomization",
    "apps/a b.yaml",
    "apps/web/compose.YAML",
    "apps2/db.yml",
    "odd/[x].yaml",
  ];
  const cases: readonly (readonly [paths: readonly string[], expected: readonly string[]])[] = [
    [["."], all],
    [["./"], all],
    [["**"], all],
    [["apps"], ["apps/Kustomization", "apps/a b.yaml", "apps/web/compose.YAML"]],
    [["./apps/"], ["apps/Kustomization", "apps/a b.yaml", "apps/web/compose.YAML"]],
    [["apps/web"], ["apps/web/compose.YAML"]],
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
  for (const [paths, expected] of cases) assert.deepEqual(selectYamlFiles(files, paths), expected, paths.join());
});
