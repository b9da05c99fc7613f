// Problems for people: what, where, and how to cure it.
import type { Problem } from "../../core/model/problem.ts";
import { formatTime } from "../../core/model/time.ts";
import type { Paint } from "./colour.ts";

/** All problems, errors after warnings so that they are read last and seen first. */
export function renderProblems(problems: readonly Problem[], paint: Paint): string {
  const order = { warning: 0, error: 1 };
  return [...problems].sort((a, b) => order[a.severity] - order[b.severity]).map((it) => renderProblem(it, paint)).join(
    "",
  );
}

function renderProblem(problem: Problem, paint: Paint): string {
  const mark = problem.severity === "error" ? paint("red", "error") : paint("yellow", "warning");
  const lines = [`${mark}: ${oneLine(problem.message)} [${problem.code}]`];
  const where = placeText(problem);
  if (where !== "") lines.push(`  at: ${where}`);
  if (problem.retryAt !== undefined) lines.push(`  again: ${formatTime(problem.retryAt)}`);
  if (problem.cure !== undefined) lines.push(`  cure: ${oneLine(problem.cure)}`);
  return lines.join("\n") + "\n";
}

function placeText(problem: Problem): string {
  const { file, line, column, image, host } = problem;
  const position = file === undefined ? "" : [file, line, column].filter((part) => part !== undefined).join(":");
  const about = [image, image === undefined ? host : undefined].filter((part) => part !== undefined).join(" ");
  return [position, about === "" ? "" : position === "" ? about : `(${about})`].filter((part) => part !== "").join(" ");
}

/** Words from registries and remotes may hold control characters that would move a terminal's cursor. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f]+/g, " ");
}
