// The one place that runs engines: argument list, exact environment, and what their failures are called.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { ProblemCode } from "../../core/model/problem_codes.ts";
import type { Output, Process } from "../../core/ports/process.ts";

/** What every call needs. */
export interface EngineParts {
  readonly process: Process;
  /** The environment magos was started with; only the names below reach the engine. */
  readonly env: Readonly<Record<string, string>>;
  /** `registries.authFile` and `registries.registriesConf`, or null for the engine's own places. */
  readonly authFile: string | null;
  readonly registriesConf: string | null;
  /** Takes live secrets out of what a container wrote. */
  readonly mask: (text: string) => string;
}

/** One call. */
export interface EngineCall {
  readonly program: "podman" | "podman-compose" | "docker" | "sh";
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Milliseconds. */
  readonly timeout: number;
  /** Bytes of stdout; default 16 MiB. */
  readonly maxOutput?: number;
  readonly signal?: AbortSignal | undefined;
}

const passedOn = [
  ...["http_proxy", "https_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]),
  "PATH",
  "HOME",
  "TMPDIR",
  "XDG_RUNTIME_DIR",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "DBUS_SESSION_BUS_ADDRESS",
  "CONTAINERS_CONF",
  "CONTAINERS_STORAGE_CONF",
  "CONTAINERS_REGISTRIES_CONF",
  "CONTAINER_HOST",
  "REGISTRY_AUTH_FILE",
  "DOCKER_HOST",
  "DOCKER_CONFIG",
  "PODMAN_COMPOSE_PROVIDER",
  "SSL_CERT_FILE",
];

const longestWords = 400;

/** What `podman compose` says around the words of the program that it hands on to. */
const handedOn = /^>>>> Executing external compose provider|^Error: executing .*: exit status \d+$/;

/** Runs the program to its end. Fails when it cannot be started (`engine.missing`) or was ended early. */
export async function callEngine(parts: EngineParts, call: EngineCall): Promise<Result<Output>> {
  const { program, args, cwd, stdin, timeout, maxOutput, signal } = call;
  const ran = await parts.process.run({
    program,
    args,
    env: { ...environment(parts), ...call.env },
    timeout,
    ...(cwd === undefined ? {} : { cwd }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(maxOutput === undefined ? {} : { maxOutput }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!ran.ok) return { ok: false, failure: { ...ran.failure, code: "engine.missing" } };
  const { ended } = ran.value;
  if (ended === null || ended === "too-much-output") return ran;
  const what = `${program} ${firstWord(args)}`;
  return ended === "timeout"
    ? failure("engine.timeout", `${what} did not end within ${Math.round(timeout / 1000)} seconds`, { retry: "later" })
    : failure("engine.failed", `${what} was ended before it was done`, { retry: "later" });
}

/** Runs the program and takes every bad exit code for a failure. */
export async function mustCall(
  parts: EngineParts,
  call: EngineCall,
  code: ProblemCode = "engine.failed",
): Promise<Result<Output>> {
  const ran = await callEngine(parts, call);
  if (!ran.ok || (ran.value.code === 0 && ran.value.ended === null)) return ran;
  return failure(code, wordsOf(call, ran.value), { retry: "later" });
}

/** What an engine said of its failure, in one line. */
export function wordsOf({ program, args }: Pick<EngineCall, "program" | "args">, output: Output): string {
  const words = errorsIn(output.stderr).at(-1) ?? `it ended with code ${output.code}`;
  return `${program} ${firstWord(args)}: ${words}`;
}

/** The lines that tell of errors; without one the last line. Control characters are taken out. */
export function errorsIn(stderr: string): readonly string[] {
  const lines = stderr.split("\n").map(printable).filter((line) => line !== "" && !handedOn.test(line));
  const errors = lines.filter((line) => /\b(error|cannot|unable|failed|denied|no such)\b/i.test(line));
  return errors.length > 0 ? errors : lines.slice(-1);
}

/** A line of a program's output, safe to show. */
export function printable(line: string): string {
  // deno-lint-ignore no-control-regex
  return line.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "").replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, "").trim()
    .slice(0, longestWords);
}

/** A value that was made of a successful call. */
export function done(): Result<void> {
  return success(undefined);
}

function firstWord(args: readonly string[]): string {
  return args.find((word) => /^[a-z]/.test(word)) ?? "";
}

function environment({ env, authFile, registriesConf }: EngineParts): Record<string, string> {
  const passed = passedOn.flatMap((name) => env[name] ? [[name, env[name]] as const] : []);
  return {
    ...Object.fromEntries(passed),
    // Messages are read by people and by rules of ours: in English.
    LC_ALL: "C.UTF-8",
    ...(authFile === null ? {} : { REGISTRY_AUTH_FILE: authFile }),
    ...(registriesConf === null ? {} : { CONTAINERS_REGISTRIES_CONF: registriesConf }),
  };
}
