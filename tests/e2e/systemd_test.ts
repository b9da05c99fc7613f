// The unit that magos writes, in the hands of a real `systemd --user`.
import assert from "node:assert/strict";
import { release } from "./homelab.ts";
import { loggedService, systemdNeeds, withSystemdHome } from "./systemd_home.ts";

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
      await home.dropIn(unit, loggedService);

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
      assert.deepEqual([await show(unit, "Result"), await show(unit, "ExecMainStatus")], ["success", "0"]);
    }),
});
