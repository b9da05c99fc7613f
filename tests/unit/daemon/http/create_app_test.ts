import assert from "node:assert/strict";
import { StoreFailure } from "../../../../src/core/ports/store.ts";
import { createApp } from "../../../../src/daemon/http/create_app.ts";
import { historyShape, statusShape } from "../../../contract/report_shapes.ts";
import { adminToken, daemonApp } from "../../../fakes/daemon_app.ts";
import { recordPass, samplePass, withState } from "../../../fakes/memory_state.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { sampleDecision } from "../../../fakes/sample_decision.ts";

Deno.test("/healthz tells whether the loop goes round", () =>
  withState(async (store) => {
    const { ask, clock, parts } = daemonApp(store);
    assert.equal((await ask("/healthz")).status, 200);
    clock.advance(61_000);
    assert.equal((await ask("/healthz")).status, 503);
    parts.state.beatAt = clock.monotonic();
    assert.equal((await ask("/healthz")).status, 200);
  }));

Deno.test("/readyz says why the daemon does not do its work", () =>
  withState(async (store) => {
    const { ask, parts } = daemonApp(store);
    assert.equal((await ask("/readyz")).status, 200);
    const { update } = parts.state.passes;
    update.last = { result: "failed", retryAt: null, message: "the remote does not answer", schedule: null };
    parts.state.configProblem = "unknown key";
    const answer = await ask("/readyz");
    assert.equal(answer.status, 503);
    assert.deepEqual((await answer.text()).split("\n"), [
      "the new configuration is wrong, the old one is in use: unknown key",
      "the last update pass failed: the remote does not answer",
      "",
    ]);
    parts.state.configProblem = null;
    update.last = { result: "partly", retryAt: null, message: "one image", schedule: null };
    update.reachedEnd = true;
    assert.equal((await ask("/readyz")).status, 200);
  }));

Deno.test("/api/v1/status gives magos.status/v1 with a tag, and 304 while nothing but the time has changed", () =>
  withState(async (store) => {
    recordPass(store, samplePass(), [sampleDecision()]);
    const { ask, clock } = daemonApp(store);
    const first = await ask("/api/v1/status");
    statusShape.parse(await first.json());
    const tag = first.headers.get("etag") ?? "";
    assert.match(tag, /^W\/"[0-9a-f]{32}"$/);
    clock.advance(5000);
    const again = await ask("/api/v1/status", { headers: { "if-none-match": `"other", ${tag}` } });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), "");
    assert.equal(again.headers.get("etag"), tag);
    recordPass(store, samplePass({ id: "later", started: testNow, ended: testNow + 1, result: "failed" }));
    clock.advance(5000);
    const changed = await ask("/api/v1/status", { headers: { "if-none-match": tag } });
    assert.equal(changed.status, 200);
    await changed.body?.cancel();
  }));

