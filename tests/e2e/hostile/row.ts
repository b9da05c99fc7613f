// One row of the table of hostile behaviours: a pass over an honest image and a hostile one, through the whole command.
import assert from "node:assert/strict";
import type { ProblemCode } from "../../../src/core/model/problem_codes.ts";
import type { System } from "../../../src/core/ports/system.ts";
import { fakeRegistry, type Fault } from "../../fakes/fake_registry.ts";
import { type Homelab, release, withHomelab } from "../homelab.ts";
import { type HostileServer, serveHttp } from "./hostile_server.ts";
import { publicHttp, type SentRequest } from "./public_http.ts";

/** What a row may use. */
export interface Surroundings {
  /** `127.0.0.1:PORT` of a server in the inner network that nobody may be led to. */
  readonly victim: string;
}

/** What the hostile server does, and what becomes of its image. */
export interface HostileRow {
  /** Words for the test's name: "lists pages for ever". */
  readonly does: string;
  /** In front of an honest registry with `hostile.example/you/app` 1.0.0 and 1.1.0. */
  readonly faults?: (around: Surroundings) => readonly Fault[];
  /** A server of its own in place of that registry. */
  readonly serve?: () => HostileServer;
  /** Demands tokens where the faults do not. */
  readonly auth?: "bearer";
  /** The marked value; `1.0.0` with policy semver by default. */
  readonly value?: string;
  readonly marker?: Readonly<Record<string, unknown>>;
  /** The problem of the hostile image, or what its value becomes, when the behaviour does no harm. */
  readonly ends: { readonly code: ProblemCode; readonly message?: RegExp } | { readonly value: RegExp };
  /** Most requests that it may cost. */
  readonly requests?: number;
  /** Most bytes that are taken from it: what is read, and what a socket holds. */
  readonly bytes?: number;
  /** How many times sooner than in life the server is given up; for rows that are about waiting. */
  readonly hurry?: number;
  /** More to look at. */
  readonly check?: (homelab: Homelab, report: UpdateJson) => Promise<void> | void;
}

/** The parts of `magos.update/v1` that rows look at. */
export interface UpdateJson {
  readonly result: string;
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly cure?: string;
    readonly retryAt?: string;
    readonly file?: string;
    readonly line?: number;
    readonly image?: string;
  }[];
}

const hostile = "https://hostile.example";
const mebibyte = 1024 * 1024;

/** Logins of the user: each for one registry, and one for a registry that no image of the pass is at. */
const passwords = { honest: "hn-2Fw_Secret+/=one", hostile: "hs-8Jt_Secret+/=two", other: "ot-4Lb_Secret+/=three" };

/** Registers the row as a test. */
export function hostileTest(row: HostileRow): void {
  Deno.test(`update: a registry that ${row.does} harms its own image at most`, () => runRow(row));
}

async function runRow(row: HostileRow): Promise<void> {
  const stolen: string[] = [];
  const victim = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    stolen.push(`${request.method} ${request.url} ${request.headers.get("Authorization")}`);
    return Response.json({ tags: ["6.6.6"], token: "from-the-inner-network" });
  });
  const server = row.serve?.() ?? serveFaults(row, { victim: `127.0.0.1:${victim.addr.port}` });
  try {
    const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
    await withHomelab({ tree: { "compose.yaml": composeOf(row) }, images }, async (homelab) => {
      await writeLogins(homelab);
      const http = publicHttp({ [hostile]: server.address }, row.hurry ?? 1);
      const ran = await homelab.magos(["update", "--json"], { http, clock: hurriedClock() });
      const report: UpdateJson = JSON.parse(ran.out);
      await judge(row, homelab, { ...ran, report });
      assert.ok(server.lines.length >= 1, "the hostile server was asked at all");
      const most = row.requests ?? 4;
      assert.ok(server.lines.length <= most, `${server.lines.length} requests: ${server.lines.slice(0, 9).join(", ")}`);
      assert.ok(server.sent() <= (row.bytes ?? mebibyte), `${server.sent()} bytes were taken`);
      assert.deepEqual(stolen, [], "the inner network was not touched");
      const honest = `http://${homelab.registry.address}`;
      const origins = new Set(http.sent.map((it) => it.origin));
      assert.deepEqual([...origins].sort(), [honest, hostile], "nobody else was asked");
      assertKept(http.sent, honest, `${ran.out}${ran.err}${JSON.stringify(ran.events)}`);
      await row.check?.(homelab, report);
    });
  } finally {
    await Promise.all([server.stop(), victim.shutdown()]);
  }
}

