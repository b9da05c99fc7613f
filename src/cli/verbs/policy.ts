// magos policy test: recorded tag lists against policies, with no network, no state and no repository.
import { Command, Option } from "@commander-js/extra-typings";
import type { PolicyBookReading } from "../../core/documents/policy_book.ts";
import { type PolicyCasesReading, readPolicyCases } from "../../core/documents/policy_test_cases.ts";
import type { Policy } from "../../core/model/policy.ts";
import type { PolicyCase } from "../../core/model/policy_case.ts";
import { type Problem, problemOf, type Result, success } from "../../core/model/problem.ts";
import { type CaseAnswer, runCase } from "../../core/policy/run_case.ts";
import { underVersioning } from "../../core/policy/select_tags.ts";
import { type CaseResult, isPassed, policyTestReport } from "../../core/report/policy_test_report.ts";
import { decodeText } from "../../core/yaml/text.ts";
import { type CaseFile, findCaseFiles } from "../find_case_files.ts";
import { findPolicy, readPoliciesIn } from "../policies_beside.ts";
import { renderPolicyTests } from "../render/policy_test_text.ts";
import { answerFailure, exitCodes, type Session } from "../session.ts";
import type { Start } from "./start.ts";

const largestFile = 32 * 1024 * 1024;

/** The verb with its one part. */
export function policyVerb(start: Start): Command<[], Record<string, never>> {
  const policy = new Command("policy").description("test policies against recorded tags");
  policy.command("test")
    .description("run recorded cases: files, or all *.test.yaml, *.test.yml and *.test.json of folders")
    .argument("<path...>")
    .addOption(
      new Option("--versioning <rules>", "run all cases under these rules; default: each policy's own")
        .choices(["flux", "loose"] as const),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  magos policy test policies\n  magos policy test cases.json --versioning flux --json\n",
    )
    .action((paths, options) => start((session) => test(session, paths, options.versioning ?? null)));
  return policy as unknown as Command<[], Record<string, never>>;
}

async function test(
  session: Session,
  paths: readonly string[],
  versioning: Policy["versioning"] | null,
): Promise<number> {
  const { system, flags } = session;
  const { found, problems: wrong } = await findCaseFiles(system.files, system.cwd, paths);
  const results: CaseResult[] = [];
  const problems: Problem[] = [...wrong];
  const books = new Map<string, PolicyBookReading>();
  for (const file of found) {
    const reading = await readCases(session, file);
    for (const problem of reading.problems) problems.push(problem);
    for (const subject of reading.cases) {
      const policy = await policyOf(session, file, subject, books);
      if (policy.ok || policy.failure.code !== "policy.invalid_case") {
        results.push({ subject, answer: answerOf(policy, subject, versioning) });
      } else problems.push(problemOf(policy.failure));
    }
  }
  // A file that cannot be read may hold the very case that fails: the run says nothing then.
  if (problems.length > 0) {
    answerFailure(system, flags, problems);
    return exitCodes.usage;
  }
  session.print(policyTestReport(results), () => renderPolicyTests(system, results));
  session.report([...books.values()].flatMap((book) => book.problems.map(asWarning)));
  return results.every(isPassed) ? exitCodes.done : exitCodes.failed;
}

async function readCases({ system }: Session, file: CaseFile): Promise<PolicyCasesReading> {
  const bytes = await system.files.read(file.path, largestFile);
  const text = bytes.ok ? decodeText(bytes.value ?? new Uint8Array(), file.shown) : bytes;
  return text.ok ? readPolicyCases(text.value, file.shown) : { cases: [], problems: [problemOf(text.failure)] };
}

/** The policy of a case. Its folder is read only when a case names a policy, and once. */
async function policyOf(
  { system, config }: Session,
  file: CaseFile,
  subject: PolicyCase,
  books: Map<string, PolicyBookReading>,
): Promise<Result<Policy>> {
  const { policy } = subject;
  if (policy.kind === "own") return success(policy.policy);
  if (policy.kind === "invalid") return { ok: false, failure: policy.failure };
  const folder = folderOf(file.path);
  const book = books.get(folder) ??
    await readPoliciesIn(system.files, folder, folderOf(file.shown), config.fluxVersioning);
  books.set(folder, book);
  return findPolicy(policy.name, subject, book);
}

/** With the slash at its end; empty for a name alone. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** A policy that cannot be understood answers its cases with what is wrong with it. */
function answerOf(policy: Result<Policy>, subject: PolicyCase, versioning: Policy["versioning"] | null): CaseAnswer {
  if (!policy.ok) return { selected: null, error: policy.failure, tags: [], notes: [] };
  return runCase(versioning === null ? policy.value : underVersioning(policy.value, versioning), subject);
}

/** What is wrong with policies beside the tested ones does not fail the tests. */
function asWarning(problem: Problem): Problem {
  return { ...problem, severity: "warning" };
}