Deno.test("/ is the page for every Accept, with a tag of what it shows", () =>
  withState(async (store) => {
    recordPass(store, samplePass(), [sampleDecision()]);
    const { ask, clock } = daemonApp(store);
    const first = await ask("/");
    assert.equal(first.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(first.headers.get("cache-control"), "no-cache");
    const page = await first.text();
    const tag = first.headers.get("etag") ?? "";
    for (const accept of ["text/html", "application/json", "*/*", "image/png;q=0.1", "nonsense", ""]) {
      const answer = await ask("/", { headers: { accept } });
      assert.deepEqual([answer.status, await answer.text()], [200, page], accept);
    }
    const same = await ask("/", { headers: { "if-none-match": `"other", ${tag}` } });
    assert.deepEqual([same.status, await same.text(), same.headers.get("etag")], [304, "", tag]);
    assert.equal(same.headers.get("content-type"), null);
    assert.match(same.headers.get("content-security-policy") ?? "", /^default-src 'none';/);
    // The page says what time it is, so an hour later it is another one.
    clock.advance(3_600_000);
    const later = await ask("/", { headers: { "if-none-match": tag } });
    assert.equal(later.status, 200);
    assert.notEqual(await later.text(), page);
  }));

Deno.test("HEAD answers like GET without a body", () =>
  withState(async (store) => {
    recordPass(store, samplePass(), [sampleDecision()]);
    const { ask } = daemonApp(store);
    for (const path of ["/", "/style.css", "/icon.svg", "/api/v1/status", "/metrics", "/nothing"]) {
      const [get, head] = [await ask(path), await ask(path, { method: "HEAD" })];
      assert.equal(await head.text(), "", path);
      assert.deepEqual([head.status, [...head.headers]], [get.status, [...get.headers]], path);
      await get.body?.cancel();
      const tag = get.headers.get("etag");
      if (tag === null) continue;
      const same = await ask(path, { method: "HEAD", headers: { "if-none-match": tag } });
      assert.equal(same.status, 304, path);
    }
  }));

Deno.test("style sheet and icon come from the daemon, and a new magos brings new ones at once", () =>
  withState(async (store) => {
    const { ask } = daemonApp(store);
    for (const [path, type] of [["/style.css", "text/css; charset=utf-8"], ["/icon.svg", "image/svg+xml"]] as const) {
      const answer = await ask(path);
      assert.equal(answer.headers.get("content-type"), type);
      assert.equal(answer.headers.get("cache-control"), "no-cache");
      assert.match(answer.headers.get("etag") ?? "", /^W\/"[0-9a-f]{32}"$/);
      await answer.body?.cancel();
    }
  }));

Deno.test("/api/v1/history gives magos.history/v1, so many runs as are asked for", () =>
  withState(async (store) => {
    for (const id of ["1", "2", "3"]) recordPass(store, samplePass({ id }));
    const { ask } = daemonApp(store);
    const document = historyShape.parse(await (await ask("/api/v1/history?limit=2")).json());
    assert.deepEqual(document.runs.map(({ id }) => id), ["3", "2"]);
    for (const limit of ["0", "1001", "-1", "1e3", "x", ""]) {
      assert.equal((await ask(`/api/v1/history?limit=${limit}`)).status, 400, limit);
    }
  }));

Deno.test("/metrics is what Prometheus asks for", () =>
  withState(async (store) => {
    const answer = await daemonApp(store).ask("/metrics");
    assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert.match(await answer.text(), /^magos_build_info\{version="1\.2\.3"\} 1$/m);
  }));

Deno.test("a flood of readers makes a document once a second", () =>
  withState(async (store) => {
    const { parts, clock } = daemonApp(store);
    let made = 0;
    const documents = { ...parts.documents, metrics: () => `${++made}` };
    const app = createApp({ ...parts, documents });
    const ask = async (): Promise<string> =>
      await (await app.request("/metrics", { headers: { host: "localhost" } })).text();
    for (let times = 0; times < 100; times++) assert.equal(await ask(), "1");
    clock.advance(1000);
    assert.equal(await ask(), "2");
  }));

Deno.test("a flood of readers reads the history thrice and makes the page once a second, whatever they ask for", () =>
  withState(async (store) => {
    for (let count = 0; count < 30; count++) recordPass(store, samplePass({ id: `${count}` }));
    const { parts, clock } = daemonApp(store);
    let [read, shown] = [0, 0];
    const app = createApp({
      ...parts,
      documents: {
        ...parts.documents,
        history: (limit) => (read++, parts.documents.history(limit)),
        timeZone: () => (shown++, "UTC"),
      },
    });
    const ask = async (path: string): Promise<Response> => await app.request(path, { headers: { host: "localhost" } });
    for (let limit = 1; limit <= 1000; limit += limit < 50 ? 1 : 150) {
      const document = historyShape.parse(await (await ask(`/api/v1/history?limit=${limit}`)).json());
      assert.equal(document.runs.length, Math.min(limit, 30));
      assert.equal(document["complete"], limit >= 30, String(limit));
      await (await ask("/")).body?.cancel();
    }
    assert.deepEqual([read, shown], [3, 1]);
    clock.advance(1000);
    await (await ask("/")).body?.cancel();
    assert.deepEqual([read, shown], [4, 2]);
  }));

for (
  const host of ["127.0.0.1", "127.0.0.1:8420", "localhost:8420", "LOCALHOST", "[::1]:8420", "nas.example.org:443"]
) {
  Deno.test(`Host: ${host} is one that the server answers to`, () =>
    withState(async (store) => {
      const { ask } = daemonApp(store, { names: ["nas.example.org"] });
      assert.equal((await ask("/healthz", { headers: { host } })).status, 200);
    }));
}

for (const host of ["evil.example.org", "127.0.0.1.evil.example.org", "localhost.evil.org", "", "192.168.1.5:8420"]) {
  Deno.test(`Host: "${host}" is refused, whatever is asked: a rebound name reads nothing`, () =>
    withState(async (store) => {
      const { ask } = daemonApp(store, { names: ["nas.example.org"] });
      for (const path of ["/", "/healthz", "/metrics", "/api/v1/status", "/nothing"]) {
        const answer = await ask(path, { headers: { host } });
        assert.equal(answer.status, 403, path);
        assert.doesNotMatch(await answer.text(), /magos_|schema|<html/);
      }
    }));
}

Deno.test("every answer carries strict headers, also the refused ones", () =>
  withState(async (store) => {
    const { ask } = daemonApp(store);
    for (const path of ["/", "/healthz", "/api/v1/status", "/nothing", "/webhooks/github"]) {
      const { headers, body } = await ask(path);
      assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none';/, path);
      assert.doesNotMatch(headers.get("content-security-policy") ?? "", /unsafe|\*|https?:/);
      assert.equal(headers.get("x-content-type-options"), "nosniff", path);
      assert.equal(headers.get("referrer-policy"), "no-referrer", path);
      assert.equal(headers.get("access-control-allow-origin"), null, path);
      assert.match(headers.get("cache-control") ?? "", /^no-(store|cache)$/, path);
      await body?.cancel();
    }
  }));

Deno.test("acting needs the admin token, and no page of another site can lend its reader's", () =>
  withState(async (store) => {
    const { ask, parts } = daemonApp(store);
    const rung = parts.bell.next;
    const post = async (headers: Record<string, string>, kind = "update"): Promise<number> => {
      const answer = await ask(`/api/v1/passes/${kind}`, { method: "POST", headers });
      await answer.body?.cancel();
      return answer.status;
    };
    const good = { authorization: `Bearer ${adminToken}` };
    assert.equal(await post({}), 403);
    assert.equal(await post({ authorization: `Bearer ${adminToken}x` }), 403);
    assert.equal(await post({ authorization: `Bearer ${adminToken.slice(0, -1)}` }), 403);
    assert.equal(await post({ authorization: `Basic ${btoa(`admin:${adminToken}`)}` }), 403);
    assert.equal(await post({ ...good, origin: "https://evil.example.org" }), 403);
    assert.equal(await post({ ...good, origin: "null" }), 403);
    assert.equal(parts.requests.passes.size, 0);
    assert.equal(rung.aborted, false);
    assert.equal(await post(good, "nothing"), 404);
    assert.equal(await post(good, "apply"), 404, "nothing is deployed here");
    assert.equal(await post({ ...good, origin: "http://127.0.0.1:8420" }), 202);
    assert.deepEqual([...parts.requests.passes], [["update", "request"]]);
    assert.equal(rung.aborted, true);
  }));

Deno.test("nobody can act where no admin token is configured", () =>
  withState(async (store) => {
    const { ask } = daemonApp(store, { adminToken: null });
    for (const authorization of ["", "Bearer ", "Bearer null", "Bearer undefined"]) {
      const answer = await ask("/api/v1/passes/update", { method: "POST", headers: { authorization } });
      assert.equal(answer.status, 403);
    }
  }));

Deno.test("other methods change nothing", () =>
  withState(async (store) => {
    const { ask } = daemonApp(store);
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      for (const path of ["/", "/api/v1/status", "/metrics"]) {
        const answer = await ask(path, { method });
        assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET, HEAD"], `${method} ${path}`);
      }
    }
    const passes = await ask("/api/v1/passes/update");
    assert.deepEqual([passes.status, passes.headers.get("allow")], [405, "POST"]);
    assert.equal((await ask("/nothing", { method: "POST" })).status, 404);
  }));

