// Who gets which credential: challenges, realms, tokens and redirects, honest and hostile.
import assert from "node:assert/strict";
import { Secret } from "../../../../src/core/model/secret.ts";
import type { HostProfile } from "../../../../src/core/ports/store.ts";
import { appHttp, type Handler } from "../../../fakes/app_http.ts";
import {
  answers,
  fakeRegistry,
  type Fault,
  first,
  headers,
  on,
  redirects,
  refuses,
} from "../../../fakes/fake_registry.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");
const account = { kind: "password" as const, user: "me", password: new Secret("pass:word") };
const withAccount: TestRegistryOptions = { credentials: () => Promise.resolve(account) };
const basicOfAccount = `Basic ${btoa("me:pass:word")}`;

/** A registry at https://ghcr.io that demands what the faults say, and other origins. */
function setting(
  faults: readonly Fault[],
  options: TestRegistryOptions = {},
  others: Readonly<Record<string, Handler>> = {},
  auth: "none" | "bearer" = "bearer",
) {
  const fake = fakeRegistry(smallImages, faults, { auth });
  const http = appHttp({ "https://ghcr.io": fake.fetch, ...others });
  return { fake, http, ...testRegistry(http, options) };
}

function demand(challenge: string): Fault {
  return (request, next) =>
    request.headers.has("Authorization")
      ? next()
      : new Response("{}", { status: 401, headers: { "WWW-Authenticate": challenge } });
}

Deno.test("resolve() costs three requests on an unknown host, two on a known one, one with a valid token", async () => {
  const cold = setting([]);
  const first = await cold.registry.resolve(app, "1.1.0", null);
  assert.ok(first.ok);
  assert.deepEqual(cold.fake.lines, [
    "GET /v2/you/app/manifests/1.1.0",
    "GET /token?service=magos-demo&scope=repository%3Ayou%2Fapp%3Apull",
    "GET /v2/you/app/manifests/1.1.0",
  ]);
  const warm = await cold.registry.resolve(app, "1.1.0", first.value.digest);
  assert.ok(warm.ok);
  assert.deepEqual(cold.fake.lines.slice(3), ["HEAD /v2/you/app/manifests/1.1.0"]);
  assert.deepEqual(cold.registry.requests().map(({ host, requests }) => [host, requests]), [["ghcr.io", 4]]);

  const known = setting([], { profiles: cold.profiles });
  assert.ok((await known.registry.resolve(app, "1.1.0", null)).ok);
  assert.deepEqual(known.fake.lines, [
    "GET /token?service=magos-demo&scope=repository%3Ayou%2Fapp%3Apull",
    "GET /v2/you/app/manifests/1.1.0",
  ]);
});

Deno.test("an open registry costs one request", async () => {
  const open = setting([], {}, {}, "none");
  assert.ok((await open.registry.resolve(app, "1.1.0", null)).ok);
  assert.equal(open.fake.lines.length, 1);
  assert.equal(open.profiles.get("ghcr.io")?.auth, "none");
});

Deno.test("questions for one repository at the same time share one token request", async () => {
  const profiles = setting([]).profiles;
  profiles.set("ghcr.io", knownBearer());
  const { registry, fake } = setting([], { profiles });
  const outcomes = await Promise.all(["1.0.0", "1.1.0", "latest"].map((tag) => registry.resolve(app, tag, null)));
  assert.ok(outcomes.every((outcome) => outcome.ok));
  assert.equal(fake.lines.filter((line) => line.includes("/token")).length, 1);
});

function knownBearer(): HostProfile {
  return {
    auth: "bearer",
    realm: "https://ghcr.io/token",
    service: "magos-demo",
    pageCap: null,
    headDigest: true,
    pausedUntil: null,
    quota: null,
  };
}

