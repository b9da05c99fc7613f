// Step 4 of the update pass: the documents of a checkout to the policies that markers and apps can name.
import {
  mentionsFlux,
  type PolicyBookOptions,
  type PolicyBookReading,
  readPolicyBook,
} from "../core/documents/policy_book.ts";
import { type Problem, problemOf } from "../core/model/problem.ts";
import { selectMarkedFiles } from "../core/patch/select_files.ts";
import type { CheckoutReader } from "./checkout_reader.ts";

/** Where policies are kept, and how Flux's are read. */
export interface PolicyOptions extends PolicyBookOptions {
  /** `update.policies`: magos's own policies count only there. */
  readonly policies: readonly string[];
}

/** Reads `update.policies` and the Flux resources of any YAML, whatever `update.paths` says (rulings.md 11). */
export async function readPolicies(reader: CheckoutReader, options: PolicyOptions): Promise<PolicyBookReading> {
  const yaml = reader.files.filter((file) => /\.ya?ml$/i.test(file));
  const kept = new Set(selectMarkedFiles(yaml, options.policies));
  const files = [];
  const problems: Problem[] = [];
  for (const file of yaml) {
    const text = await reader.read(file);
    if (!text.ok) {
      // The survey tells of files below update.paths; one of policies is told of here.
      if (kept.has(file)) problems.push(problemOf(text.failure));
      continue;
    }
    const mayHoldPolicies = kept.has(file);
    if (text.value === null || !(mayHoldPolicies || mentionsFlux(text.value))) continue;
    files.push({ file, text: text.value, mayHoldPolicies });
  }
  const reading = readPolicyBook(files, options);
  return { ...reading, problems: [...problems, ...reading.problems] };
}
