// Asks a helper program for a login: `docker-credential-NAME get`, the key on stdin, JSON back (registries 1.5).
import * as z from "zod";
import type { Credential } from "../../../core/model/credential.ts";
import { failure, type Result, success } from "../../../core/model/problem.ts";
import { Secret } from "../../../core/model/secret.ts";
import type { Output, Process } from "../../../core/ports/process.ts";
import { parseJson } from "../json_body.ts";

/** A key of a helper's store. */
export interface HelperQuestion {
  readonly helper: string;
  readonly server: string;
}

const timeout = 30_000;
const maxOutput = 64 * 1024;
const nameForm = /^[A-Za-z0-9_.-]{1,100}$/;
// What helpers need to find their store. Nothing else of the environment reaches them.
const passedOn = ["PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DOCKER_CONFIG"] as const;

const answer = z.object({ Username: z.string(), Secret: z.string() });

/**
 * The login that the helper keeps, or null when it says that it keeps none. `registry.login_helper` when it
 * cannot be run, does not end, or gives no answer of the protocol.
 */
export async function askHelper(
  process: Process,
  env: Readonly<Record<string, string>>,
  { helper, server }: HelperQuestion,
): Promise<Result<Credential | null>> {
  if (!nameForm.test(helper)) return failed(`the helper's name "${printable(helper)}" is no name of a program`);
  const program = `docker-credential-${helper}`;
  const ran = await process.run({
    program,
    args: ["get"],
    env: Object.fromEntries(passedOn.flatMap((name) => env[name] ? [[name, env[name]]] : [])),
    stdin: `${server}\n`,
    timeout,
    maxOutput,
  });
  if (!ran.ok) return failed(`${program} cannot be run here: ${ran.failure.message}`);
  if (ran.value.ended !== null) return failed(`${program} was ended: ${ran.value.ended}`);
  if (ran.value.code !== 0) return judgeRefusal(program, ran.value);
  const parsed = answer.safeParse(parseJson(ran.value.stdout));
  if (!parsed.success) return failed(`${program} gives no answer that the helper protocol knows`);
  return readLogin(program, parsed.data.Username, parsed.data.Secret);
}

function readLogin(program: string, user: string, secret: string): Result<Credential | null> {
  if (secret === "") return success(null);
  if (user === "<token>") return success({ kind: "identity", token: new Secret(secret) });
  if (user === "" || user.includes(":")) return failed(`${program} names no user, or one with a colon`);
  return success({ kind: "password", user, password: new Secret(secret) });
}

// The protocol has no code for "none": Docker's clients know it by these words.
function judgeRefusal(program: string, { code, stdout, stderr }: Output): Result<null> {
  const said = new TextDecoder().decode(stdout.subarray(0, 4096)).trim();
  if (/credentials not found/i.test(said)) return success(null);
  // An answer that came with a failure may hold the secret.
  const words = said.startsWith("{") || said === "" ? stderr.trim() : said;
  return failed(`${program} ended with code ${code}: ${printable(words.split("\n")[0] ?? "")}`);
}

function failed(message: string): Result<never> {
  return failure("registry.login_helper", message);
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, "").slice(0, 200);
}
