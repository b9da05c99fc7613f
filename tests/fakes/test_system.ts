// The machine for tests of the command line: real ports, with what is printed and logged kept for the test to read.
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { denoHttp } from "../../src/adapters/system/deno_http.ts";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import { denoRandom } from "../../src/adapters/system/deno_random.ts";
import { nodeServe } from "../../src/adapters/system/node_serve.ts";
import { maskSecrets, type Secret } from "../../src/core/model/secret.ts";
import type { LogLevel } from "../../src/core/ports/log.ts";
import type { System, Terminal } from "../../src/core/ports/system.ts";

/** One line of the log. */
export interface LoggedEvent {
  readonly level: LogLevel;
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A system and what it has said. */
export interface TestSystem {
  readonly system: System;
  readonly events: LoggedEvent[];
  out(): string;
  err(): string;
}

/** Builds the machine. `changes` swaps ports; the environment holds only what is given. */
export function testSystem(
  cwd: string,
  env: Readonly<Record<string, string>>,
  changes: Partial<System> = {},
): TestSystem {
  const secrets: Secret[] = [];
  const events: LoggedEvent[] = [];
  const [stdout, stderr] = [captured(), captured()];
  const system: System = {
    http: denoHttp,
    process: denoProcess(secrets),
    files: denoFiles,
    clock: denoClock,
    random: denoRandom,
    serve: nodeServe,
    log: { event: (level, name, fields = {}) => events.push({ level, name, fields }) },
    stdout: stdout.terminal,
    stderr: stderr.terminal,
    env: { PATH: Deno.env.get("PATH") ?? "", ...env },
    cwd,
    hostname: "testhost",
    uid: Deno.uid(),
    stop: new AbortController().signal,
    service: null,
    onHangup: () => () => {},
    residentBytes: () => 50_000_000,
    configureLog: () => {},
    keepSecret: (secret) => secrets.push(secret),
    mask: (text) => maskSecrets(text, secrets),
    ...changes,
  };
  return { system, events, out: () => stdout.text(), err: () => stderr.text() };
}

function captured(): { readonly terminal: Terminal; text(): string } {
  const pieces: string[] = [];
  const terminal = { isTerminal: false, columns: 120, write: (text: string): number => pieces.push(text) };
  return { terminal, text: () => pieces.join("") };
}
