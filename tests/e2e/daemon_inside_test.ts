// `magos run` in this process, with real parts around it: webhooks to commits, a stop in the midst of a pass.
import assert from "node:assert/strict";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import { Secret } from "../../src/core/model/secret.ts";
import { hmacOf } from "../../src/core/model/signature.ts";
import { startInside } from "./daemon_inside.ts";
import { programs } from "./doctor_host.ts";
import { release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] },
  { name: "ghcr.io/you/db", releases: [release("16.1")] },
];
const tree = {
  "compose.yaml": `services:
  web: { image: "ghcr.io/you/web:1.37" } # {"magos": {"policy": "semver"}}
  db: { image: "ghcr.io/you/db:16.1" } # {"magos": {"policy": "semver"}}
`,
};
const secret = "0123456789abcdef0123456789abcdef";
const settings =
  "server: { listen: '127.0.0.1:0', webhooks: [{ kind: generic, secretFile: hook }], adminTokenFile: hook }\n";

Deno.test("a webhook brings the new release of its image into git, and asks about no other", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    await Deno.writeTextFile(`${homelab.folder}/hook`, secret, { mode: 0o600 });
    const daemon = startInside(homelab);
    const { address } = await daemon.event("server.listening");
    assert.equal((await daemon.event("pass.ended"))["result"], "done");
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    await homelab.registry.push("ghcr.io/you/db", release("16.2"));

    const body = JSON.stringify({ image: "ghcr.io/you/web", id: 1 });
    const post = async (signature: string): Promise<readonly [number, string]> => {
      const answer = await fetch(`${address}/webhooks/generic`, {
        method: "POST",
        headers: { "x-magos-signature": signature },
        body,
      });
      return [answer.status, await answer.text()];
    };
    const bytes = new TextEncoder().encode(body);
    assert.equal((await post(hmacOf(new Secret("wrong"), bytes)))[0], 404);
    assert.deepEqual(await post(hmacOf(new Secret(secret), bytes)), [202, '{"repositories":1,"repeated":false}']);
    const ended = await daemon.event("pass.ended");
    assert.deepEqual([ended["trigger"], ended["result"]], ["webhook", "done"]);
    const text = await homelab.text("main", "compose.yaml");
    assert.match(text, /web:1\.39@sha256:/);
    assert.match(text, /db:16\.1[@"]/, "nobody said anything of it");
    assert.deepEqual(await post(hmacOf(new Secret(secret), bytes)), [202, '{"repositories":0,"repeated":true}']);

    const asked = await fetch(`${address}/api/v1/passes/update`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
    });
    assert.deepEqual([asked.status, await asked.text()], [202, '{"asked":"update"}']);
    assert.equal((await daemon.event("pass.ended"))["trigger"], "request");
    assert.match(await homelab.text("main", "compose.yaml"), /db:16\.2@sha256:/);
    daemon.stop();
    assert.equal((await daemon.ended).code, 0);
  }));

for (const step of ["scanned", "committed", "pushed"]) {
  Deno.test(`magos run that is stopped after "${step}" ends well, and the next one finishes or repeats the pass`, () =>
    withHomelab({ tree, images, settings: "server: false\n" }, async (homelab) => {
      const base = await homelab.remote.revision();
      const stopped = startInside(homelab, (event, stop) => {
        if (event.name === "update.step" && event["step"] === step) stop();
      });
      assert.equal((await stopped.ended).code, 0);
      assert.equal((await homelab.magos(["update"])).code, 0);
      assert.match(await homelab.text("main", "compose.yaml"), /web:1\.38@sha256:/);
      assert.equal(await homelab.remote.git("rev-list", "--count", `${base}..main`), "1");
    }));
}