Deno.test("the scope is built from the image, whatever the challenge names", async (t) => {
  const challenges: Readonly<Record<string, string>> = {
    "GHCR's placeholder":
      'Bearer realm="https://ghcr.io/token",service="magos-demo",scope="repository:user/image:pull"',
    "relative realm, no service": 'Bearer realm="/token"',
    "lower case and unquoted": "bearer realm=https://ghcr.io/token,service=x",
    "Basic beside it": 'Bearer realm="https://ghcr.io/token",scope="*",Basic realm="x"',
    "Basic before it": 'Basic, Bearer realm="https://ghcr.io/token"',
  };
  for (const [name, challenge] of Object.entries(challenges)) {
    await t.step(name, async () => {
      const { registry, fake } = setting([on("/v2/", demand(challenge))]);
      const resolved = await registry.resolve(app, "latest", null);
      assert.ok(resolved.ok, JSON.stringify(resolved));
      assert.match(fake.lines[1] ?? "", /^GET \/token\?(service=[^&]+&)?scope=repository%3Ayou%2Fapp%3Apull$/);
    });
  }
});

Deno.test("a realm keeps its own query", async () => {
  const { registry, fake } = setting([on("/v2/", demand('Bearer realm="https://ghcr.io/token?account=x"'))]);
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.equal(fake.lines[1], "GET /token?account=x&scope=repository%3Ayou%2Fapp%3Apull");
});

Deno.test("a challenge on a 200 means nothing", async () => {
  const challenge = { "WWW-Authenticate": 'Bearer realm="https://ghcr.io/token"' };
  const { registry, fake } = setting([headers(challenge)], {}, {}, "none");
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.equal(fake.lines.length, 1);
});

Deno.test("a 401 without challenge is asked for one by a single ping", async () => {
  const silent: Fault = (request, next) =>
    request.headers.has("Authorization") ? next() : new Response("{}", { status: 401 });
  const { registry, fake } = setting([on("/v2/you/", silent)]);
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.deepEqual(fake.lines.map((line) => line.split("?")[0]), [
    "GET /v2/you/app/manifests/latest",
    "GET /v2/",
    "GET /token",
    "GET /v2/you/app/manifests/latest",
  ]);
});

Deno.test("a realm elsewhere is refused and never asked, with or without an account", async (t) => {
  const realms = [
    "https://evil.example/token",
    "http://ghcr.io/token",
    "https://169.254.169.254/token",
    "https://127.0.0.1/token",
    "https://ghcr.io@evil.example/token",
  ];
  for (const realm of realms) {
    for (const options of [{}, withAccount]) {
      await t.step(`${realm} ${options === withAccount ? "with" : "without"} account`, async () => {
        const foreign: (string | null)[] = [];
        const catcher: Handler = (request) => {
          foreign.push(request.headers.get("Authorization"));
          return Response.json({ token: "caught" });
        };
        const others = Object.fromEntries(realms.map((each) => [new URL(each).origin, catcher]));
        const { registry, log } = setting([on("/v2/", demand(`Bearer realm="${realm}"`))], options, others);
        const resolved = await registry.resolve(app, "latest", null);
        assert.equal(!resolved.ok && resolved.failure.code, "registry.refused");
        assert.deepEqual(foreign, []);
        assert.match(log.join("\n"), /registry\.suspicious/);
        assert.doesNotMatch(JSON.stringify([resolved, log]), /pass:word/);
      });
    }
  }
});

Deno.test("a token service that redirects to another host gets no follower", async (t) => {
  for (const target of ["https://127.0.0.1/token", "https://evil.example/token", "http://ghcr.io/token"]) {
    await t.step(target, async () => {
      const caught: Request[] = [];
      const catcher: Handler = (request) => {
        caught.push(request);
        return Response.json({ token: "caught" });
      };
      const others = { [new URL(target).origin]: catcher };
      const { registry } = setting([on("/token", redirects(target))], withAccount, others);
      const resolved = await registry.resolve(app, "latest", null);
      assert.equal(!resolved.ok && resolved.failure.code, "registry.refused");
      assert.deepEqual(caught, []);
    });
  }
});

Deno.test("a token is sent to the registry only, not along a redirect to another origin", async (t) => {
  for (const target of ["https://cdn.ghcr.io/blob", "https://ghcr.io:8443/blob", "https://cdn.example/blob"]) {
    await t.step(target, async () => {
      const received: (string | null)[] = [];
      const demo = fakeRegistry(smallImages).demo;
      const cdn: Handler = (request) => {
        received.push(request.headers.get("Authorization"));
        return demo.fetch(new Request("https://ghcr.io/v2/you/app/manifests/latest", { method: request.method }));
      };
      const { registry, fake } = setting(
        [on(
          "/manifests/",
          (request, next) => request.headers.has("Authorization") ? redirects(target)(request, next) : next(),
        )],
        withAccount,
        { [new URL(target).origin]: cdn },
      );
      const resolved = await registry.resolve(app, "latest", null);
      assert.ok(resolved.ok, JSON.stringify(resolved));
      assert.deepEqual(received, [null]);
      assert.match(fake.authorizations.at(-1) ?? "", /^Bearer /);
    });
  }
});

