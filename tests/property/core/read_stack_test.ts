// Whatever a repository holds, the reading of a stack ends with a content or with problems, and depends on nothing else.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readFrom, type StackTree } from "../../fakes/stack_tree.ts";

const compose = "stacks/web/compose.yaml";

// Words that the reader looks for, in places where nobody expects them.
const words = fc.constantFrom(
  "services",
  "web",
  "image",
  "web:1",
  "include",
  "compose.yaml",
  "extends",
  "service",
  "file",
  "volumes",
  "./conf:/c",
  "../../../x:/x",
  "env_file",
  "${MAGOS_SECRETS}/db.env",
  "db.sops.env",
  "${A:-${B}}",
  "$",
  "${",
  "secrets",
  "configs",
  "external",
  "true",
  "profiles",
  "build",
  ".",
  "<<",
  "__proto__",
  "constructor",
  "depends_on",
  "name",
  "deploy",
  "scale",
);
const { map: tree } = fc.letrec<{ node: unknown; list: unknown; map: unknown }>((tie) => ({
  node: fc.oneof({ depthSize: "small" }, words, fc.integer(), fc.constant(null), tie("list"), tie("map")),
  list: fc.array(tie("node"), { maxLength: 3 }),
  map: fc.array(fc.tuple(words, tie("node")), { maxLength: 4 }).map((entries) => new Map(entries)),
}));

function textOf(node: unknown): string {
  if (node instanceof Map) {
    return `{${[...node].map(([key, value]) => `${JSON.stringify(key)}: ${textOf(value)}`).join(", ")}}`;
  }
  return Array.isArray(node) ? `[${node.map(textOf).join(", ")}]` : JSON.stringify(node);
}

const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  tree.map(textOf),
  tree.map((node) => `services: {web: ${textOf(node)}}`),
);

Deno.test("readStack() ends for every text, with a content or with an error", () => {
  fc.assert(
    fc.property(texts, fc.option(texts), fc.option(fc.string()), (main, override, env) => {
      const files: StackTree = {
        [compose]: main,
        ...(override === null ? {} : { "stacks/web/compose.override.yaml": override }),
        ...(env === null ? {} : { "stacks/web/.env": env }),
        "stacks/web/conf/a": "a",
        "stacks/web/db.sops.env": "ENC",
      };
      const first = readFrom(files);
      assert.equal(first.content === null, first.problems.some((problem) => problem.severity === "error"));
      assert.deepEqual(readFrom(files), first);
      assert.ok(
        first.asked.every((path) => !path.startsWith("/") && !path.split("/").includes("..")),
        "it stays inside",
      );
    }),
    { numRuns: 400 },
  );
});
