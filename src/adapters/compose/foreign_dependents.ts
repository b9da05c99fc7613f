// Containers that hang on others, by a shared network or by `--requires`: podman removes them together or not at all.
import * as z from "zod";
import { failure, type Result } from "../../core/model/problem.ts";
import { callEngine, done, type EngineParts, mustCall } from "./engine_call.ts";
import { answerJson, answerLines } from "./engine_answer.ts";

const timeout = 60_000;

const projectLabels = ["com.docker.compose.project", "io.podman.compose.project"];

const inspected = z.array(z.object({
  Id: z.string(),
  Name: z.string(),
  Dependencies: z.array(z.string()).nullish(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
}));

/**
 * Fails with `engine.not_ours` when a container that no Compose project has hangs on one of these: nobody would make it
 * again. One of a project comes back with the next `up`.
 */
export async function refuseForeignDependents(
  parts: EngineParts,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  const listed = await mustCall(parts, {
    program: "podman",
    args: ["ps", "--all", "--quiet", "--no-trunc"],
    timeout,
    signal,
  });
  if (!listed.ok) return listed;
  const all = answerLines(listed.value.stdout);
  if (all.every((id) => ids.includes(id))) return done();
  // One that is gone since the listing makes a bad exit code, and the others are told all the same.
  const told = await callEngine(parts, { program: "podman", args: ["container", "inspect", ...all], timeout, signal });
  if (!told.ok) return told;
  const parsed = inspected.safeParse(answerJson(told.value.stdout));
  if (!parsed.success) return failure("engine.failed", "podman container inspect: no answer");
  const going = new Set(ids);
  // What hangs on one that goes, goes too, and so on.
  for (let before = -1; before !== going.size;) {
    before = going.size;
    for (const { Id: id, Name: name, Dependencies: needs, Config: { Labels: labels } } of parsed.data) {
      const needed = needs?.find((it) => going.has(it));
      if (needed === undefined || going.has(id)) continue;
      if (!projectLabels.some((label) => labels?.[label])) return notOurs(name, needed, parsed.data);
      going.add(id);
    }
  }
  return done();
}

function notOurs(name: string, needed: string, all: z.infer<typeof inspected>): Result<never> {
  const on = all.find(({ Id }) => Id === needed)?.Name ?? needed;
  return failure(
    "engine.not_ours",
    `the container ${name} hangs on ${on} and would go with it; no Compose project has it`,
    {
      retry: "later",
      cure: `remove it, if it is of no more use: podman rm --force ${name}`,
    },
  );
}