Deno.test("HEAD is GET without its text, and OPTIONS opens nothing to other sites", () =>
  withState(async (store) => {
    const { ask } = daemonApp(store);
    for (const path of ["/", "/healthz", "/metrics", "/api/v1/status"]) {
      const [head, get] = [await ask(path, { method: "HEAD" }), await ask(path)];
      assert.deepEqual([head.status, await head.text()], [200, ""], path);
      assert.equal(head.headers.get("content-type"), get.headers.get("content-type"));
      const asked = await ask(path, {
        method: "OPTIONS",
        headers: { origin: "https://evil.example.org", "access-control-request-method": "GET" },
      });
      assert.deepEqual([asked.status, asked.headers.get("allow")], [204, "GET, HEAD"]);
      assert.equal([...asked.headers.keys()].some((name) => name.startsWith("access-control-")), false);
    }
  }));

Deno.test("a state that cannot be read is said to be so, and a bug tells nothing of itself", () =>
  withState(async (store) => {
    const { parts } = daemonApp(store);
    for (
      const [error, status, text] of [
        [new StoreFailure("disk I/O error"), 503, "the state cannot be read\n"],
        [new TypeError("x is undefined at secret place"), 500, "a bug in magos\n"],
      ] as const
    ) {
      const documents = { ...parts.documents, status: () => Promise.reject(error) };
      const answer = await createApp({ ...parts, documents }).request("/api/v1/status", {
        headers: { host: "localhost" },
      });
      assert.deepEqual([answer.status, await answer.text()], [status, text]);
    }
  }));
