// Programs by Deno.Command: an exact environment, an end to every wait, and live secrets masked in what they say.
import { joinBytes } from "../../core/model/bytes.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import { maskSecrets, type Secret } from "../../core/model/secret.ts";
import type { Command, Output, Process } from "../../core/ports/process.ts";

const defaultTimeout = 120_000;
const defaultMaxOutput = 16 * 1024 * 1024;
const maxErrorOutput = 64 * 1024;
const graceBeforeKill = 5_000;
const lookEvery = 200;
const looksUntilSilent = 5;

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
        return cannotStart(command, error);
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
  const stdin = feed(child, command.stdin);
  const status = await child.status;
  clearTimeout(timer);
  clearTimeout(kill);
  command.signal?.removeEventListener("abort", abort);
  await stdin.stop();
  const collected = Promise.all([stdout.bytes, stderr.bytes]);
  const rest = ended === null ? silenceOf([stdout, stderr]) : { over: Promise.resolve(), stop: () => {} };
  await Promise.race([collected, rest.over]);
  rest.stop();
  await Promise.all([stdout.cancel(), stderr.cancel()]);
  const [out, err] = await collected;
  return { code: status.code, stdout: out, stderr: wholeLines(err), ended };
}

/**
 * Ends when nothing has come for a while. A grandchild may hold the pipes open for as long as it lives; what the child
 * itself said is on its way by the time it has ended.
 */
function silenceOf(collectors: readonly Collector[]): { readonly over: Promise<void>; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    const look = (seen: number, quiet: number): void => {
      timer = setTimeout(() => {
        const now = collectors.reduce((sum, it) => sum + it.received(), 0);
        // Several looks, since a single one may come late, before what has long arrived was read.
        if (now === seen && quiet + 1 >= looksUntilSilent) resolve();
        else look(now, now === seen ? quiet + 1 : 0);
      }, lookEvery);
    };
    look(-1, 0);
  });
  return { over, stop: () => clearTimeout(timer) };
}

/** A cut text ends with its last whole line, so that no half of a secret escapes the masking. */
function wholeLines(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return bytes.length < maxErrorOutput ? text : text.slice(0, text.lastIndexOf("\n") + 1);
}

interface Collector {
  readonly bytes: Promise<Uint8Array>;
  /** Bytes that came so far, kept or not. */
  received(): number;
  cancel(): Promise<void>;
}

function collect(stream: ReadableStream<Uint8Array>, limit: number, onOverflow: () => void): Collector {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let received = 0;
  const read = async (): Promise<Uint8Array> => {
    for (;;) {
      const next = await reader.read().catch(() => ({ done: true as const, value: undefined }));
      if (next.done) return joinBytes(chunks);
      const room = Math.max(0, limit - received);
      // Reading goes on above the limit, or the child would block on a full pipe.
      if (room > 0) chunks.push(next.value.subarray(0, room));
      received += next.value.length;
      if (received > limit) onOverflow();
    }
  };
  return { bytes: read(), received: () => received, cancel: () => reader.cancel().catch(() => {}) };
}

/** Writes the child's input. `stop` gives up what it has not read: it has ended, and its exit code says what that means. */
function feed(child: Deno.ChildProcess, stdin: Command["stdin"]): { stop(): Promise<void> } {
  if (stdin === undefined) return { stop: () => Promise.resolve() };
  const writer = child.stdin.getWriter();
  const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
  const written = writer.write(bytes).then(() => writer.close()).catch(() => {});
  return {
    async stop(): Promise<void> {
      await writer.abort().catch(() => {});
      await written;
    },
  };
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // It has ended already.
  }
}

function cannotStart({ program, cwd }: Command, error: unknown): Result<never> {
  const why = error instanceof Error ? error.message : String(error);
  if (cwd !== undefined && /No such cwd/.test(why)) {
    return failure("process.missing", `${program} cannot be started: there is no folder ${cwd}`);
  }
  const missing = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
  return failure("process.missing", missing ? `the program ${program} is not installed` : `${program}: ${why}`, {
    cure: `install ${program} and see that it is on the PATH`,
  });
}
