// An apply pass for people: a line for each stack, then what was done step by step where something was.
import { formatDuration } from "../../core/model/duration.ts";
import { formatTime } from "../../core/model/time.ts";
import type { ApplyFacts } from "../../core/report/apply_report.ts";
import type { StackOutcome } from "../../core/report/stack_outcome.ts";
import type { System } from "../../core/ports/system.ts";
import { painterFor } from "./colour.ts";
import { oneLine } from "./problems.ts";
import { renderTable } from "./table.ts";

/** The whole text. */
export function renderApply(system: System, { stacks, revision, host, result }: ApplyFacts): string {
  if (stacks.length === 0) return `No stack is meant for ${host}, at ${revision.slice(0, 12)}.\n`;
  const paint = painterFor(system, system.stdout);
  const table = renderTable(["STACK", "STATE", "ACTION", "WHY"], stacks.map(rowOf));
  const blocks = stacks.filter(({ steps }) => steps.length > 0).map((stack) =>
    `\n${paint("bold", stack.name)}\n${stack.steps.map((step) => `  ${stepText(step)}\n`).join("")}${revertText(stack)}`
  );
  const end = result === "dry-run" ? "planned" : result;
  return `${table}${blocks.join("")}\n${host} at ${revision.slice(0, 12)}: ${end}\n`;
}

function rowOf(stack: StackOutcome): readonly string[] {
  const { name, state, action, reason } = stack;
  return [name, state, action === "none" ? "" : action, oneLine(reason) + nextText(stack)];
}

/** When, or by what, it goes on. */
function nextText({ state, action, waitsFor, until }: StackOutcome): string {
  if (state === "rolled-back" && action === "none") return "; waits for git";
  if (until === null) return "";
  return `, ${waitsFor === "window" ? "opens" : "again"} ${formatTime(until)}`;
}

function stepText({ kind, subject, state, seconds, message }: StackOutcome["steps"][number]): string {
  const took = seconds === null || seconds < 1 ? "" : ` in ${formatDuration(Math.round(seconds))}`;
  const why = message === null ? "" : `: ${oneLine(message)}`;
  return `${state.padEnd(7)} ${kind} ${subject}${took}${why}`;
}

function revertText({ revert, health }: StackOutcome): string {
  const log = (health?.log ?? []).map((line) => `  | ${oneLine(line)}\n`).join("");
  if (revert === null) return log;
  return `${log}  revert ${revert.state}, ${revert.branch} ${revert.commit?.slice(0, 12) ?? ""}: ${
    oneLine(revert.subject)
  }\n`;
}
