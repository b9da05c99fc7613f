// magos doctor: what works, what does not, and each step on the way to a registry, with no secret among them.
import assert from "node:assert/strict";
import { cli } from "../../src/cli/cli.ts";
import { denoHttp } from "../../src/adapters/system/deno_http.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Http } from "../../src/core/ports/http.ts";
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { doctorShape } from "../contract/report_shapes.ts";
import { registryLogin } from "../fakes/docker_registry.ts";
import { needs } from "../fakes/needs.ts";
import { testSystem } from "../fakes/test_system.ts";
import { homelabToken, release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = { "compose.yaml": `a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n` };

/** What does not depend on the machine that the test runs on; doctor_host_test.ts has the rest. */
const chain = [
  ...["config", "state", "clock", "git", "clone", "push", "protection", "forge", "registry", "credentials"],
  ...["runtime-dir", "sops", "auto-update"],
];

interface Doctored {
  readonly result: string;
  readonly checks: readonly {
    readonly id: string;
    readonly subject: string | null;
    readonly state: string;
    readonly message: string;
    readonly cure: string | null;
    readonly steps: readonly string[];
  }[];
}

function read(out: string): Doctored {
  const parsed = JSON.parse(out);
  assert.equal(doctorShape.safeParse(parsed).error?.message, undefined);
  return parsed;
}

/** A clock on which retries do not wait; the end of all checks comes when it should. */
const clock: Clock = {
  ...denoClock,
  sleep: (milliseconds, signal) => milliseconds < 5000 ? Promise.resolve() : denoClock.sleep(milliseconds, signal),
};

/** Runs `magos doctor ARGS` in an empty folder, where https://registry.example.org is a server of this machine. */
async function withServer(
  handler: (request: Request) => Response | Promise<Response>,
  test: (doctor: (...args: readonly string[]) => Promise<Ran>, stop: () => Promise<void>) => Promise<void>,
  scheme: "http" | "https" = "http",
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-doctor-" }));
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  const http: Http = {
    send: (request, options) => {
      const url = request.url.replace("https://registry.example.org", `${scheme}://127.0.0.1:${server.addr.port}`);
      return denoHttp.send(new Request(url, request), options);
    },
  };
  let running = true;
  const stop = async (): Promise<void> => {
    if (running) await server.shutdown();
    running = false;
  };
  try {
    await test(async (...args) => {
      const machine = testSystem(folder, { HOME: folder, XDG_STATE_HOME: folder }, { clock, http });
      const code = await cli(["doctor", ...args], machine.system);
      return { code, out: machine.out(), err: machine.err(), log: JSON.stringify(machine.events) };
    }, stop);
  } finally {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly log: string;
}

function masked(text: string, folder = "/nowhere"): string {
  return text.replaceAll(folder, "FOLDER").replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT").replaceAll(
    /in \d+ ms/g,
    "in N ms",
  ).replaceAll(/is at [0-9a-f]{12}/g, "is at REVISION");
}

Deno.test("doctor looks at settings, state, clock and the registries in use", (t) =>
  withHomelab({ tree, images }, async (homelab) => {
    const { code, out, err } = await homelab.magos(["doctor", ...chain]);
    await t.assertSnapshot(masked(`${out}--- stderr, exit code ${code}\n${err}`, homelab.folder));
    const named = await homelab.magos(["doctor", "registry", "ghcr.io"]);
    await t.assertSnapshot(masked(`${named.out}--- stderr, exit code ${named.code}\n${named.err}`, homelab.folder));
    const json = await homelab.magos(["doctor", ...chain, "--json"]);
    assert.deepEqual(read(json.out).checks.map(({ id, subject, state }) => [id, subject, state]), [
      ["config", null, "ok"],
      ["state", null, "ok"],
      ["clock", null, "ok"],
      ["git", null, "ok"],
      ["clone", null, "ok"],
      ["push", null, "ok"],
      ["protection", null, "skip"],
      ["forge", null, "skip"],
      ["registry", "ghcr.io", "ok"],
      ["credentials", "ghcr.io", "ok"],
      ["runtime-dir", null, "skip"],
      ["sops", null, "skip"],
      ["auto-update", null, "ok"],
    ]);
  }));

Deno.test("doctor without repository and settings looks at what there is, and skips the rest", () =>
  withServer(() => new Response(), async (doctor) => {
    const { code, out } = await doctor(...chain, "--json");
    assert.equal(code, 0);
    assert.deepEqual(read(out).checks.map(({ id, state }) => [id, state]), [
      ["config", "ok"],
      ["state", "ok"],
      ["clock", "skip"],
      ["git", "skip"],
      ["clone", "skip"],
      ["push", "skip"],
      ["protection", "skip"],
      ["forge", "skip"],
      ["registry", "skip"],
      ["credentials", "skip"],
      ["runtime-dir", "skip"],
      ["sops", "skip"],
      ["auto-update", "skip"],
    ]);
  }));

Deno.test("doctor says what is wrong with the settings, and goes on", () =>
  withHomelab({ tree, images, settings: "upadte: {}\n" }, async (homelab) => {
    const { code, out } = await homelab.magos(["doctor", "--json", "config", "state"]);
    assert.equal(code, 1);
    const [config, state] = read(out).checks;
    assert.deepEqual([config?.state, state?.state], ["fail", "ok"]);
    assert.match(config?.cure ?? "", /update/);
  }));

Deno.test("doctor refuses checks and registries that there are not", () =>
  withServer(() => new Response(), async (doctor) => {
    for (const words of [["regsitry"], ["config", "ghcr.io"], ["registry", "ghcr"], ["registry", "a b"]]) {
      const { code, out } = await doctor(...words, "--json");
      assert.equal(code, 2, words.join(" "));
      assert.equal(JSON.parse(out).problems[0].code, "usage.invalid");
    }
    assert.match((await doctor("regsitry")).err, /did you mean registry/);
  }));

const docker = needs("docker-registry");
Deno.test({
  name: `doctor registry shows the steps to a real registry${docker.suffix}`,
  ignore: docker.ignore,
  fn: (t) =>
    withHomelab({ tree, images, registry: "docker" }, async (homelab) => {
      const { code, out } = await homelab.magos(["doctor", "registry", "ghcr.io"]);
      assert.equal(code, 0);
      await t.assertSnapshot(masked(out));
    }),
});

Deno.test("doctor registry tells a closed port with each try, and fails", (t) =>
  withServer(() => new Response(), async (doctor, stop) => {
    await stop();
    const { code, out } = await doctor("registry", "registry.example.org");
    assert.equal(code, 1);
    await t.assertSnapshot(masked(out).replaceAll(/: tcp connect.*? in N/g, ": WHY in N"));
  }));

Deno.test("doctor registry tells a server that speaks no TLS on https", () =>
  withServer(() => new Response(), async (doctor) => {
    const { code, out } = await doctor("registry", "registry.example.org", "--json");
    const [check] = read(out).checks;
    assert.deepEqual([code, check?.state], [1, "fail"]);
    assert.ok(check?.steps.every((step) => !/: 200 in/.test(step)), JSON.stringify(check?.steps));
    assert.ok(!check?.steps.includes("TLS: the certificate is trusted"));
    assert.ok((check?.cure ?? "") !== "");
  }, "https"));

Deno.test("doctor registry tells a realm that magos does not go to, and why", (t) =>
  withServer(() => {
    const realm = "http://169.254.169.254/latest/meta-data?token=canary-query";
    return new Response("{}", {
      status: 401,
      headers: { "WWW-Authenticate": `Bearer realm="${realm}",service="s",scope="x"` },
    });
  }, async (doctor) => {
    const { code, out } = await doctor("registry", "registry.example.org");
    assert.equal(code, 1);
    await t.assertSnapshot(masked(out));
    assert.ok(!out.includes("canary"));
  }));

Deno.test("doctor registry shows no token, no query of a redirect and no control character", () =>
  withServer((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/token") return Response.json({ token: "canary-token", expires_in: 300 });
    if (pathname === "/moved") return Response.json({}, { headers: { "ratelimit-remaining": "98;w=21600" } });
    if (request.headers.get("Authorization") === "Bearer canary-token") {
      return new Response(null, { status: 307, headers: { Location: "/moved?signature=canary-signature" } });
    }
    return new Response("{}", {
      status: 401,
      headers: { "WWW-Authenticate": 'Bearer realm="/token?key=canary-key",service="\u009b31mred"' },
    });
  }, async (doctor) => {
    for (const args of [[], ["--json"]]) {
      const { code, out, err, log } = await doctor("registry", "registry.example.org/you/app", ...args);
      assert.equal(code, 0, out);
      assert.match(out, /leads to registry\.example\.org/);
      assert.match(out, /token: for repository:you\/app:pull, good for 300 s/);
      assert.match(out, /ratelimit-remaining: 98;w=21600/);
      assert.match(out, /98 pulls are left/);
      assert.ok(!`${out}${err}${log}`.includes("canary"), `${out}${err}${log}`);
      if (args.length === 0) assert.ok(!/[\u0080-\u009f]/.test(out));
    }
  }));

Deno.test("doctor tells a clock that stands wrong by the date of the registry", () =>
  withServer(() => Response.json({}, { headers: { Date: new Date(Date.now() + 3_600_000).toUTCString() } }), async (
    doctor,
  ) => {
    const { code, out } = await doctor("registry", "registry.example.org", "--json");
    const [check] = read(out).checks;
    assert.deepEqual([code, check?.state], [0, "warn"]);
    assert.match(check?.message ?? "", /60 min behind the server's/);
    assert.match(check?.cure ?? "", /clock/);
  }));

Deno.test("doctor leaves a registry alone that asked for it, and says until when", () => {
  let asked = 0;
  return withServer(() => {
    asked++;
    return new Response("{}", { status: 429, headers: { "Retry-After": "7200" } });
  }, async (doctor) => {
    const first = read((await doctor("registry", "registry.example.org", "--json")).out);
    assert.deepEqual([asked, first.checks[0]?.state], [1, "warn"]);
    const again = read((await doctor("registry", "registry.example.org", "--json")).out);
    assert.deepEqual([asked, again.checks[0]?.state], [1, "warn"]);
    assert.match(again.checks[0]?.message ?? "", /asked to be left alone until \d{4}-/);
  });
});

Deno.test("doctor asks for a name where a token service gives nothing to a host alone", () =>
  withServer((request) => {
    const url = new URL(request.url);
    if (url.pathname !== "/token") {
      return new Response("{}", { status: 401, headers: { "WWW-Authenticate": 'Bearer realm="/token"' } });
    }
    return url.searchParams.has("scope") ? Response.json({ token: "t" }) : new Response("{}", { status: 401 });
  }, async (doctor) => {
    const { code, out } = await doctor("registry", "registry.example.org", "--json");
    const [check] = read(out).checks;
    assert.deepEqual([code, check?.state], [0, "warn"]);
    assert.match(check?.cure ?? "", /magos doctor registry registry\.example\.org\/you\/app/);
  }));

Deno.test({
  name: `doctor names the login that opens a registry, and never shows it${docker.suffix}`,
  ignore: docker.ignore,
  fn: (t) =>
    withHomelab({ tree, images, registry: "docker-login" }, async (homelab) => {
      const { user, password } = registryLogin;
      const path = `${homelab.folder}/auth.json`;
      const run = async (pass: string, ...args: readonly string[]) => {
        const auths = { [homelab.registry.address]: { auth: btoa(`${user}:${pass}`) } };
        await Deno.writeTextFile(path, JSON.stringify({ auths }), { mode: 0o600 });
        const env = { ...homelab.env, PATH: Deno.env.get("PATH") ?? "", REGISTRY_AUTH_FILE: path };
        const ran = await homelab.magos(["doctor", ...args], { env });
        const all = ran.out + ran.err + JSON.stringify(ran.events);
        for (const canary of [pass, btoa(`${user}:${pass}`)]) assert.ok(!all.includes(canary), all);
        return ran;
      };
      const good = await run(password, "registry", "ghcr.io", "credentials");
      await t.assertSnapshot(masked(good.out, homelab.folder));
      const wrong = await run(`${password}!`, "registry", "--json");
      const [check] = read(wrong.out).checks;
      assert.deepEqual([wrong.code, check?.state], [1, "fail"]);
      assert.match(check?.message ?? "", /the login from .*auth\.json does not open it/);
      assert.match(check?.cure ?? "", /podman login --authfile/);
    }),
});

Deno.test("doctor says once what is wrong with a file of logins", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const path = `${homelab.folder}/auth.json`;
    await Deno.writeTextFile(path, "{ no json", { mode: 0o600 });
    const env = { ...homelab.env, PATH: Deno.env.get("PATH") ?? "", REGISTRY_AUTH_FILE: path };
    const { code, out } = await homelab.magos(["doctor", "credentials", "--json"], { env });
    assert.deepEqual([code, read(out).checks.map(({ subject, state }) => [subject, state])], [1, [
      ["ghcr.io", "ok"],
      [null, "fail"],
    ]]);
  }));

