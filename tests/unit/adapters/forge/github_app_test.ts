// The App's token: asked for, cut, kept, renewed, and each way in which GitHub refuses it.
import assert from "node:assert/strict";
import { GithubApp } from "../../../../src/adapters/forge/github_app.ts";
import type { Failure, Result } from "../../../../src/core/model/problem.ts";
import { success } from "../../../../src/core/model/problem.ts";
import { type AppHttp, appHttp } from "../../../fakes/app_http.ts";
import { type GithubAppFake, githubAppFake, type GithubAppOptions } from "../../../fakes/github_app.ts";
import { type ManualClock, manualClock } from "../../../fakes/manual_clock.ts";

const base = "https://api.github.test";

interface World {
  readonly fake: GithubAppFake;
  readonly app: GithubApp;
  readonly clock: ManualClock;
  readonly http: AppHttp;
  readonly events: string[];
}

function world(
  changes: Partial<GithubAppOptions> = {},
  config: { readonly installationId?: number; readonly key?: string; readonly appId?: number } = {},
): World {
  const fake = githubAppFake(changes);
  // The library signs by the machine's own clock, so the other one begins there.
  const clock = manualClock(Date.now());
  const http = appHttp({ [base]: fake.handle });
  const events: string[] = [];
  const app = new GithubApp({
    api: { http, base, tls: null, userAgent: "magos/test" },
    place: { owner: "you", name: "homelab", base },
    appId: config.appId ?? 1234,
    installationId: config.installationId ?? null,
    keyFile: "/etc/magos/app.pem",
    readKey: () => Promise.resolve(success(config.key ?? fake.pkcs1)),
    clock,
    log: { event: (_level, name) => void events.push(name) },
  });
  return { fake, app, clock, http, events };
}

async function must<T>(result: Promise<Result<T>>): Promise<T> {
  const got = await result;
  assert.ok(got.ok, JSON.stringify(got));
  return got.value;
}

async function refusal(result: Promise<Result<unknown>>): Promise<Failure> {
  const got = await result;
  assert.ok(!got.ok, JSON.stringify(got));
  return got.failure;
}

Deno.test("token() finds the installation and gets a token cut to one repository and three permissions", async () => {
  const { fake, app } = world();
  const token = await must(app.token());
  assert.deepEqual(fake.seen, ["GET /repos/you/homelab/installation", "POST /app/installations/5678/access_tokens"]);
  assert.deepEqual(fake.issued.map(({ repositories, permissions }) => ({ repositories, permissions })), [{
    repositories: ["homelab"],
    permissions: { contents: "write", pull_requests: "write", statuses: "write" },
  }]);
  assert.equal(token.reveal(), fake.issued[0]?.token);
});

Deno.test("token() asks for no installation that is given, and takes a key in PKCS#8", async () => {
  const given = world({}, { installationId: 5678 });
  await must(given.app.token());
  assert.deepEqual(given.fake.seen, ["POST /app/installations/5678/access_tokens"]);
  const fake = githubAppFake();
  const http = appHttp({ [base]: fake.handle });
  const app = new GithubApp({
    api: { http, base, tls: null, userAgent: "magos/test" },
    place: { owner: "you", name: "homelab", base },
    appId: 1234,
    installationId: null,
    keyFile: "/etc/magos/app.pem",
    readKey: () => Promise.resolve(success(fake.pkcs8.replaceAll("\n", "\r\n"))),
    clock: manualClock(Date.now()),
    log: { event: () => {} },
  });
  await must(app.token());
});

Deno.test("token() keeps a token until a minute before its end, then makes another with one request", async () => {
  const { fake, app, clock } = world();
  const first = await must(app.token());
  clock.advance(58 * 60_000);
  assert.equal(await must(app.token()), first);
  clock.advance(60_001);
  const second = await must(app.token());
  assert.notEqual(second.reveal(), first.reveal());
  assert.deepEqual(fake.seen.slice(2), ["POST /app/installations/5678/access_tokens"]);
});

Deno.test("token() asks once for those who ask at the same time", async () => {
  const { fake, app } = world();
  const tokens = await Promise.all([must(app.token()), must(app.token()), must(app.token())]);
  assert.equal(new Set(tokens).size, 1);
  assert.equal(fake.issued.length, 1);
});

