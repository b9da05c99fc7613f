// magos doctor where something is wrong with the whole host: one cause is told once, and with its cure.
import assert from "node:assert/strict";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import type { System } from "../../src/core/ports/system.ts";
import { fillDisk } from "../fakes/ballast.ts";
import { withMemoryFolder } from "../fakes/memory_folder.ts";
import { needs } from "../fakes/needs.ts";
import { doctor, programs } from "./doctor_host.ts";
import { release, withHomelab } from "./homelab.ts";

const tmpfs = needs("tmpfs");
const images = [{ name: "ghcr.io/you/web", releases: [release("1.37")] }];
const tree = { "compose.yaml": `a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n` };

Deno.test({
  name: `doctor on a full disk tells it by state and disk alone${tmpfs.suffix}`,
  ignore: tmpfs.ignore,
  fn: () =>
    withMemoryFolder((disk) =>
      withHomelab({ tree, images, stateDir: `${disk}/state` }, async (homelab) => {
        fillDisk(disk, 0);
        const { code, checks } = await doctor(homelab, [], { process: programs({}) });
        assert.equal(code, 1);
        const failed = checks.filter(({ state }) => state === "fail");
        assert.deepEqual(failed.map(({ id, subject }) => [id, subject]), [["state", null], ["disk", `${disk}/state`]]);
        assert.ok(failed.every(({ cure }) => cure?.includes("make room")), JSON.stringify(failed));
        assert.equal(checks.find(({ id }) => id === "git")?.message, "not looked at: state failed");
      }), "2m"),
});

Deno.test("doctor gives each failure of a wrong configuration a cure, and tells a missing repository once", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await Deno.writeTextFile(
      homelab.config,
      `repo: { url: /nowhere/x.git }\nupdate: { paths: 3 }\nfoo: 1\nstate: { dir: ${homelab.folder}/state }\n`,
    );
    const { code, checks } = await doctor(homelab, [], { process: programs({}) });
    assert.equal(code, 1);
    const failed = checks.filter(({ state }) => state === "fail");
    assert.deepEqual(failed.map(({ id }) => id), ["config", "config", "git"]);
    assert.ok(failed.every(({ cure }) => cure), JSON.stringify(failed));
    assert.equal((await doctor(homelab, ["sops"])).checks[0]?.state, "fail", "alone it tells the cause itself");
  }));

Deno.test("doctor quadlet wants podman 4.4 and its generator where such units lie, and magos's own to be started", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const folder = `${homelab.folder}/.config/containers/systemd`;
    let generator = `${homelab.folder}/generator`;
    await Deno.writeTextFile(generator, "", { mode: 0o755 });
    const files: System["files"] = {
      ...denoFiles,
      realPath: (path) =>
        path.endsWith("/usr/lib/systemd/user-generators/podman-user-generator")
          ? Promise.resolve({ ok: true, value: generator })
          : denoFiles.realPath(path),
    };
    const look = async (podman: string | null, state = ""): Promise<readonly unknown[]> => {
      const process = programs({ systemctl: () => state, ...podman === null ? {} : { podman: () => podman } });
      const { code, checks } = await doctor(homelab, ["quadlet"], { process, files });
      // The machine of the test may have units of its own.
      const check = checks.find(({ subject, state }) => subject === folder || state === "skip");
      return [check?.state, check?.cure, code];
    };
    const current = "podman version 5.4.0\n";
    assert.deepEqual(await look(null), ["skip", null, 0]);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/web.container`, "");
    const old = ["warn", "install podman 4.4 or newer", 0];
    assert.deepEqual([await look(null), await look("podman version 4.3.1\n")], [old, old]);
    assert.deepEqual(await look("podman version 4.4.0-rc1\n"), ["ok", null, 0]);
    await Deno.writeTextFile(`${folder}/magos.container`, "");
    assert.deepEqual(await look("podman version 3.4.4\n"), ["fail", "install podman 4.4 or newer", 1]);
    assert.deepEqual(await look(current, "LoadState=loaded\nActiveState=active\n"), ["ok", null, 0]);
    const [state, cure] = await look(current, "LoadState=not-found\nActiveState=inactive\n");
    assert.equal(state, "fail");
    assert.match(String(cure), /^systemctl --user daemon-reload;.*quadlet -dryrun -user/);
    assert.deepEqual(await look(current, "LoadState=loaded\nActiveState=inactive\n"), [
      "warn",
      "systemctl --user start magos.service",
      0,
    ]);
    assert.equal(
      (await look(current, "LoadState=loaded\nActiveState=failed\n"))[1],
      "journalctl --user -u magos.service",
    );
    generator = "/dev/null";
    assert.match(String((await look(current))[1]), /^install it: /);
  }));