Deno.test("magos run deploys on its own schedule, after the update, and status tells when next", () =>
  withHomelab({
    tree: { "compose.yaml": tree["compose.yaml"] },
    images,
    settings: "server: false\napply: { schedule: { every: 5m } }\n",
  }, async (homelab) => {
    // No stack, and an engine that every user may work with.
    const process = programs({
      podman: (args) => args.startsWith("ps") ? "[]" : "podman version 4.3.1\n",
      "podman-compose": () => "podman-compose version: 1.0.3\n",
    });
    const daemon = startInside(homelab, undefined, { process });
    const [first, second] = [await daemon.event("pass.ended"), await daemon.event("pass.ended")];
    assert.deepEqual([first["kind"], second["kind"], second["result"]], ["update", "apply", "nothing"]);
    const { passes } = JSON.parse((await homelab.magos(["status", "--json"])).out);
    assert.equal(passes.apply.lastResult, "nothing");
    const wait = Date.parse(passes.apply.nextRun) - Date.parse(passes.apply.lastRun);
    assert.ok(wait >= 299_000 && wait <= 331_000, `${wait}: five minutes, and a tenth of it by chance`);
    daemon.stop();
    assert.equal((await daemon.ended).code, 0);
  }));

Deno.test("magos run says so when its address is taken, when a secret is too short, and when its configuration is wrong", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    await Deno.writeTextFile(`${homelab.folder}/hook`, "short", { mode: 0o600 });
    const short = await homelab.magos(["run"]);
    assert.equal(short.code, 2);
    assert.match(short.err, /holds no secret of 22 or more characters[\s\S]*openssl rand -hex 16/);
    assert.doesNotMatch(short.err, /\bshort\b/);

    const config = await Deno.readTextFile(homelab.config);
    const taken = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response());
    await Deno.writeTextFile(
      homelab.config,
      config.replace(settings, `server: { listen: '127.0.0.1:${taken.addr.port}' }`),
    );
    const refused = await homelab.magos(["run"]);
    await taken.shutdown();
    assert.equal(refused.code, 1);
    assert.match(refused.err, /cannot listen on 127\.0\.0\.1/);

    await Deno.writeTextFile(homelab.config, config.replace(settings, "update: { schedule: { cron: never } }\n"));
    assert.equal((await homelab.magos(["run"])).code, 2);
  }));

Deno.test("magos run waits for a pass by hand, and says on whom", () =>
  withHomelab({ tree, images, settings: "server: false\n" }, async (homelab) => {
    await Deno.mkdir(`${homelab.folder}/state`, { mode: 0o700 });
    const held = await denoFiles.tryLock(`${homelab.folder}/state/pass.lock`, "update pass (hand), by a person");
    assert.ok(held.ok && held.value !== null);
    const daemon = startInside(homelab);
    assert.equal((await daemon.event("pass.waiting"))["holder"], "update pass (hand), by a person");
    held.value.release();
    assert.equal((await daemon.event("pass.ended"))["result"], "done");
    daemon.stop();
    assert.equal((await daemon.ended).code, 0);
  }));

Deno.test("magos run feeds the watchdog as long as programs end, though all of them together take half a day", () =>
  withHomelab({ tree, images, settings: "server: false\n" }, async (homelab) => {
    let jumped = 0;
    const [clock, process] = [denoClock, denoProcess([])];
    const monotonic = (): number => clock.monotonic() + jumped;
    const beats: number[] = [];
    const daemon = startInside(homelab, undefined, {
      clock: { ...clock, monotonic },
      process: {
        async run(command) {
          const ended = await process.run(command);
          // The limit of the longest one.
          jumped += 60 * 60_000;
          // Time for the loop to look.
          await clock.sleep(10);
          return ended;
        },
      },
      service: {
        watchdogSeconds: 0.006,
        notify: (state) => Promise.resolve(void (state === "WATCHDOG=1" && beats.push(monotonic()))),
      },
    });
    assert.equal((await daemon.event("pass.ended"))["result"], "done");
    daemon.stop();
    assert.equal((await daemon.ended).code, 0);
    assert.ok(jumped > 10 * 60 * 60_000, String(jumped));
    const longest = Math.max(...beats.slice(1).map((beat, index) => beat - (beats[index] ?? 0)));
    assert.ok(longest < 61 * 60_000, String(longest / 60_000));
  }));
