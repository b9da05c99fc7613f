// Images in the engine's store: pulled by what the files name, and pruned when nothing needs them any more.
import * as z from "zod";
import type { Digest } from "../../core/model/digest.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { callEngine, done, type EngineParts, mustCall } from "./engine_call.ts";
import { answerJson, answerLines } from "./engine_answer.ts";

const quick = 60_000;
const pullTimeout = 3_600_000;

const image = z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() });

/** Pulls what is not there, one after the other. `engine.pull_failed` names the image. */
export async function pullImages(
  parts: EngineParts,
  engine: "podman" | "docker",
  images: readonly string[],
  signal?: AbortSignal,
): Promise<Result<void>> {
  for (const name of new Set(images)) {
    const there = await callEngine(parts, {
      program: engine,
      args: ["image", "inspect", name],
      timeout: quick,
      signal,
    });
    if (!there.ok) return there;
    if (there.value.code === 0) continue;
    const call = { program: engine, args: ["pull", "--quiet", name], timeout: pullTimeout, signal } as const;
    const pulled = await mustCall(parts, call, "engine.pull_failed");
    if (!pulled.ok) return { ok: false, failure: { ...pulled.failure, image: name } };
  }
  return done();
}

/** Removes the images of these repositories that neither a container uses nor `keep` names; gives their number. */
export async function pruneImages(
  parts: EngineParts,
  engine: "podman" | "docker",
  repositories: readonly string[],
  keep: readonly Digest[],
  signal?: AbortSignal,
): Promise<Result<number>> {
  const filters = [...new Set(repositories)];
  const ids = new Set<string>();
  for (const repository of filters) {
    const args = ["images", "--quiet", "--no-trunc", "--filter", `reference=${repository}`];
    const listed = await mustCall(parts, { program: engine, args, timeout: quick, signal });
    if (!listed.ok) return listed;
    for (const line of answerLines(listed.value.stdout)) {
      if (/^(sha256:)?[0-9a-f]{64}$/.test(line)) ids.add(line);
    }
  }
  let removed = 0;
  for (const id of ids) {
    const told = await callEngine(parts, { program: engine, args: ["image", "inspect", id], timeout: quick, signal });
    if (!told.ok) return told;
    const digests = digestsIn(told.value.stdout);
    if (digests === null || digests.some((digest) => keep.includes(digest))) continue;
    // Without force: an image that a container uses is refused, and so stays.
    const gone = await callEngine(parts, { program: engine, args: ["image", "rm", id], timeout: quick, signal });
    if (!gone.ok) return gone;
    if (gone.value.code === 0) removed++;
  }
  return success(removed);
}

function digestsIn(stdout: Uint8Array): readonly Digest[] | null {
  try {
    const [first] = z.array(image).parse(answerJson(stdout));
    return (first?.RepoDigests ?? []).map((text) => text.slice(text.indexOf("@") + 1));
  } catch {
    return null;
  }
}