Deno.test("redirects downwards, inwards and without end are refused", async (t) => {
  const targets: Readonly<Record<string, string>> = {
    "https to http": "http://ghcr.io/v2/you/app/manifests/latest",
    "into the inner network": "https://192.168.1.1/admin",
    "metadata service": "https://169.254.169.254/",
    "another scheme": "file:///etc/passwd",
    "itself": "https://ghcr.io/v2/you/app/manifests/latest",
    "no URL": "https://",
  };
  for (const [name, target] of Object.entries(targets)) {
    await t.step(name, async () => {
      const caught: Handler = () => assert.fail("was asked");
      const origin = target === "https://" ? "https://nowhere.example" : new URL(target).origin;
      const others = origin === "https://ghcr.io" ? {} : { [origin]: caught };
      const { registry, http } = setting([redirects(target)], {}, others);
      const resolved = await registry.resolve(app, "latest", null);
      assert.equal(!resolved.ok && resolved.failure.code, "registry.refused");
      assert.ok(http.sent.length <= 6);
    });
  }
});

Deno.test("token answers are read in all their forms", async (t) => {
  const forms: Readonly<Record<string, unknown>> = {
    "token only": { token: "TOK" },
    "access_token only": { access_token: "TOK" },
    "empty token beside access_token": { token: "", access_token: "TOK" },
    "both": { token: "TOK", access_token: "TOK", expires_in: 300, issued_at: "nonsense" },
    "expires_in as text": { token: "TOK", expires_in: "300" },
    "expires_in null": { token: "TOK", expires_in: null },
  };
  for (const [name, form] of Object.entries(forms)) {
    await t.step(name, async () => {
      const fake = fakeRegistry(smallImages);
      const guarded: Handler = (request) => {
        if (new URL(request.url).pathname === "/token") return Response.json(form);
        if (request.headers.get("Authorization") === "Bearer TOK") return fake.fetch(request);
        return new Response("{}", { status: 401, headers: { "WWW-Authenticate": 'Bearer realm="/token"' } });
      };
      const { registry } = testRegistry(appHttp({ "https://ghcr.io": guarded }));
      assert.ok((await registry.resolve(app, "latest", null)).ok);
    });
  }
});

Deno.test("token answers that are none are refused", async (t) => {
  const forms: Readonly<Record<string, readonly [Fault, string]>> = {
    "no token": [answers(200, "{}"), "registry.protocol"],
    "a token for a header of its own": [answers(200, JSON.stringify({ token: "a\r\nX: y" })), "registry.protocol"],
    "a token of 33 KiB": [answers(200, JSON.stringify({ token: "x".repeat(33 * 1024) })), "registry.protocol"],
    "an answer of 1 MiB": [answers(200, JSON.stringify({ token: "x".repeat(1024 * 1024) })), "registry.too_large"],
    "no JSON": [answers(200, "<html>"), "registry.protocol"],
    "refused (GHCR's missing package)": [refuses(401, "UNAUTHORIZED"), "registry.unauthorized"],
    "denied": [refuses(403, "DENIED"), "registry.unauthorized"],
    "too often": [refuses(429, "TOOMANYREQUESTS"), "registry.rate_limited"],
    "broken": [answers(503), "registry.unavailable"],
  };
  for (const [name, [fault, code]] of Object.entries(forms)) {
    await t.step(name, async () => {
      const { registry } = setting([on("/token", fault)]);
      const resolved = await registry.resolve(app, "latest", null);
      assert.equal(!resolved.ok && resolved.failure.code, code);
    });
  }
});

