// Whether https or http is spoken with servers that registries.conf calls insecure, and with none else.
import assert from "node:assert/strict";
import { appHttp, type Handler } from "../../../fakes/app_http.ts";
import { fakeRegistry } from "../../../fakes/fake_registry.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const app = repositoryOf("nas.lan:5000/you/app");
const insecure = '[[registry]]\nlocation = "nas.lan:5000"\ninsecure = true\n';
const list = "/v2/you/app/tags/list?n=1000";
const registry = (): Handler => fakeRegistry(smallImages).fetch;

Deno.test("an insecure server is asked by https first, and by http where it does not speak it; once for ever", async () => {
  const http = appHttp({ "http://nas.lan:5000": registry() });
  const client = testRegistry(http, { conf: insecure });
  const listed = await Promise.all([client.registry.listTags(app), client.registry.listTags(app)]);
  for (const one of listed) assert.ok(one.ok);
  assert.deepEqual(http.lines.slice(0, 2), ["GET https://nas.lan:5000/v2/", "GET http://nas.lan:5000/v2/"]);
  assert.deepEqual([...new Set(http.lines.slice(2))], [`GET http://nas.lan:5000${list}`]);
  const warm = appHttp({ "http://nas.lan:5000": registry() });
  const next = testRegistry(warm, { conf: insecure, profiles: client.profiles });
  assert.ok((await next.registry.listTags(app)).ok);
  assert.deepEqual(warm.lines, [`GET http://nas.lan:5000${list}`]);
});

Deno.test("an insecure server that speaks https is asked by nothing else", async () => {
  const never = (): Response => assert.fail("http was spoken");
  const http = appHttp({ "https://nas.lan:5000": registry(), "http://nas.lan:5000": never });
  const { registry: client } = testRegistry(http, { conf: insecure });
  assert.ok((await client.listTags(app)).ok);
  assert.deepEqual(http.lines, ["GET https://nas.lan:5000/v2/", `GET https://nas.lan:5000${list}`]);
});

Deno.test("a certificate that is not trusted is no reason for http, insecure or not", async () => {
  const untrusted = (): Response => {
    throw new Error("certificate of an unknown issuer");
  };
  const never = (): Response => assert.fail("http was spoken");
  const http = appHttp({ "https://nas.lan:5000": untrusted, "http://nas.lan:5000": never });
  const client = testRegistry(http, { conf: insecure });
  const listed = await client.registry.listTags(app);
  assert.ok(!listed.ok);
  assert.equal(listed.failure.code, "registry.tls");
  assert.equal(
    listed.failure.cure,
    "give its CA: /etc/containers/certs.d/nas.lan:5000/ca.crt or registries.hosts.nas.lan:5000.caFile",
  );
  assert.equal(http.lines.length, 1);
  assert.equal(client.profiles.get("nas.lan:5000")?.scheme ?? null, null);
});

Deno.test("a server that is not marked insecure is never asked by http", async () => {
  const never = (): Response => assert.fail("http was spoken");
  const http = appHttp({ "http://nas.lan:5000": never });
  const { registry: client } = testRegistry(http);
  const listed = await client.listTags(app);
  assert.equal(!listed.ok && listed.failure.code, "registry.unreachable");
  assert.ok(http.lines.every((line) => line.startsWith("GET https://")));
});

Deno.test("a page on the http port that is no registry does not make http of it", async (t) => {
  const pages: Readonly<Record<string, () => Response>> = {
    "leads to https": () => new Response("", { status: 301, headers: { Location: "https://nas.lan:5000/v2/" } }),
    "complains about http": () => new Response("Client sent an HTTP request to an HTTPS server.", { status: 400 }),
    "is in trouble": () => new Response("", { status: 502 }),
  };
  for (const [name, page] of Object.entries(pages)) {
    await t.step(name, async () => {
      const client = testRegistry(appHttp({ "http://nas.lan:5000": page }), { conf: insecure });
      const listed = await client.registry.listTags(app);
      assert.equal(!listed.ok && listed.failure.code, "registry.unreachable");
      assert.equal(client.profiles.get("nas.lan:5000")?.scheme ?? null, null);
    });
  }
});

Deno.test("a server that has learned https since is found again in the next pass", async () => {
  const plain = testRegistry(appHttp({ "http://nas.lan:5000": registry() }), { conf: insecure });
  assert.ok((await plain.registry.listTags(app)).ok);
  const { profiles } = plain;
  const complains = (): Response => new Response("Client sent an HTTP request to an HTTPS server.", { status: 400 });
  const http = appHttp({ "https://nas.lan:5000": registry(), "http://nas.lan:5000": complains });
  const first = await testRegistry(http, { conf: insecure, profiles }).registry.listTags(app);
  assert.ok(!first.ok);
  const second = await testRegistry(http, { conf: insecure, profiles }).registry.listTags(app);
  assert.ok(second.ok);
});

Deno.test("a server on this machine speaks https when there are certificates for it", async () => {
  const http = appHttp({ "https://127.0.0.1:5000": registry(), "http://127.0.0.1:5000": registry() });
  const here = repositoryOf("127.0.0.1:5000/you/app");
  const tls = { caCerts: ["PEM"], client: null };
  const secure = testRegistry(http, {
    tls: ({ port }) => Promise.resolve({ ok: true, value: port === "5000" ? tls : null }),
  });
  assert.ok((await secure.registry.listTags(here)).ok);
  assert.ok((await testRegistry(http).registry.listTags(here)).ok);
  assert.deepEqual(http.lines, [`GET https://127.0.0.1:5000${list}`, `GET http://127.0.0.1:5000${list}`]);
});
