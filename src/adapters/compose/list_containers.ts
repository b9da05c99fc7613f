// All containers of Compose projects, as `inspect` of either engine tells of them.
import * as z from "zod";
import { isDigest } from "../../core/model/digest.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import { parseTime } from "../../core/model/time.ts";
import type { Container } from "../../core/ports/engine.ts";
import { readLabels } from "../../core/stack/label_file.ts";
import { callEngine, type EngineParts, mustCall } from "./engine_call.ts";
import { answerJson, answerLines } from "./engine_answer.ts";

const timeout = 60_000;

// Both engines print more than this; podman calls some things by other names, and by others again before version 4.
const health = z.object({ Status: z.string().nullish() }).nullish();
const inspected = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  ImageDigest: z.string().nullish(),
  ImageName: z.string().nullish(),
  RestartCount: z.number().nullish(),
  State: z.object({
    Status: z.string(),
    Restarting: z.boolean().nullish(),
    ExitCode: z.number().nullish(),
    StartedAt: z.string().nullish(),
    Health: health,
    Healthcheck: health,
  }),
  Config: z.object({ Image: z.string().nullish(), Labels: z.record(z.string(), z.string()).nullish() }),
});
const image = z.object({ Id: z.string(), Digest: z.string().nullish(), RepoDigests: z.array(z.string()).nullish() });

type Inspected = z.infer<typeof inspected>;

/** One question for the ids, one for the containers, one for their images. */
export async function listContainers(
  parts: EngineParts,
  engine: "podman" | "docker",
  signal?: AbortSignal,
): Promise<Result<readonly Container[]>> {
  const found = await inspectAll(parts, engine, signal);
  if (!found.ok || found.value.length === 0) return found.ok ? success([]) : found;
  const digests = await digestsOfImages(parts, engine, found.value.map((it) => it.Image), signal);
  return success(found.value.map((it) => containerOf(it, digests.get(plainId(it.Image)) ?? [])));
}

async function inspectAll(
  parts: EngineParts,
  engine: "podman" | "docker",
  signal: AbortSignal | undefined,
): Promise<Result<readonly Inspected[]>> {
  // A container may go between the two questions; then both are asked once more.
  for (let attempt = 0;; attempt++) {
    const args = ["ps", "--all", "--quiet", "--no-trunc", "--filter", "label=com.docker.compose.project"];
    const listed = await mustCall(parts, { program: engine, args, timeout, signal });
    if (!listed.ok) return listed;
    const ids = answerLines(listed.value.stdout).filter((it) => /^[0-9a-f]{12,64}$/.test(it));
    if (ids.length === 0) return success([]);
    const call = { program: engine, args: ["container", "inspect", ...ids], timeout, signal };
    const told = attempt === 0 ? await callEngine(parts, call) : await mustCall(parts, call);
    if (!told.ok) return told;
    if (told.value.code !== 0) continue;
    const parsed = z.array(inspected).safeParse(answerJson(told.value.stdout));
    if (parsed.success) return success(parsed.data);
    const issue = parsed.error.issues[0];
    return failure("engine.failed", `${engine} container inspect: ${issue?.path.join(".")}: ${issue?.message}`);
  }
}

/** Images may be gone though containers still run; what is told of the others counts. */
async function digestsOfImages(
  parts: EngineParts,
  engine: "podman" | "docker",
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const args = ["image", "inspect", ...new Set(ids)];
  const told = await callEngine(parts, { program: engine, args, timeout, signal });
  const parsed = z.array(image).safeParse(told.ok ? answerJson(told.value.stdout) : []);
  return new Map((parsed.success ? parsed.data : []).map((it) => {
    const named = (it.RepoDigests ?? []).map((text) => text.slice(text.indexOf("@") + 1));
    return [plainId(it.Id), [...named, ...(it.Digest ? [it.Digest] : [])]] as const;
  }));
}

function containerOf(it: Inspected, digests: readonly string[]): Container {
  const labels = it.Config.Labels ?? {};
  const state = stateOf(it);
  const all = new Set([...digests, ...(it.ImageDigest ? [it.ImageDigest] : [])].filter(isDigest));
  const started = parseTime(it.State.StartedAt ?? "");
  return {
    id: it.Id,
    name: it.Name.replace(/^\//, ""),
    project: labels["com.docker.compose.project"] ?? "",
    service: labels["com.docker.compose.service"] ?? "",
    labels: readLabels(labels),
    image: it.ImageName || it.Config.Image || it.Image,
    digests: [...all].sort(),
    state,
    exitCode: state === "exited" || state === "dead" ? it.State.ExitCode ?? null : null,
    restarts: it.RestartCount ?? 0,
    // The year 1 stands for "never" in Go.
    startedAt: started !== null && started > 0 ? started : null,
    health: healthOf(it),
  };
}

function stateOf({ State }: Inspected): Container["state"] {
  if (State.Restarting === true) return "restarting";
  switch (State.Status) {
    case "running":
    case "paused":
    case "restarting":
      return State.Status;
    case "stopping":
      // It writes down what it holds, and has not ended.
      return "running";
    case "created":
    case "configured":
    case "initialized":
      return "created";
    case "exited":
    case "stopped":
      return "exited";
    default:
      return "dead";
  }
}

function healthOf({ State }: Inspected): Container["health"] {
  const status = State.Health?.Status || State.Healthcheck?.Status || null;
  return status === "starting" || status === "healthy" || status === "unhealthy" ? status : null;
}

function plainId(id: string): string {
  return id.replace(/^sha256:/, "");
}
