// The last lines of a container, from both of its streams in the order of time.
import { type Result, success } from "../../core/model/problem.ts";
import { callEngine, type EngineParts, printable } from "./engine_call.ts";
import { answerText } from "./engine_answer.ts";

const timeout = 30_000;
const maxOutput = 1024 * 1024;
const stamp = /^(\d{4}-\d\d-\d\dT\S+) ?(.*)$/;

/** At most so many lines, oldest first; secrets are masked before a line is cut. */
export async function readLogs(
  parts: EngineParts,
  engine: "podman" | "docker",
  id: string,
  lines: number,
  signal?: AbortSignal,
): Promise<Result<readonly string[]>> {
  const args = ["logs", "--timestamps", "--tail", String(lines), id];
  const ran = await callEngine(parts, { program: engine, args, timeout, maxOutput, signal });
  if (!ran.ok) return ran;
  const text = `${answerText(ran.value.stdout)}\n${ran.value.stderr}`;
  const stamped = parts.mask(text).split("\n").flatMap((line) => {
    const match = stamp.exec(line);
    return match === null ? [] : [{ at: Date.parse(match[1] ?? ""), text: printable(match[2] ?? "") }];
  });
  const ordered = stamped.sort((a, b) => a.at - b.at).map((line) => line.text).filter((line) => line !== "");
  return success(ordered.slice(-lines));
}
