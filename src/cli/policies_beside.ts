// The policies in the folder of a test file, and the one that a case names.
import { type PolicyBookReading, type PolicyFile, readPolicyBook } from "../core/documents/policy_book.ts";
import { nearestOf } from "../core/model/nearest.ts";
import type { NamedPolicy, Policy, PolicyBook } from "../core/model/policy.ts";
import type { PolicyCase } from "../core/model/policy_case.ts";
import { failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import type { Files } from "../core/ports/files.ts";
import { decodeText } from "../core/yaml/text.ts";
import { largestFile } from "../reconcile/checkout_reader.ts";
import { isCaseFile } from "./find_case_files.ts";

/** Reads all policies that lie in a folder itself; a file that cannot be read is a problem among the others. */
export async function readPoliciesIn(
  files: Files,
  folder: string,
  shown: string,
  fluxVersioning: "flux" | "loose",
): Promise<PolicyBookReading> {
  const names = await files.list(folder);
  const problems: Problem[] = names.ok ? [] : [problemOf(names.failure)];
  const read: PolicyFile[] = [];
  for (const name of (names.ok ? names.value : []).filter((it) => /\.ya?ml$/i.test(it) && !isCaseFile(it))) {
    const bytes = await files.read(`${folder}/${name}`, largestFile);
    const text = bytes.ok ? decodeText(bytes.value ?? new Uint8Array(), `${shown}${name}`) : bytes;
    if (text.ok) read.push({ file: `${shown}${name}`, text: text.value, mayHoldPolicies: true });
    else problems.push(problemOf(text.failure));
  }
  const reading = readPolicyBook(read, { fluxVersioning });
  return { ...reading, problems: [...problems, ...reading.problems] };
}

/**
 * The policy that a case means: magos's own by name, Flux's by `namespace:name`, or by name alone where only one has
 * it. Fails with the problem of its document where that is why it cannot be used, else with `policy.invalid_case`.
 */
export function findPolicy(name: string, subject: PolicyCase, { book, problems }: PolicyBookReading): Result<Policy> {
  const candidates = findNamed(name, book);
  const [found, ...others] = candidates;
  if (found !== undefined && others.length === 0) return success(found.policy);
  const place = { file: subject.file, ...(subject.line === null ? {} : { line: subject.line }), policy: name };
  if (others.length > 0) {
    const cure = candidates.map(({ policy }) => `${policy.namespace}:${policy.name}`).join(" or ");
    return failure("policy.invalid_case", `several policies are called "${name}"`, { ...place, cure: `write ${cure}` });
  }
  const bare = name.replace(/^.*[:/]/, "");
  const why = problems.find(({ severity, policy }) => severity === "error" && (policy === name || policy === bare));
  if (why !== undefined) return { ok: false, failure: { ...why, retry: "never" } };
  const near = nearestOf(name, [...book.magos.keys(), ...book.flux.keys()]);
  return failure("policy.invalid_case", `there is no policy "${name}" beside ${subject.file}`, {
    ...place,
    cure: near === null ? "write the policy into the folder of the test file" : `did you mean "${near}"?`,
  });
}

function findNamed(name: string, book: PolicyBook): readonly NamedPolicy[] {
  const exact = book.magos.get(name) ?? book.flux.get(name.replace("/", ":"));
  if (exact !== undefined) return [exact];
  return [...book.flux.values()].filter(({ policy }) => policy.name === name);
}