Deno.test("refused() gives a new token a second, once, and lets a kept one go", async () => {
  const { fake, app, clock } = world();
  const first = await must(app.token());
  assert.equal(await app.refused(), true);
  assert.deepEqual(clock.sleeps, [1000]);
  assert.equal(await must(app.token()), first);
  assert.equal(await app.refused(), false);
  await must(app.token());
  const kept = await must(app.token());
  assert.notEqual(kept, first);
  assert.equal(await app.refused(), true);
  await must(app.token());
  assert.equal(fake.issued.length, 3);
  assert.deepEqual(clock.sleeps, [1000]);
});

Deno.test("token() survives a clock that is wrong by hours, and asks twice at the most", async () => {
  for (const ahead of [-7200, -45, 700, 7200]) {
    const { fake, app, events } = world({ ahead });
    await must(app.token());
    assert.equal(fake.seen.length, 3, String(ahead));
    assert.deepEqual(events, ["forge.clock_differs"]);
    const { secondsLeft, skewSeconds } = await must(app.standing());
    // It is good for an hour, whatever the two clocks say.
    assert.ok(secondsLeft > 3590 && secondsLeft <= 3600, `${ahead}: ${secondsLeft}`);
    assert.ok(Math.abs(skewSeconds - ahead) <= 2, `${ahead}: ${skewSeconds}`);
  }
});

Deno.test("token() makes do with the right to write contents, and standing() says what is missing", async () => {
  const { fake, app } = world({ permissions: { contents: "write", metadata: "read" } });
  const { permissions, missing, repository, installationId } = await must(app.standing());
  assert.deepEqual([...permissions], [["contents", "write"]]);
  assert.deepEqual(missing, ["pull_requests", "statuses"]);
  assert.deepEqual([repository, installationId], ["you/homelab", 5678]);
  assert.deepEqual(fake.issued.map(({ permissions }) => permissions), [{ contents: "write" }]);
});

Deno.test("token() finds an installation anew when its number is gone", async () => {
  const { fake, app, clock } = world();
  await must(app.token());
  fake.options.installationId = 9999;
  clock.advance(3_600_000);
  assert.equal((await refusal(app.token())).code, "forge.not_installed");
  await must(app.token());
  assert.equal(fake.seen.at(-1), "POST /app/installations/9999/access_tokens");
});

const other = githubAppFake().pkcs1;
const limited = (headers: Readonly<Record<string, string>>): Response =>
  Response.json({ message: "API rate limit exceeded" }, { status: 403, headers });

const refusals: readonly (readonly [string, Parameters<typeof world>, string, "never" | "later", RegExp])[] = [
  ["the App is not installed", [{ installationId: null }], "forge.not_installed", "never", /Install App/],
  ["another installation is given", [{}, { installationId: 1 }], "forge.not_installed", "never", /installationId/],
  [
    "the repository is not chosen",
    [{ repository: "other" }, { installationId: 5678 }],
    "forge.not_installed",
    "never",
    /choose/,
  ],
  ["the App is suspended", [{ suspended: true }], "forge.suspended", "never", /unsuspend/],
  [
    "the given installation is suspended",
    [{ suspended: true }, { installationId: 5678 }],
    "forge.suspended",
    "never",
    /unsuspend/,
  ],
  ["the key is another App's", [{}, { key: other }], "forge.unauthorized", "never", /belong together/],
  ["there is no such App", [{}, { appId: 4321 }], "forge.unauthorized", "never", /appId/],
  [
    "contents may only be read",
    [{ permissions: { contents: "read" } }],
    "forge.denied",
    "never",
    /Contents: read and write/,
  ],
  [
    "GitHub asks to wait",
    [{ answer: limited({ "x-ratelimit-remaining": "0" }) }],
    "forge.rate_limited",
    "later",
    /wait/,
  ],
  [
    "GitHub is out of order",
    [{ answer: new Response("<html>", { status: 502 }) }],
    "forge.unreachable",
    "later",
    /next pass/,
  ],
  ["the repository has moved", [{ answer: Response.json({}, { status: 301 }) }], "forge.protocol", "never", /forgeUrl/],
  [
    "it is another server",
    [{ answer: new Response("<html>hello", { status: 200 }) }],
    "forge.protocol",
    "never",
    /forgeUrl/,
  ],
];

