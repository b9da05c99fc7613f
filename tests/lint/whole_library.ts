// Keeps what nobody uses of zod out of the bundle: its namespace as a value, which `z` and the default export are, holds
// all of it, the sixty languages of its messages too. `import * as z` is looked through by the bundler.
import { isSource } from "./place.ts";

/** The rule `magos/whole-library`, for everything in src. */
export const wholeLibrary: Deno.lint.Rule = {
  create(context) {
    if (!isSource(context.filename)) return {};
    return {
      ImportDeclaration(node) {
        if (node.source.value !== "zod" || node.importKind === "type") return;
        // Single names would do as well; one way of writing it is enough.
        if (node.specifiers.every((one) => one.type === "ImportNamespaceSpecifier")) return;
        context.report({
          node,
          message: "this keeps all of zod in the program",
          hint: 'write: import * as z from "zod"',
        });
      },
    };
  },
};