Deno.test("doctor registry keeps what it learned, so that the next pass asks once less", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await homelab.magos(["doctor", "registry", "ghcr.io"]);
    const { requests } = JSON.parse((await homelab.magos(["scan", "--json"])).out);
    // Token, list, digest: no 401 any more.
    assert.deepEqual(requests.map((it: { requests: number }) => it.requests), [3]);
  }));

Deno.test("doctor git tells a token that is wrong, one that everybody may read, and a branch that is not there", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const token = `${homelab.folder}/token`;
    const states = async (): Promise<readonly (readonly [string, string | null])[]> => {
      const { out, err, events } = await homelab.magos(["doctor", "git", "--json"]);
      assert.doesNotMatch(`${out}${err}${JSON.stringify(events)}`, /canary/);
      return read(out).checks.map(({ state, cure }) => [state, cure]);
    };
    await Deno.chmod(token, 0o644);
    assert.deepEqual(await states(), [["ok", null], ["warn", `chmod 0600 ${token}`]]);
    await Deno.chmod(token, 0o600);
    await Deno.writeTextFile(token, "canary-wrong-token\n");
    const [[state, cure] = []] = await states();
    assert.equal(state, "fail");
    assert.match(cure ?? "", /repo\.auth\.tokenFile/);
    await Deno.remove(token);
    assert.deepEqual((await states()).map(([it]) => it), ["fail"]);
    await Deno.writeTextFile(token, homelabToken);
    const config = await Deno.readTextFile(homelab.config);
    await Deno.writeTextFile(homelab.config, config.replace("repo: {", "repo: { branch: trunk,"));
    const [[missing, branches] = []] = await states();
    assert.equal(missing, "fail");
    assert.match(branches ?? "", /repo\.branch.*"main"/);
  }));
