// The lint rules, held against the project itself.
import assert from "node:assert/strict";
import { listFiles } from "../architecture/files.ts";
import { plugin } from "./plugin.ts";

Deno.test("the source keeps to the project's own lint rules", async () => {
  const root = new URL("../../", import.meta.url).pathname;
  const findings: string[] = [];
  for (const file of await listFiles(root, ["main.ts", "src"])) {
    if (!/\.tsx?$/.test(file)) continue;
    const text = await Deno.readTextFile(root + file);
    for (const { id, message, hint, range } of Deno.lint.runPlugin(plugin, root + file, text)) {
      const line = text.slice(0, range[0]).split("\n").length;
      findings.push(`${file}:${line} ${id}: ${message}; ${hint ?? ""}`);
    }
  }
  assert.deepEqual(findings, []);
});