async function writeLogins(homelab: Homelab): Promise<void> {
  const entry = (password: string) => ({ auth: btoa(`you:${password}`) });
  const auths = {
    [homelab.registry.address]: entry(passwords.honest),
    "hostile.example": entry(passwords.hostile),
    "ghcr.io": entry(passwords.other),
  };
  const folder = `${homelab.folder}/.config/containers`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/auth.json`, JSON.stringify({ auths }), { mode: 0o600 });
}

/** Each password and each token went to its own registry only, and none is told. */
function assertKept(sent: readonly SentRequest[], honest: string, told: string): void {
  const passes = (origin: string) => sent.flatMap((it) => it.origin === origin ? it.authorization ?? [] : []);
  const own = new Set(passes(honest));
  assert.ok([...own].some((pass) => pass.startsWith("Bearer ")) && own.has(basic(passwords.honest)));
  assert.deepEqual(passes(hostile).filter((pass) => own.has(pass)), [], "no pass went to the other registry");
  assert.ok(!own.has(basic(passwords.hostile)), "the hostile registry's own login stays with it");
  assert.ok(
    sent.every((it) => it.authorization !== basic(passwords.other)),
    "no login went to a registry it is not for",
  );
  for (const password of Object.values(passwords)) {
    for (const form of [password, btoa(`you:${password}`)]) assert.ok(!told.includes(form), "a password was told");
  }
}

function basic(password: string): string {
  return `Basic ${btoa(`you:${password}`)}`;
}

function serveFaults(row: HostileRow, around: Surroundings): HostileServer {
  const images = [{ name: "hostile.example/you/app", releases: [release("1.0.0"), release("1.1.0", "latest")] }];
  return serveHttp(fakeRegistry(images, row.faults?.(around), row.auth === undefined ? {} : { auth: row.auth }).fetch);
}

function composeOf(row: HostileRow): string {
  const value = row.value ?? "hostile.example/you/app:1.0.0";
  return `services:
  web:
    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}
  app:
    image: ${value} # ${JSON.stringify({ magos: row.marker ?? { policy: "semver" } })}
`;
}

async function judge(
  row: HostileRow,
  homelab: Homelab,
  ran: { readonly code: number; readonly err: string; readonly report: UpdateJson },
): Promise<void> {
  const { problems } = ran.report;
  const said = JSON.stringify(problems);
  const text = await homelab.text(await homelab.remote.revision(), "compose.yaml");
  const [, , honest = "", , app = ""] = text.split("\n");
  assert.match(honest, /ghcr\.io\/you\/web:1\.38@sha256:[a-f0-9]{64} # /, said);
  if ("value" in row.ends) {
    assert.equal(ran.code, 0, said);
    assert.match(app, row.ends.value);
    return;
  }
  assert.equal(ran.code, 4, said);
  assert.equal(app, composeOf(row).split("\n")[4]);
  assert.deepEqual(problems.map((problem) => problem.code), [row.ends.code], said);
  const [problem] = problems;
  assert.deepEqual([problem?.file, problem?.line], ["compose.yaml", 5]);
  assert.match(problem?.image ?? "", /^hostile\.example\/you\/app/);
  assert.ok(problem?.cure, said);
  assert.match(problem.message, row.ends.message ?? /hostile\.example/);
  // A terminal is not driven by what a registry says.
  assert.doesNotMatch(ran.err, /[^\P{Cc}\n]/u);
}

/** Waits are over at once; the time itself is the machine's. */
function hurriedClock(): System["clock"] {
  return { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() };
}
