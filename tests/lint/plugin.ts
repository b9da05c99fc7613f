// The project's own lint rules. They are run by source_test.ts and not named in deno.json: with a plugin that has any
// work to do, `deno lint` of Deno 2.9.6 ends in a segmentation fault about once in twenty runs.
import { namedExports } from "./named_exports.ts";
import { onlyInSystem } from "./only_in_system.ts";
import { wholeLibrary } from "./whole_library.ts";

/** All rules; a finding's id is `magos/` and the rule's name. */
export const plugin: Deno.lint.Plugin = {
  name: "magos",
  rules: { "only-in-system": onlyInSystem, "named-exports": namedExports, "whole-library": wholeLibrary },
};