Deno.test("a token lives at least 60 seconds, less 15, and no longer than the service says", async (t) => {
  const lives: readonly (readonly [unknown, number, number])[] = [
    [5, 44_000, 46_000],
    [300, 284_000, 286_000],
    [undefined, 3_584_000, 3_586_000],
    [1e300, 86_384_000, 86_386_000],
  ];
  for (const [expires, valid, expired] of lives) {
    await t.step(String(expires), async () => {
      for (const [wait, tokens] of [[valid, 1], [expired, 2]] as const) {
        const fake = fakeRegistry(smallImages);
        let issued = 0;
        const guarded: Handler = (request) => {
          if (new URL(request.url).pathname === "/token") {
            return Response.json({ token: `T${++issued}`, expires_in: expires });
          }
          if (request.headers.has("Authorization")) return fake.fetch(request);
          return new Response("{}", { status: 401, headers: { "WWW-Authenticate": 'Bearer realm="/token"' } });
        };
        const { registry, clock } = testRegistry(appHttp({ "https://ghcr.io": guarded }));
        await registry.listTags(app);
        clock.advance(wait);
        await registry.listTags(app);
        assert.equal(issued, tokens, `after ${wait} ms`);
      }
    });
  }
});

Deno.test("a 403 without challenge to a stale token is answered by one fresh token", async () => {
  const { registry, fake, profiles } = setting([on("/manifests/", first(1, refuses(403, "DENIED")))]);
  assert.ok((await registry.listTags(app)).ok);
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.deepEqual(fake.lines.slice(3).map((line) => line.split("?")[0]), [
    "GET /v2/you/app/manifests/latest",
    "GET /token",
    "GET /v2/you/app/manifests/latest",
  ]);
  assert.equal(profiles.get("ghcr.io")?.auth, "bearer");
});

Deno.test("a second 403 or 401 is final, and other images still answer", async (t) => {
  for (const status of [401, 403]) {
    await t.step(String(status), async () => {
      const { registry, fake } = setting([
        on(
          "/app/",
          (request, next) => request.headers.has("Authorization") ? refuses(status, "DENIED")(request, next) : next(),
        ),
      ]);
      const [refused, neighbour] = await Promise.all([
        registry.resolve(app, "latest", null),
        registry.resolve(repositoryOf("ghcr.io/you/neighbour"), "2.0.0", null),
      ]);
      assert.ok(!refused.ok && neighbour.ok);
      assert.equal(refused.failure.code, "registry.unauthorized");
      assert.match(refused.failure.message, /DENIED .*not found or private/);
      assert.match(refused.failure.cure ?? "", /credentials/);
      assert.ok(fake.lines.filter((line) => line.includes("/app/manifests")).length <= 3);
    });
  }
});

Deno.test("a 403 that speaks of rate limits is a rate limit, not a refusal", async () => {
  const { registry } = setting([answers(403, "You have exceeded a secondary rate limit")]);
  const resolved = await registry.resolve(app, "latest", null);
  assert.equal(!resolved.ok && resolved.failure.code, "registry.rate_limited");
});

Deno.test("a registry known as bearer stays so when it answers with Basic once", async () => {
  const profiles = new Map([["ghcr.io", knownBearer()]]);
  const harbor = first(1, answers(401, "{}", { "WWW-Authenticate": 'Basic realm="harbor"' }));
  const { registry, fake } = setting([on("/manifests/", harbor)], { profiles, ...withAccount });
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.equal(profiles.get("ghcr.io")?.auth, "bearer");
  const seen = fake.lines.map((line, index) => [line, fake.authorizations[index]] as const);
  assert.ok(seen.every(([line, sent]) => line.includes("/token") || !sent?.startsWith("Basic")));
});

Deno.test("a profile whose token service is gone is learned anew", async () => {
  const profiles = new Map([["ghcr.io", { ...knownBearer(), realm: "https://ghcr.io/old" }]]);
  const { registry } = setting([], { profiles });
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.equal(profiles.get("ghcr.io")?.realm, "https://ghcr.io/token");
});

Deno.test("an account is sent to the realm, and the registry gets the token", async () => {
  const { registry, fake, log } = setting([], withAccount);
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.deepEqual(fake.authorizations.slice(0, 2), [null, basicOfAccount]);
  assert.match(fake.authorizations[2] ?? "", /^Bearer /);
  assert.doesNotMatch(fake.lines.join() + log.join(), /pass|me%3A/);
});

