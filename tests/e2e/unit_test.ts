// magos unit: what it prints, where it writes, and what it leaves alone.
import assert from "node:assert/strict";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { failure } from "../../src/core/model/problem.ts";
import type { Command, Process } from "../../src/core/ports/process.ts";
import type { System } from "../../src/core/ports/system.ts";
import { type Folder, withFolder } from "./folder.ts";

/** A user whose home is the folder; systemctl is noted and not run. */
function userOf(folder: Folder, commands: Command[] = [], code = 0): Partial<System> {
  return {
    env: { HOME: folder.path, PATH: `${folder.path}/bin` },
    process: {
      run: (command) => {
        commands.push(command);
        return Promise.resolve({
          ok: true,
          value: { code, stdout: new Uint8Array(), stderr: "", ended: null },
        });
      },
    },
  };
}

const program = { "bin/magos": "#!/bin/sh\n" };
const unitPath = ".config/systemd/user/magos.service";

async function makeProgram(folder: Folder): Promise<void> {
  await Deno.chmod(`${folder.path}/bin/magos`, 0o755);
}

Deno.test("unit systemd prints one unit as it is, with the program of the PATH, and writes nothing", () =>
  withFolder(program, async (folder) => {
    await makeProgram(folder);
    const { code, out, err } = await folder.magos(["unit", "systemd", "--user"], "", userOf(folder));
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^# written by magos /);
    assert.ok(out.split("\n").includes(`ExecStart=${folder.path}/bin/magos run`), out);
    assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["bin"]);
  }));

Deno.test("unit names the configuration that it was called with, and says that no program is there", () =>
  withFolder({ "mine.yaml": "repo: { url: /srv/git/homelab.git, auth: { tokenFile: token } }\n" }, async (folder) => {
    const config = `${folder.path}/mine.yaml`;
    const { code, out, err } = await folder.magos(["--config", config, "unit", "systemd"], "", userOf(folder));
    assert.equal(code, 0);
    const lines = out.split("\n");
    assert.ok(lines.includes(`ExecStart=/usr/local/bin/magos --config ${config} run`), out);
    assert.ok(lines.includes(`LoadCredential=repo-auth-tokenFile:${folder.path}/token`), out);
    assert.ok(lines.includes("ReadWritePaths=-/srv/git/homelab.git"), out);
    await Deno.writeTextFile(config, "repo: { url: 'file:///srv/my%20git/homelab.git' }\n");
    const byUrl = await folder.magos(["--config", config, "unit", "systemd"], "", userOf(folder));
    assert.ok(byUrl.out.split("\n").includes("ReadWritePaths=-/srv/my\\ git/homelab.git"), byUrl.out);
    const backup = "apply: { backup: { dir: /mnt/backup/magos } }\n";
    await Deno.writeTextFile(config, (await Deno.readTextFile(config)) + backup);
    const exporting = await folder.magos(["--config", config, "unit", "systemd"], "", userOf(folder));
    assert.ok(exporting.out.split("\n").includes("ReadWritePaths=-/mnt/backup/magos"), exporting.out);
    assert.match(err, /unit\.no_program/);
  }));

Deno.test("unit --install writes once, again changes nothing, and tells what is left to do", () =>
  withFolder(program, async (folder) => {
    await makeProgram(folder);
    const commands: Command[] = [];
    const install = async () =>
      JSON.parse(
        (await folder.magos(["unit", "systemd", "--user", "--install", "--json"], "", userOf(folder, commands))).out,
      );
    const first = await install();
    assert.deepEqual([first.schema, first.installed, first.files[0].state], ["magos.unit/v1", true, "written"]);
    assert.deepEqual(first.commands, ["systemctl --user enable --now magos.service", "loginctl enable-linger"]);
    assert.equal(await folder.read(unitPath), first.files[0].text);
    assert.deepEqual((await install()).files[0].state, "unchanged");
    assert.deepEqual(commands.map(({ program, args }) => [program, ...args]), [
      ["systemctl", "--user", "daemon-reload"],
      ["systemctl", "--user", "daemon-reload"],
    ]);
    assert.deepEqual([...Deno.readDirSync(`${folder.path}/.config/systemd/user`)].map(({ name }) => name), [
      "magos.service",
    ]);
  }));

