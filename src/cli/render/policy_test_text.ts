// The results of policy tests for people: a line for each case, and for a failed one what became of the tags in question.
import { oneLine } from "./problems.ts";
import type { System } from "../../core/ports/system.ts";
import { type CaseResult, isPassed } from "../../core/report/policy_test_report.ts";
import { painterFor } from "./colour.ts";
import { renderTable } from "./table.ts";

/** The table, the reasons of failed cases, and the count. */
export function renderPolicyTests(system: System, results: readonly CaseResult[]): string {
  const paint = painterFor(system, system.stdout);
  const rows = results.map((result) => [
    isPassed(result) ? paint("green", "ok") : paint("red", "failed"),
    oneLine(result.subject.expect ?? "none"),
    oneLine(result.answer.error?.code ?? result.answer.selected ?? "none"),
    oneLine(result.subject.id),
  ]);
  const failed = results.filter((result) => !isPassed(result));
  const counts = `${results.length - failed.length} passed, ${failed.length} failed\n`;
  return renderTable(["RESULT", "EXPECTED", "SELECTED", "CASE"], rows) + failed.map(whyFailed).join("") + counts;
}

function whyFailed({ subject, answer }: CaseResult): string {
  const { file, line, id, expect } = subject;
  const where = line === null ? file : `${file}:${line}`;
  const asked = new Set([expect, answer.selected]);
  const telling = answer.tags.filter(({ tag, verdict }) => asked.has(tag) || verdict === "held");
  const lines = [
    `${id} (${where})`,
    ...answer.error === null ? [] : [`  ${answer.error.message} [${answer.error.code}]`],
    ...telling.map(({ tag, verdict, reason }) => `  ${tag}: ${verdict}, ${reason}`),
    ...answer.tags.some(({ tag }) => tag === expect) || expect === null ? [] : [`  ${expect}: not among the tags`],
    ...answer.notes.map((note) => `  note: ${note}`),
  ];
  return `\n${lines.map(oneLine).join("\n")}\n`;
}