for (const [name, [changes, config], code, retry, cure] of refusals) {
  Deno.test(`token() tells that ${name}`, async () => {
    const failed = await refusal(world(changes, config).app.token());
    assert.deepEqual([failed.code, failed.retry], [code, retry], failed.message);
    assert.match(failed.cure ?? "", cure);
    assert.doesNotMatch(JSON.stringify(failed), /BEGIN|eyJ/);
  });
}

Deno.test("token() says when GitHub may be asked again, and believes no nonsense", async () => {
  const soon = world({ answer: limited({ "retry-after": "90" }) });
  assert.equal((await refusal(soon.app.token())).retryAt, soon.clock.now() + 90_000);
  const never = world({ answer: limited({ "retry-after": "999999999" }) });
  assert.equal((await refusal(never.app.token())).retryAt, undefined);
});

Deno.test("token() fails when nobody is there, with the API's address", async () => {
  const failed = await refusal(
    new GithubApp({
      api: { http: appHttp({}), base, tls: null, userAgent: "magos/test" },
      place: { owner: "you", name: "homelab", base },
      appId: 1,
      installationId: 2,
      keyFile: "/k",
      readKey: () => Promise.resolve(success(other)),
      clock: manualClock(),
      log: { event: () => {} },
    }).token(),
  );
  assert.deepEqual([failed.code, failed.retry], ["forge.unreachable", "later"]);
  assert.match(failed.message, /api\.github\.test/);
});

Deno.test("token() refuses files that are no key of an App, and asks nobody", async () => {
  const damaged = other.replace(/\n[^\n]+\n/, "\nAAAA\n");
  const table: readonly (readonly [string, RegExp])[] = [
    ["", /no private key/],
    ["hello", /no private key/],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", /SSH key/],
    ["-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", /passphrase/],
    ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", /public key/],
    ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", /cannot sign/],
    [damaged, /cannot sign/],
  ];
  for (const [key, message] of table) {
    const { app, http } = world({}, { key });
    const failed = await refusal(app.token());
    assert.equal(failed.code, "config.invalid_value");
    assert.match(failed.message, message);
    assert.doesNotMatch(JSON.stringify(failed), /AAAA/);
    assert.deepEqual(http.lines, []);
  }
});

Deno.test("token() reads an answer no further than a megabyte, and takes no token with a line end", async () => {
  const table: readonly (readonly [Response, string])[] = [
    [new Response("x".repeat(2_000_000), { status: 201 }), "forge.unreachable"],
    [Response.json({ token: "a\nb", expires_at: "2030-01-01T00:00:00Z" }, { status: 201 }), "forge.protocol"],
    [Response.json({ token: "abc", expires_at: "soon" }, { status: 201 }), "forge.protocol"],
    [Response.json({ message: "\u001b[31m" + "x".repeat(5000) }, { status: 401 }), "forge.unauthorized"],
  ];
  for (const [answer, code] of table) {
    const failed = await refusal(world({ answer }, { installationId: 5678 }).app.token());
    assert.equal(failed.code, code);
    assert.ok(failed.message.length < 400 && !failed.message.includes("\u001b"), failed.message);
  }
});

Deno.test("token() comes to each of several Apps that ask the same at the same time", async () => {
  const { fake, http, clock } = world();
  const apps = Array.from({ length: 3 }, () =>
    new GithubApp({
      api: { http, base, tls: null, userAgent: "magos/test" },
      place: { owner: "you", name: "homelab", base },
      appId: 1234,
      installationId: 5678,
      keyFile: "/etc/magos/app.pem",
      readKey: () => Promise.resolve(success(fake.pkcs1)),
      clock,
      log: { event: () => {} },
    }));
  const tokens = await Promise.all(apps.map((app) => must(app.token())));
  assert.deepEqual(tokens.map((token) => token.reveal()), fake.issued.map(({ token }) => token));
});
