// The unit that magos writes, in the hands of a real `systemd --user`.
import assert from "node:assert/strict";
import { needs } from "../fakes/needs.ts";
import { startSshServer } from "../fakes/ssh_server.ts";
import { release } from "./homelab.ts";
import { systemdNeeds, withSystemdHome, withSystemdHost } from "./systemd_home.ts";

const { ignore, suffix } = systemdNeeds;
const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = { "compose.yaml": `image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n` };
const settings = "server: { listen: '127.0.0.1:0' }\n";
const unit = "magos.service";
const isUp = "systemctl --user is-active --quiet magos.service";

Deno.test({
  name: `systemd starts the unit that magos installed, shows its state, reloads, restarts and stops it${suffix}`,
  ignore,
  fn: () =>
    withSystemdHome({ tree, images, settings }, async (home) => {
      const { systemctl, show, until, logFile } = home;
      const installed = await home.shell("unit", "systemd", "--user", "--install");
      assert.equal(installed.code, 0, installed.text);
      assert.match(
        installed.text,
        /magos\.service: written\nthen:\n {2}systemctl --user enable --now magos\.service\n/,
      );
      await home.dropIn(unit, home.logged);

      await Deno.writeTextFile(`${home.folder}/not-yet`, "");
      await systemctl("enable", "--quiet", "--no-block", "--now", unit);
      await until(`pgrep -f ${home.folder}/bin/magos >/dev/null`);
      assert.equal(await show(unit, "ActiveState"), "activating", "it has not said READY=1");
      await Deno.remove(`${home.folder}/not-yet`);
      await until(isUp);
      await until(`systemctl --user status ${unit} | grep -q 'Status: "last update: done, next 2'`);
      assert.match(await home.text("main", "compose.yaml"), /web:1\.38@sha256:/);
      assert.deepEqual(
        [await show(unit, "NoNewPrivileges"), await show(unit, "MemoryDenyWriteExecute")],
        ["yes", "yes"],
      );

      await home.registry.push("ghcr.io/you/web", release("1.39"));
      await systemctl("reload", unit);
      await until(`grep -q 'pass.ended kind=update trigger=reload result=done' ${logFile}`);
      assert.match(await home.text("main", "compose.yaml"), /web:1\.39@sha256:/);
      assert.equal(await show(unit, "ActiveState"), "active");

      await systemctl("kill", "--kill-whom=main", "--signal=KILL", unit);
      await until(`[ "$(systemctl --user show --value -p NRestarts ${unit})" = 1 ] && ${isUp}`);
      await systemctl("stop", unit);
      assert.deepEqual(await home.results(), ["signal KILL", "success 0"]);
    }),
});

Deno.test({
  name: `systemd lets a slow pass live, and stops the daemon in the midst of it${suffix}`,
  ignore,
  fn: () =>
    withSystemdHome({ tree, images, settings }, async (home) => {
      const { systemctl, show, until } = home;
      const asked = Promise.withResolvers<void>();
      const answer = Promise.withResolvers<Response>();
      const silent = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
        asked.resolve();
        return answer.promise;
      });
      const conf = await Deno.readTextFile(`${home.folder}/registries.conf`);
      const silentConf = conf.replace(home.registry.address, `127.0.0.1:${silent.addr.port}`);
      await Deno.writeTextFile(`${home.folder}/registries.conf`, silentConf);
      await home.shell("unit", "systemd", "--user", "--install");
      await home.dropIn(unit, `${home.logged}WatchdogSec=4s\n`);
      await systemctl("start", unit);
      await asked.promise;
      const began = Number(await show(unit, "WatchdogTimestampMonotonic"));
      const latest = `$(systemctl --user show --value -p WatchdogTimestampMonotonic ${unit})`;
      await until(`[ "${latest}" -gt ${began + 9_000_000} ]`);
      assert.equal(await show(unit, "NRestarts"), "0");

      await systemctl("stop", unit);
      assert.deepEqual(await home.results(), ["success 0"], "it did not have to be killed");
      answer.resolve(new Response(null, { status: 503 }));
      await silent.shutdown();
      await Deno.writeTextFile(`${home.folder}/registries.conf`, conf);
      await systemctl("start", unit);
      await until(`grep -q 'pass.ended kind=update trigger=schedule result=done' ${home.logFile}`);
      assert.match(await home.text("main", "compose.yaml"), /web:1\.38@sha256:/);
    }),
});

for (const [hang, what] of [["busy", "a loop that stands still"], ["await", "a pass that waits for ever"]] as const) {
  Deno.test({
    name: `systemd's watchdog ends ${what}, and the next start does the work${suffix}`,
    ignore,
    fn: () =>
      withSystemdHome({ tree, images, settings, entry: "tests/e2e/hang_main.ts" }, async (home) => {
        const { systemctl, show, until } = home;
        await home.shell("unit", "systemd", "--user", "--install");
        await home.dropIn(unit, `${home.logged}WatchdogSec=3s\nEnvironment=MAGOS_HANG=${hang}\n`);
        await systemctl("start", unit);
        await until(`grep -q 'pass.ended kind=update trigger=schedule result=done' ${home.logFile}`);
        assert.ok((await Deno.stat(`${home.folder}/hung`)).isFile);
        assert.equal(await show(unit, "NRestarts"), "1");
        assert.deepEqual(await home.results(), ["watchdog ABRT"]);
        assert.match(await home.text("main", "compose.yaml"), /web:1\.38@sha256:/);
        await systemctl("stop", unit);
      }),
  });
}

