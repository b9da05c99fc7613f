// Programs by Deno.Command: an exact environment, an end to every wait, and live secrets masked in what they say.
import { joinBytes } from "../../core/model/bytes.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import { maskSecrets, type Secret } from "../../core/model/secret.ts";
import type { Command, Output, Process } from "../../core/ports/process.ts";

const defaultTimeout = 120_000;
const defaultMaxOutput = 16 * 1024 * 1024;
const maxErrorOutput = 64 * 1024;
const graceBeforeKill = 5_000;

/** Runs programs; `secrets` is read at the end of each run, so that later ones are masked as well. */
export function denoProcess(secrets: readonly Secret[]): Process {
  return {
    async run(command: Command): Promise<Result<Output>> {
      let child: Deno.ChildProcess;
      try {
        child = new Deno.Command(command.program, {
          args: [...command.args],
          ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
          env: { ...command.env },
          clearEnv: true,
          stdin: command.stdin === undefined ? "null" : "piped",
          stdout: "piped",
          stderr: "piped",
        }).spawn();
      } catch (error) {
        return cannotStart(command.program, error);
      }
      const output = await supervise(child, command);
      return success({ ...output, stderr: maskSecrets(output.stderr, secrets) });
    },
  };
}

async function supervise(child: Deno.ChildProcess, command: Command): Promise<Output> {
  let ended: Output["ended"] = null;
  let kill: ReturnType<typeof setTimeout> | undefined;
  const end = (why: Output["ended"]): void => {
    if (ended !== null) return;
    ended = why;
    quietly(() => child.kill("SIGTERM"));
    kill = setTimeout(() => quietly(() => child.kill("SIGKILL")), graceBeforeKill);
  };
  const timer = setTimeout(() => end("timeout"), command.timeout ?? defaultTimeout);
  const abort = (): void => end("aborted");
  command.signal?.addEventListener("abort", abort, { once: true });
  if (command.signal?.aborted) end("aborted");
  const stdout = collect(child.stdout, command.maxOutput ?? defaultMaxOutput, () => end("too-much-output"));
  const stderr = collect(child.stderr, maxErrorOutput, () => {});
  const feeding = feed(child, command.stdin);
  const status = await child.status;
  clearTimeout(timer);
  clearTimeout(kill);
  command.signal?.removeEventListener("abort", abort);
  await feeding;
  // A grandchild may hold the pipes open for as long as it lives; what the child itself said is there by now.
  if (ended !== null) await Promise.all([stdout.cancel(), stderr.cancel()]);
  const [out, err] = await Promise.all([stdout.bytes, stderr.bytes]);
  return { code: status.code, stdout: out, stderr: new TextDecoder().decode(err), ended };
}

interface Collector {
  readonly bytes: Promise<Uint8Array>;
  cancel(): Promise<void>;
}

function collect(stream: ReadableStream<Uint8Array>, limit: number, onOverflow: () => void): Collector {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let kept = 0;
  const read = async (): Promise<Uint8Array> => {
    for (;;) {
      const next = await reader.read().catch(() => ({ done: true as const, value: undefined }));
      if (next.done) return joinBytes(chunks);
      const room = limit - kept;
      // Reading goes on above the limit, or the child would block on a full pipe.
      if (room > 0) chunks.push(next.value.subarray(0, room));
      if (next.value.length > room) onOverflow();
      kept = Math.min(limit, kept + next.value.length);
    }
  };
  return { bytes: read(), cancel: () => reader.cancel().catch(() => {}) };
}

async function feed(child: Deno.ChildProcess, stdin: Command["stdin"]): Promise<void> {
  if (stdin === undefined) return;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin);
    await writer.close();
  } catch {
    // The child ended before it had read everything; its exit code says what that means.
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // It has ended already.
  }
}

function cannotStart(program: string, error: unknown): Result<never> {
  const why = error instanceof Error ? error.message : String(error);
  const missing = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
  return failure("process.missing", missing ? `the program ${program} is not installed` : `${program}: ${why}`, {
    cure: `install ${program} and see that it is on the PATH`,
  });
}