Deno.test("unit --install replaces what an older magos wrote, and never what somebody changed", () =>
  withFolder(program, async (folder) => {
    await makeProgram(folder);
    const run = (...more: string[]) =>
      folder.magos(["unit", "systemd", "--user", "--install", "--json", ...more], "", userOf(folder));
    await folder.write("magos.yaml", "");
    await folder.magos(
      ["--config", `${folder.path}/magos.yaml`, "unit", "systemd", "--user", "--install"],
      "",
      userOf(folder),
    );
    await Deno.remove(`${folder.path}/magos.yaml`);
    assert.equal(JSON.parse((await run()).out).files[0].state, "written");
    const changed = `${await folder.read(unitPath)}Nice=5\n`;
    await folder.write(unitPath, changed);
    const refused = await run("--timer");
    assert.equal(refused.code, 0, "the timer's units have other names");
    const { code, out } = await run();
    assert.deepEqual([code, JSON.parse(out).problems[0].code], [1, "unit.changed"]);
    assert.equal(await folder.read(unitPath), changed);
    assert.equal((await run("--force")).code, 0);
    assert.ok(!(await folder.read(unitPath)).includes("Nice"));
  }));

Deno.test("unit --install leaves a masked unit, and says to reload where systemctl does not", () =>
  withFolder(program, async (folder) => {
    await makeProgram(folder);
    await Deno.mkdir(`${folder.path}/.config/systemd/user`, { recursive: true });
    await Deno.symlink("/dev/null", `${folder.path}/${unitPath}`);
    const masked = await folder.magos(["unit", "systemd", "--user", "--install"], "", userOf(folder));
    assert.equal(masked.code, 1);
    await Deno.remove(`${folder.path}/${unitPath}`);
    const { out } = await folder.magos(["unit", "systemd", "--user", "--install"], "", userOf(folder, [], 1));
    assert.match(out, /then:\n {2}systemctl --user daemon-reload\n/);
  }));

Deno.test("unit --install says who may write the system's units, and that nothing starts them without systemd", () =>
  withFolder(program, async (folder) => {
    await makeProgram(folder);
    const denied = (path: string) =>
      Promise.resolve(failure("state.write_failed", `${path}: Permission denied (os error 13)`));
    const files = { ...denoFiles, write: denied };
    const install = ["unit", "systemd", "--install"];
    const refused = await folder.magos(install, "", { ...userOf(folder), uid: 1000, files });
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^error: \/etc\/systemd\/system\/magos\.service cannot be written: Permission denied/);
    assert.match(refused.err, /cure: run it as root, by sudo, or with --user/);
    const own = await folder.magos([...install, "--user"], "", { ...userOf(folder), uid: 1000, files });
    assert.match(own.err, /cure: see that .*\/\.config\/systemd\/user may be written by you/);

    const run: Process["run"] = () => Promise.resolve(failure("process.missing", "systemctl is not installed"));
    const alone = await folder.magos([...install, "--user"], "", { ...userOf(folder), process: { run } });
    assert.equal(alone.code, 0);
    assert.match(alone.out, /magos\.service: written\nthen:\n {2}systemctl --user daemon-reload\n/);
    assert.match(alone.err, /unit\.no_systemd/);
  }));

Deno.test("unit quadlet goes to podman's folder and knows no timer", () =>
  withFolder(program, async (folder) => {
    const { out } = await folder.magos(["unit", "quadlet", "--user", "--json"], "", userOf(folder));
    assert.deepEqual(JSON.parse(out).files.map((it: { path: string }) => it.path), [
      `${folder.path}/.config/containers/systemd/magos.container`,
    ]);
    assert.equal((await folder.magos(["unit", "quadlet", "--timer"], "", userOf(folder))).code, 2);
    assert.equal((await folder.magos(["unit", "sysv"], "", userOf(folder))).code, 2);
  }));
