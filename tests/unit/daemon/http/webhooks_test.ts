import assert from "node:assert/strict";
import { Secret } from "../../../../src/core/model/secret.ts";
import { hmacOf } from "../../../../src/core/model/signature.ts";
import type { WebhookKind } from "../../../../src/core/model/webhook_kind.ts";
import { type Store, StoreFailure } from "../../../../src/core/ports/store.ts";
import { type DaemonApp, daemonApp } from "../../../fakes/daemon_app.ts";
import { withState } from "../../../fakes/memory_state.ts";

const secret = "0123456789abcdef0123456789abcdef";
const followed = ["ghcr.io/you/app", "docker.io/you/app", "quay.io/you/app", "nas:5000/you/app"];

function appFor(store: Store, kind: WebhookKind, more: Parameters<typeof daemonApp>[1] = {}): DaemonApp {
  return daemonApp(store, { followed, senders: [{ kind, secret: new Secret(secret) }], ...more });
}

function signed(text: string, key = secret): string {
  return hmacOf(new Secret(key), new TextEncoder().encode(text));
}

interface Delivery {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A genuine delivery of each kind, about `you/app`. */
const genuine: Readonly<Record<WebhookKind, Delivery>> = {
  github: deliver("github", { package: { name: "app", owner: { login: "You" } } }, (body) => ({
    "x-github-event": "package",
    "x-hub-signature-256": `sha256=${signed(body)}`,
  })),
  forgejo: deliver("forgejo", { package: { name: "app", owner: { login: "you" }, type: "container" } }, (body) => ({
    "x-forgejo-event": "package",
    "x-forgejo-signature": signed(body),
  })),
  gitea: deliver("gitea", { package: { name: "app", owner: { login: "you" }, type: "container" } }, (body) => ({
    "x-gitea-event": "package",
    "x-gitea-signature": signed(body),
  })),
  gitlab: deliver("gitlab", {
    object_kind: "pipeline",
    object_attributes: { status: "success" },
    project: { path_with_namespace: "you/app" },
  }, () => ({ "x-gitlab-token": secret })),
  dockerhub: deliver(`dockerhub/${secret}`, { repository: { repo_name: "you/app" } }, () => ({})),
  quay: deliver(`quay/${secret}`, { repository: "you/app", updated_tags: ["1"] }, () => ({})),
  harbor: deliver("harbor", { event_data: { repository: { repo_full_name: "you/app" } } }, () => ({
    authorization: secret,
  })),
  distribution: deliver(
    "distribution",
    { events: [{ action: "push", target: { repository: "you/app", tag: "1" } }] },
    () => ({
      authorization: `Bearer ${secret}`,
    }),
  ),
  generic: deliver("generic", { image: "ghcr.io/you/app:1.2" }, (body) => ({
    "x-magos-signature": `sha256=${signed(body)}`,
  })),
};

function deliver(
  path: string,
  payload: unknown,
  headers: (body: string) => Readonly<Record<string, string>>,
): Delivery {
  const body = JSON.stringify(payload);
  return { path: `/webhooks/${path}`, headers: headers(body), body };
}

async function send({ ask }: DaemonApp, { path, headers, body }: Delivery): Promise<readonly [number, string]> {
  const answer = await ask(path, { method: "POST", headers, body });
  return [answer.status, await answer.text()];
}

for (const kind of Object.keys(genuine) as WebhookKind[]) {
  Deno.test(`a genuine delivery of ${kind} wakes the loop and asks about what is followed`, () =>
    withState(async (store) => {
      const world = appFor(store, kind);
      const rung = world.parts.bell.next;
      const [status] = await send(world, genuine[kind]);
      assert.equal(status, 202);
      assert.equal(rung.aborted, true);
      const asked = world.parts.wanted.take();
      assert.ok(asked.has(kind === "dockerhub" ? "docker.io/you/app" : "ghcr.io/you/app"), [...asked].join());
    }));

  Deno.test(`a forged delivery of ${kind} is not found and asks for nothing`, () =>
    withState(async (store) => {
      const world = appFor(store, kind);
      const { path, headers, body } = genuine[kind];
      const bare = Object.fromEntries(Object.entries(headers).filter(([name]) => name.endsWith("-event")));
      const [wrong, other] = [`x${secret.slice(1)}`, signed(body, "another secret of 22 chars")];
      const forged: readonly Delivery[] = [
        { path: `/webhooks/${kind}`, headers: bare, body },
        { path: `/webhooks/${kind}/`, headers: bare, body },
        { path: `/webhooks/${kind}/${wrong}`, headers: bare, body },
        { path: `/webhooks/${kind}`, headers: { ...bare, authorization: wrong, "x-gitlab-token": wrong }, body },
        {
          path: `/webhooks/${kind}`,
          headers: {
            ...bare,
            "x-hub-signature-256": `sha256=${other}`,
            "x-gitea-signature": other,
            "x-magos-signature": other,
          },
          body,
        },
        // SHA-1 is no proof any more.
        { path: `/webhooks/${kind}`, headers: { ...bare, "x-hub-signature": `sha1=${signed(body)}` }, body },
        {
          path,
          headers,
          body: headers["x-gitlab-token"] || headers["authorization"] || path.endsWith(secret) ? "{" : `${body} `,
        },
        { path: `${path}/more`, headers, body },
      ];
      for (const [at, delivery] of forged.entries()) {
        assert.deepEqual(await send(world, delivery), [404, "not found\n"], `${kind} ${at}`);
      }
      assert.equal(world.parts.wanted.wait, null);
    }));
}

Deno.test("only senders that are configured have a route, and only POST", () =>
  withState(async (store) => {
    const world = appFor(store, "github");
    for (const kind of ["gitea", "svn", "__proto__", "constructor"]) {
      assert.equal((await send(world, { ...genuine.github, path: `/webhooks/${kind}` }))[0], 404, kind);
    }
    assert.equal((await world.ask("/webhooks/github", { headers: genuine.github.headers })).status, 404);
    const answer = await world.ask("/webhooks/github", {
      method: "POST",
      headers: { ...genuine.github.headers, host: "evil.example.org" },
      body: genuine.github.body,
    });
    assert.equal(answer.status, 404);
  }));

Deno.test("a delivery that comes again within the hour asks for nothing, later it does", () =>
  withState(async (store) => {
    const world = appFor(store, "github");
    assert.deepEqual(JSON.parse((await send(world, genuine.github))[1]), { repositories: 1, repeated: false });
    world.parts.wanted.take();
    // Reading a body moves this clock too.
    world.clock.advance(3_500_000);
    const { headers } = genuine.github;
    const renamed = { ...genuine.github, headers: { ...headers, "x-github-delivery": "another" } };
    assert.deepEqual(JSON.parse((await send(world, renamed))[1]), { repositories: 0, repeated: true });
    assert.equal(world.parts.wanted.wait, null);
    world.clock.advance(200_000);
    assert.deepEqual(JSON.parse((await send(world, genuine.github))[1]), { repositories: 1, repeated: false });
  }));

Deno.test("images that nobody follows are taken and forgotten", () =>
  withState(async (store) => {
    const world = appFor(store, "quay");
    const body = JSON.stringify({ repository: "them/other", updated_tags: [] });
    assert.deepEqual(await send(world, { ...genuine.quay, body }), [202, '{"repositories":0,"repeated":false}']);
    assert.equal(world.parts.wanted.wait, null);
  }));

Deno.test("the eleventh delivery that would have to wait is told to come again, and may", () =>
  withState(async (store) => {
    const many = Array.from({ length: 12 }, (_, at) => `quay.io/you/app${at}`);
    const world = appFor(store, "quay", { followed: many });
    const one = (at: number): Delivery => ({
      ...genuine.quay,
      body: JSON.stringify({ repository: `you/app${at}`, updated_tags: ["1"] }),
    });
    for (let at = 0; at < 10; at++) assert.equal((await send(world, one(at)))[0], 202);
    assert.equal((await send(world, one(10)))[0], 503);
    assert.equal(world.parts.wanted.take().size, 10);
    assert.deepEqual(await send(world, one(10)), [202, '{"repositories":1,"repeated":false}']);
  }));

Deno.test("a delivery that met an unreadable state may come again", () =>
  withState(async (store) => {
    const world = daemonApp(store, { senders: [{ kind: "github", secret: new Secret(secret) }] });
    let isFull = true;
    world.parts.documents.followed = () => {
      if (isFull) throw new StoreFailure("database or disk is full");
      return followed;
    };
    assert.equal((await send(world, genuine.github))[0], 503);
    isFull = false;
    assert.deepEqual(await send(world, genuine.github), [202, '{"repositories":1,"repeated":false}']);
  }));

Deno.test("a body above 1 MiB is not found, whatever it says of its length", () =>
  withState(async (store) => {
    const world = appFor(store, "quay");
    const large = JSON.stringify({ repository: "you/app", filling: "x".repeat(1024 * 1024) });
    assert.equal((await send(world, { ...genuine.quay, body: large }))[0], 404);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const answer = await world.ask(genuine.quay.path, { method: "POST", body: endless });
    assert.equal(answer.status, 404);
    assert.ok(sent < 2 * 1024 * 1024, String(sent));
  }));

Deno.test("ten large bodies are read at a time, and small ones beside them", () =>
  withState(async (store) => {
    const world = appFor(store, "quay");
    const path = `/webhooks/quay/${secret}`;
    const post = async (padding: number): Promise<number> => {
      const body = JSON.stringify({ ...JSON.parse(genuine.quay.body), padding: "x".repeat(padding) });
      const headers = { "content-length": String(body.length) };
      return (await world.ask(path, { method: "POST", body, headers })).status;
    };
    // Of unknown length, and without a byte so far.
    const slow = Array.from({ length: 10 }, () => world.ask(path, { method: "POST", body: new ReadableStream() }));
    assert.equal(await post(70_000), 503);
    assert.equal(await post(1000), 202);
    // This clock does not wait: they are given up.
    for (const answer of await Promise.all(slow)) assert.equal(answer.status, 404);
    assert.equal(await post(70_000), 202);
  }));

Deno.test("a push to the GitOps repository is for the apply pass, where there is one", () =>
  withState(async (store) => {
    const push = (name: string, ref = "refs/heads/main"): Delivery =>
      deliver("github", { ref, repository: { full_name: name } }, (body) => ({
        "x-github-event": "push",
        "x-hub-signature-256": `sha256=${signed(body)}`,
      }));
    const world = appFor(store, "github", { deploys: true });
    await send(world, push("them/homelab"));
    await send(world, push("you/homelab", "refs/heads/other"));
    await send(world, push("you/homelab", "refs/tags/main"));
    assert.equal(world.parts.requests.passes.size, 0);
    await send(world, push("you/homelab"));
    assert.deepEqual([...world.parts.requests.passes], [["apply", "webhook"]]);
    const looking = appFor(store, "github");
    await send(looking, push("you/homelab"));
    assert.equal(looking.parts.requests.passes.size, 0);
  }));

Deno.test("a ping is answered, and the form that GitHub sends unless told otherwise is read", () =>
  withState(async (store) => {
    const world = appFor(store, "github");
    // The payload of a new webhook, shortened.
    const ping = deliver(
      "github",
      { zen: "Keep it logically awesome.", hook_id: 30, hook: { type: "Repository" } },
      (body) => ({
        "x-github-event": "ping",
        "x-hub-signature-256": `sha256=${signed(body)}`,
      }),
    );
    assert.deepEqual(await send(world, ping), [202, '{"repositories":0,"repeated":false}']);
    assert.equal(world.parts.wanted.wait, null);
    const body = `payload=${encodeURIComponent(genuine.github.body)}`;
    const headers = {
      "x-github-event": "package",
      "x-hub-signature-256": `sha256=${signed(body)}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    assert.deepEqual(await send(world, { path: "/webhooks/github", headers, body }), [
      202,
      '{"repositories":1,"repeated":false}',
    ]);
  }));

Deno.test("a second push of one tag is told by Quay in the same bytes, and asked about again", () =>
  withState(async (store) => {
    const world = appFor(store, "quay");
    for (let times = 0; times < 2; times++) {
      assert.deepEqual(await send(world, genuine.quay), [202, '{"repositories":4,"repeated":false}']);
      world.clock.advance(60_000);
      assert.equal(world.parts.wanted.take().size, 4);
    }
    // Its list may have been an old one still.
    world.clock.advance(120_000);
    assert.equal(world.parts.wanted.take().size, 4);
    assert.equal(world.parts.wanted.wait, null);
  }));
