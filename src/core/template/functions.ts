// The functions that each of magos's templates may call.
import { builtins } from "./builtins.ts";
import { patternFunctions } from "./sprig_patterns.ts";
import { textFunctions } from "./sprig_text.ts";
import { valueFunctions } from "./sprig_values.ts";
import type { FunctionTable } from "./value.ts";

/** Go's own functions and the pure ones of sprig (Flux semantics, 4.2). */
export const templateFunctions: FunctionTable = {
  ...textFunctions,
  ...valueFunctions,
  ...patternFunctions,
  ...builtins,
};
