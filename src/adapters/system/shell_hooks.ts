// Hooks by the system's shell, with an environment of their own.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { HookCall, HookRunner } from "../../core/ports/hooks.ts";
import type { Process } from "../../core/ports/process.ts";

const timeout = 900_000;
const longestWords = 300;

/** Runs scripts with `sh`; of the environment only PATH, HOME and what reaches the engine go along. */
export function shellHooks(process: Process, env: Readonly<Record<string, string>>): HookRunner {
  return { run: (call, signal) => runHook(process, env, call, signal) };
}

const passedOn = ["PATH", "HOME", "TMPDIR", "XDG_RUNTIME_DIR", "CONTAINER_HOST", "DOCKER_HOST", "CONTAINERS_CONF"];

async function runHook(
  process: Process,
  env: Readonly<Record<string, string>>,
  { script, folder, variables }: HookCall,
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  const passed = passedOn.flatMap((name) => env[name] ? [[name, env[name]] as const] : []);
  const ran = await process.run({
    program: "sh",
    args: ["-c", script],
    cwd: folder,
    env: { ...Object.fromEntries(passed), ...variables },
    timeout,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!ran.ok) return failure("hook.failed", ran.failure.message, { cure: "install sh" });
  const { code, ended, stderr } = ran.value;
  if (code === 0 && ended === null) return success(undefined);
  const words = stderr.trim().split("\n").at(-1)?.replace(/\p{Cc}/gu, " ").trim().slice(0, longestWords) ?? "";
  const why = ended === null ? `it ended with code ${code}` : `it was ended: ${ended}`;
  return failure("hook.failed", words === "" ? why : `${why}: ${words}`, {
    retry: "later",
    cure: "run the script by hand in the stack's folder",
  });
}