Deno.test("Basic is spoken when an account exists, and remembered", async () => {
  const wantsBasic: Fault = (request, next) =>
    request.headers.get("Authorization") === basicOfAccount
      ? next()
      : new Response("{}", { status: 401, headers: { "WWW-Authenticate": 'Basic realm="x"' } });
  const { registry, fake, profiles } = setting([wantsBasic], withAccount, {}, "none");
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.deepEqual(fake.authorizations, [null, basicOfAccount]);
  assert.ok((await registry.listTags(app)).ok);
  assert.equal(fake.authorizations.length, 3);
  assert.equal(profiles.get("ghcr.io")?.auth, "basic");

  const anonymous = setting([wantsBasic], { profiles }, {}, "none");
  const refused = await anonymous.registry.resolve(app, "latest", null);
  assert.equal(!refused.ok && refused.failure.code, "registry.unauthorized");
});

Deno.test("a wrong password is tried once", async () => {
  const never = answers(401, "{}", { "WWW-Authenticate": 'Basic realm="x"' });
  const { registry, fake } = setting([never], withAccount, {}, "none");
  const refused = await registry.resolve(app, "latest", null);
  assert.equal(!refused.ok && refused.failure.code, "registry.unauthorized");
  assert.equal(fake.lines.length, 2);
});

Deno.test("no password goes over plain HTTP, except on this machine", async () => {
  const conf = '[[registry]]\nlocation = "nas.lan:5000"\ninsecure = true\n';
  const asked: string[] = [];
  const { registry } = setting([], { ...withAccount, conf }, {
    "http://nas.lan:5000": ({ url, headers }) => {
      asked.push(url + (headers.get("Authorization") ?? ""));
      return new Response("{}", { status: 401 });
    },
  });
  const refused = await registry.resolve(repositoryOf("nas.lan:5000/you/app"), "latest", null);
  assert.equal(!refused.ok && refused.failure.code, "registry.refused");
  assert.deepEqual(asked, ["http://nas.lan:5000/v2/"], "more than the question whether it speaks http");
});

Deno.test("accounts are looked up for the place that is really asked", async () => {
  const asked: unknown[] = [];
  const conf = '[[registry]]\nprefix = "docker.io"\nlocation = "mirror.example/hub"\n';
  const { registry } = setting([], {
    conf,
    credentials(repository) {
      asked.push(repository);
      return Promise.resolve(null);
    },
  }, { "https://mirror.example": () => new Response("{}", { status: 404 }) });
  await registry.resolve(repositoryOf("busybox"), "latest", null);
  assert.deepEqual(asked, [{ host: "mirror.example", path: "hub/library/busybox" }]);
});

Deno.test("a list that goes on at a regional host is read whole, and the token stays at home", async () => {
  const regional = fakeRegistry(smallImages, [], { pageSize: 1 });
  const { registry, fake } = setting(
    [on(
      "/tags/",
      (request, next) =>
        request.headers.has("Authorization")
          ? redirects("https://region.example/v2/you/app/tags/list")(request, next)
          : next(),
    )],
    withAccount,
    { "https://region.example": regional.fetch },
  );
  const listed = await registry.listTags(app);
  assert.deepEqual(listed.ok && listed.value.tags, ["1.0.0", "1.1.0", "latest"]);
  assert.deepEqual(regional.authorizations, [null, null, null]);
  assert.match(fake.authorizations.at(-1) ?? "", /^Bearer /);
});

Deno.test("a 401 or 403 of the host behind a redirect is not taken for the registry's", async () => {
  for (const status of [401, 403]) {
    const demand = { "WWW-Authenticate": 'Bearer realm="https://cdn.example/token"' };
    const asked: string[] = [];
    const { registry, fake } = setting(
      [on("/manifests/", redirects("https://cdn.example/x"))],
      withAccount,
      {
        "https://cdn.example": (request) => {
          asked.push(new URL(request.url).pathname);
          return new Response("{}", { status, headers: demand });
        },
      },
    );
    assert.ok((await registry.listTags(app)).ok);
    const before = fake.lines.length;
    const refused = await registry.resolve(app, "latest", null);
    assert.equal(!refused.ok && refused.failure.code, "registry.unauthorized");
    assert.deepEqual(asked, ["/x"]);
    assert.equal(fake.lines.length, before + 1);
  }
});
