// What the programs of a dialect say of themselves: versions, who reads the files in the end, and who runs containers.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Dialect } from "./dialect.ts";
import { callEngine, type EngineParts, mustCall } from "./engine_call.ts";
import { answerText } from "./engine_answer.ts";

/** A program that reads Compose files. */
export interface ComposeReader {
  readonly name: "podman-compose" | "docker compose";
  readonly version: string;
}

/** What was told. */
export interface EngineFacts {
  /** Of the dialect; that of `podman compose`, which only hands on to another program, is podman's. */
  readonly version: string;
  /** Null for one that `podman compose` hands on to and that is neither of the two. */
  readonly reader: ComposeReader | null;
  /** Whether the containers are podman's; it answers to `docker` too. */
  readonly isPodman: boolean;
}

const quick = 30_000;

/** Asks. Fails when a program is not there, or does not tell its version. */
export async function askPrograms(parts: EngineParts, dialect: Dialect): Promise<Result<EngineFacts>> {
  const args = dialect.name === "podman-compose" ? ["--version"] : [...dialect.before, "version"];
  const told = await mustCall(parts, { program: dialect.program, args, timeout: quick });
  if (!told.ok) return told;
  const reader = readerIn(answerText(told.value.stdout));
  if (dialect.name === "podman compose") {
    const own = await mustCall(parts, { program: "podman", args: ["--version"], timeout: quick });
    if (!own.ok) return own;
    const version = /podman version\s+v?(\d+(?:\.\d+)+)/i.exec(answerText(own.value.stdout))?.[1];
    return version === undefined ? silent(dialect) : success({ version, reader, isPodman: true });
  }
  if (reader?.name !== dialect.name) return silent(dialect);
  return success({ version: reader.version, reader, isPodman: dialect.engine === "podman" || await isPodman(parts) });
}

function readerIn(text: string): ComposeReader | null {
  // Version 1.0.3 calls itself podman-composer, and tells podman's version before its own.
  const podmans = /podman-composer? version:?\s+(\d+(?:\.\d+)+)/.exec(text)?.[1];
  if (podmans !== undefined) return { name: "podman-compose", version: podmans };
  const dockers = /Docker Compose version\s+v?(\d+(?:\.\d+)+)/i.exec(text)?.[1];
  return dockers === undefined ? null : { name: "docker compose", version: dockers };
}

/** A daemon that does not answer is taken for Docker; the first listing tells why it does not. */
async function isPodman(parts: EngineParts): Promise<boolean> {
  const args = ["version", "--format", "{{json .Server}}"];
  const told = await callEngine(parts, { program: "docker", args, timeout: quick });
  return told.ok && answerText(told.value.stdout).includes('"Podman Engine"');
}

function silent({ name }: Dialect): Result<never> {
  return failure("engine.failed", `${name} does not tell its version`);
}
