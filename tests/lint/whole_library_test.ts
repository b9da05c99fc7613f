// zod is imported in the one way that lets the bundler leave out what is not used.
import assert from "node:assert/strict";
import { plugin } from "./plugin.ts";

function findings(source: string, file: string): string[] {
  const filename = new URL(`../../${file}`, import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, filename, source).map((one) => one.message);
}

for (
  const source of [
    'import { z } from "zod";',
    'import { z as schema } from "zod";',
    'import zod from "zod";',
    'import { default as zod } from "zod";',
  ]
) {
  Deno.test(`whole-library refuses ${source}`, () => {
    assert.deepEqual(findings(source, "src/core/documents/config.ts"), ["this keeps all of zod in the program"]);
    assert.deepEqual(findings(source, "tests/binary/bundle.ts"), []);
  });
}

for (
  const source of [
    'import * as z from "zod";',
    'import type { z } from "zod";',
    'import type * as z from "zod";',
    'import { z } from "./z.ts";',
  ]
) {
  Deno.test(`whole-library allows ${source}`, () => {
    assert.deepEqual(findings(source, "src/core/documents/config.ts"), []);
  });
}
