// What is wrong with a repository, for people and for editors: one line a problem that begins with file:line:column.
import type { Problem } from "../../core/model/problem.ts";
import type { Validation } from "../../core/report/validate_report.ts";
import type { Paint } from "./colour.ts";
import { oneLine } from "./problems.ts";

/** Problems and a closing line; with `quiet` only errors, and nothing when there are none. */
export function renderValidation(validation: Validation, paint: Paint, quiet: boolean): string {
  const { problems } = validation;
  const shown = quiet ? problems.filter(({ severity }) => severity === "error") : problems;
  const lines = shown.map((problem) => problemText(problem, paint));
  return lines.join("") + (quiet ? "" : `${closingLine(validation)}\n`);
}

function problemText(problem: Problem, paint: Paint): string {
  const { file, line, column, severity, code, message, cure } = problem;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const mark = paint(severity === "error" ? "red" : "yellow", severity);
  // Some messages begin with the place already.
  const what = oneLine(place !== "" && message.startsWith(`${place}: `) ? message.slice(place.length + 2) : message);
  const head = `${place === "" ? "" : `${oneLine(place)}: `}${mark}: ${what} [${code}]\n`;
  return cure === undefined ? head : `${head}  cure: ${oneLine(cure)}\n`;
}

function closingLine({ files, markers, policies, problems }: Validation): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const counts = [count(files, "file"), count(markers, "marker"), count(policies, "policy", "policies")].join(", ");
  if (problems.length === 0) return `${counts}: nothing wrong`;
  return `${counts}: ${count(errors, "error")}, ${count(problems.length - errors, "warning")}`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