Deno.test({
  name: `systemd does not start a wrong configuration again, and doctor says where to read of it${suffix}`,
  ignore,
  fn: () =>
    withSystemdHome({ tree, images, settings }, async (home) => {
      await home.shell("unit", "systemd", "--user", "--install");
      await home.dropIn(unit, home.logged);
      const good = await Deno.readTextFile(home.config);
      await Deno.writeTextFile(home.config, `${good}update: { paths: 3 }\n`);
      assert.notEqual((await home.run("systemctl", "--user", "start", unit)).code, 0);
      const told = await Promise.all(["ActiveState", "ExecMainStatus", "NRestarts"].map((it) => home.show(unit, it)));
      assert.deepEqual(told, ["failed", "2", "0"]);
      assert.match(await Deno.readTextFile(home.logFile), /update\.paths/);

      await Deno.writeTextFile(home.config, good);
      const doctor = await home.shell("doctor", "unit");
      assert.equal(doctor.code, 1);
      assert.match(doctor.text, /fail.*magos\.service[\s\S]*journalctl --user -u magos\.service/);
      await home.systemctl("start", unit);
      assert.equal((await home.shell("doctor", "unit")).code, 0);
      await home.systemctl("stop", unit);
    }),
});

Deno.test({
  name: `systemd's timer starts single passes of the units that magos installed${suffix}`,
  ignore,
  fn: () =>
    withSystemdHome({ tree, images, settings }, async (home) => {
      const { systemctl, show, until } = home;
      const installed = await home.shell("unit", "systemd", "--user", "--timer", "--install");
      assert.match(installed.text, /then:\n {2}systemctl --user enable --now magos-update\.timer\n/);
      await home.dropIn("magos-update.service", home.logged);
      await home.dropIn(
        "magos-update.timer",
        "[Timer]\nOnActiveSec=100ms\nRandomizedDelaySec=0\nAccuracySec=1ms\n",
      );
      await systemctl("enable", "--quiet", "--now", "magos-update.timer");
      await until('[ "$(systemctl --user show --value -p ExecMainExitTimestamp magos-update.service)" ]');
      assert.equal(await show("magos-update.service", "Result"), "success");
      assert.match(await home.text("main", "compose.yaml"), /web:1\.38@sha256:/);
      // The next one counts from the end of this one.
      assert.match(
        await show("magos-update.timer", "TimersMonotonic"),
        /OnUnitInactiveUSec=12h ; next_elapse=(?!n\/a)/,
      );
      await systemctl("stop", "magos-update.timer");
    }),
});

Deno.test({
  name: `systemd starts the system's unit behind its walls: state of its own, the token as a credential${suffix}`,
  ignore,
  fn: () =>
    withSystemdHost({ tree, images, settings }, async (home) => {
      const { systemctl, show, until } = home;
      const config = await Deno.readTextFile(home.config);
      await Deno.writeTextFile(home.config, config.replace("state: { dir: state }\n", ""));
      // Root without its powers could not read it, and the service manager can.
      await Deno.chown(`${home.folder}/token`, 65534, 65534);
      const installed = await home.shell("unit", "systemd", "--install");
      assert.match(installed.text, /then:\n {2}systemctl enable --now magos\.service$/m);
      // What starts the program from its source keeps its cache there.
      await home.dropIn(unit, `${home.logged}ReadWritePaths=/media\n`);
      await systemctl("enable", "--quiet", "--now", unit);
      await until(`systemctl status ${unit} | grep -q 'Status: "last update: done, next 2'`);
      assert.match(await home.text("main", "compose.yaml"), /web:1\.38@sha256:/);
      assert.deepEqual(
        [await show(unit, "ProtectSystem"), await show(unit, "CapabilityBoundingSet"), await show(unit, "NRestarts")],
        ["strict", "", "0"],
      );
      const state = await home.run("stat", "--format=%a %U", "/var/lib/magos", "/var/lib/magos/magos.db");
      assert.equal(state.text, "700 root\n600 root");
      assert.ok(![...Deno.readDirSync(home.folder)].some(({ name }) => name === "state"));
      await systemctl("stop", unit);
      assert.deepEqual(await home.results(), ["success 0"]);
    }),
});

const keyNeeds = needs("sshd", "ssh-keygen");

Deno.test({
  name: `systemd's walls let the login through that bootstrap makes: a deploy key as a credential${suffix}`,
  ignore: ignore || keyNeeds.ignore,
  fn: async () => {
    const keys = await Deno.makeTempDir({ prefix: "magos-keys-" });
    const ssh = await startSshServer(keys);
    const repo = (_server: unknown, folder: string): string => {
      for (const name of ["key", "known_hosts"]) Deno.copyFileSync(`${keys}/${name}`, `${folder}/${name}`);
      const url = ssh.url(`${folder}/homelab.git`);
      return `repo: { url: "${url}", auth: { sshKeyFile: key, knownHostsFile: known_hosts } }`;
    };
    try {
      await withSystemdHost({ tree, images, settings, repo }, async (home) => {
        const config = await Deno.readTextFile(home.config);
        await Deno.writeTextFile(home.config, config.replace("state: { dir: state }\n", ""));
        const installed = await home.shell("unit", "systemd", "--install");
        await home.dropIn(unit, `${home.logged}ReadWritePaths=/media\n`);
        assert.match(installed.text, /magos\.service: written/);
        await home.systemctl("enable", "--quiet", "--now", unit);
        await home.until(`systemctl status ${unit} | grep -q 'Status: "last update: done, next 2'`);
        assert.match(await home.text("main", "compose.yaml"), /web:1\.38@sha256:/);
        await home.systemctl("stop", unit);
        assert.deepEqual(await home.results(), ["success 0"]);
      });
    } finally {
      await ssh.close();
      await Deno.remove(keys, { recursive: true });
    }
  },
});
