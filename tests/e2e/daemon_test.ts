// `magos run` as systemd starts it: a pass on schedule, SIGHUP, a bad configuration, SIGTERM.
import assert from "node:assert/strict";
import { withDaemon } from "./daemon_process.ts";
import { release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = { "compose.yaml": `image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n` };
const settings = "server: { listen: '127.0.0.1:0' }\nupdate: { schedule: { every: 12h, timeZone: Europe/Berlin } }\n";

Deno.test("magos run updates on schedule, again on SIGHUP, keeps a good configuration, and ends well on SIGTERM", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    await withDaemon(homelab, async (daemon) => {
      const [, address = ""] = /address=(\S+)/.exec(await daemon.line(/server\.listening address=\S+/)) ?? [];
      const ask = async (path: string): Promise<string> => await (await fetch(`${address}${path}`)).text();
      await daemon.notice(/^READY=1$/m);
      assert.equal(await ask("/healthz"), "ok\n");
      await daemon.line(/pass\.ended kind=update trigger=schedule result=done/);
      assert.match(await homelab.text("main", "compose.yaml"), /web:1\.38@sha256:/);

      await daemon.notice(/^STATUS=last update: done, next 2/m);
      await daemon.notice(/^WATCHDOG=1$/m);

      await homelab.registry.push("ghcr.io/you/web", release("1.39"));
      daemon.signal("SIGHUP");
      await daemon.line(/config\.reloaded/);
      await daemon.line(/pass\.ended kind=update trigger=reload result=done/);
      assert.match(await homelab.text("main", "compose.yaml"), /web:1\.39@sha256:/);

      const good = await Deno.readTextFile(homelab.config);
      await Deno.writeTextFile(homelab.config, good.replace("update: {", "update: { paths: 3,"));
      await homelab.registry.push("ghcr.io/you/web", release("1.40"));
      daemon.signal("SIGHUP");
      await daemon.line(/config\.kept_old.*update\.paths/);
      await daemon.line(/pass\.ended kind=update trigger=reload result=done/);
      assert.match(await homelab.text("main", "compose.yaml"), /web:1\.40@sha256:/);

      assert.match(await ask("/readyz"), /^the new configuration is wrong, the old one is in use:/);

      await Deno.writeTextFile(homelab.config, good);
      daemon.signal("SIGHUP");
      await daemon.line(/pass\.ended kind=update trigger=reload result=nothing/);
      assert.equal(await ask("/readyz"), "ok\n");
      assert.match(await ask("/metrics"), /^magos_changes_total\{kind="update"\} 3$/m);
      assert.match((await ask("/")).replaceAll(/<[^>]+>/g, ""), /ghcr\.io\/you\/web.*times in Europe\/Berlin/);
      const { at: _at, ...shown } = JSON.parse(await ask("/api/v1/status"));
      const status = JSON.parse((await homelab.magos(["status", "--json"], { hostname: shown.host })).out);
      const { at: _now, ...printed } = status;
      assert.deepEqual(shown, printed, "the page and the verb tell the same");
      assert.equal(status.passes.update.lastResult, "nothing");
      assert.ok(Date.parse(status.passes.update.nextRun) > Date.parse(status.passes.update.lastRun));

      // Somebody who says half of what he wants holds up the end for seconds, in which a hangup harms nobody.
      using slow = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(address).port) });
      await slow.write(new TextEncoder().encode("GET / HTTP/1.1\r\n"));
      daemon.signal("SIGTERM");
      await daemon.notice(/^STOPPING=1$/m);
      daemon.signal("SIGHUP");
      const { code, signal } = await daemon.ended();
      assert.deepEqual([code, signal], [0, null]);
    });
  }));
