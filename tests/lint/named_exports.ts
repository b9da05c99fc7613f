// Keeps one name for one thing, found by search: no default exports, and no `export *`.
import { isSource } from "./place.ts";

/** The rule `magos/named-exports`, for everything in src. */
export const namedExports: Deno.lint.Rule = {
  create(context) {
    if (!isSource(context.filename)) return {};
    return {
      ExportDefaultDeclaration(node) {
        context.report({ node, message: "a default export has no name of its own", hint: "export it by name" });
      },
      ExportAllDeclaration(node) {
        const hint = "let each file import from the file that declares the name";
        context.report({ node, message: "`export *` hides where a name comes from", hint });
      },
    };
  },
};
