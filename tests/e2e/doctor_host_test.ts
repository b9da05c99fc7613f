// magos doctor on hosts of the test's making: engine, units, secrets, room on the disk, and the end of its patience.
import assert from "node:assert/strict";
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { checks } from "../../src/cli/checks/checks.ts";
import { unitText } from "../../src/core/stack/unit_text.ts";
import type { System } from "../../src/core/ports/system.ts";
import { startForge } from "../fakes/forge_server.ts";
import { type Check, doctor, programs } from "./doctor_host.ts";
import { homelabToken, release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = { "compose.yaml": `a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n` };

Deno.test("doctor knows the ids of the contract that apply so far, each once", () => {
  const contract =
    "config state clock disk runtime-dir git clone push protection forge registry credentials sops engine " +
    "quadlet linger rootless unit auto-update cosign trivy server";
  const ids = checks.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(contract.split(" ").filter((id) => !ids.includes(id)), ["cosign", "trivy"]);
  assert.deepEqual(ids.filter((id) => !contract.split(" ").includes(id)), []);
});

Deno.test("doctor disk tells little room and none", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const states = async (mebibytes: number): Promise<readonly string[]> => {
      const files = {
        ...denoFiles,
        freeBytes: () => Promise.resolve({ ok: true as const, value: mebibytes * 1024 * 1024 }),
      };
      const { code, checks } = await doctor(homelab, ["disk"], { files });
      const state = checks.find(({ subject }) => subject === `${homelab.folder}/state`)?.state ?? "";
      return [state, String(code)];
    };
    assert.deepEqual(await states(4000), ["ok", "0"]);
    assert.deepEqual(await states(300), ["warn", "0"]);
    assert.deepEqual(await states(10), ["fail", "1"]);
  }));

Deno.test("doctor disk looks at the folder of exports, and engine at who should make them", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const own = await Deno.readTextFile(homelab.config);
    const look = async (dir: string, changes: Partial<System> = {}): Promise<readonly (string | undefined)[]> => {
      await Deno.writeTextFile(homelab.config, `${own}apply: { backup: { dir: ${dir} } }\n`);
      const { checks } = await doctor(homelab, ["disk"], changes);
      const found = checks.find(({ subject }) => subject === `${homelab.folder}/${dir}`);
      return [found?.state, found?.message, found?.cure ?? undefined];
    };
    const [state, message, cure] = await look("exports");
    assert.deepEqual([state, message], ["fail", "there is no such folder"]);
    assert.ok(cure?.includes(`mkdir -m 0700 ${homelab.folder}/exports`));
    await Deno.mkdir(`${homelab.folder}/exports`);
    const room = (mebibytes: number): Partial<System> => ({
      files: { ...denoFiles, freeBytes: () => Promise.resolve({ ok: true, value: mebibytes * 1024 * 1024 }) },
    });
    assert.deepEqual(await look("exports", room(4000)), ["ok", "4000 MiB free for exports of volumes", undefined]);
    assert.equal((await look("exports", room(300)))[0], "warn");
    const foreign = { ...room(4000), uid: 4711 };
    assert.deepEqual((await look("exports", foreign)).slice(0, 2), ["fail", "this user may not write there"]);
    await Deno.mkdir(`${homelab.folder}/state/exports`, { recursive: true });
    const [inside, why] = await look("state/exports", room(4000));
    assert.deepEqual([inside, why], [
      "fail",
      `it lies in ${homelab.folder}/state, which may be lost or emptied at any time`,
    ]);

    const docker = { process: programs({ docker: () => "Docker Compose version v2.27.1\n" }) };
    const engine = await doctor(homelab, ["engine"], docker);
    assert.deepEqual(engine.checks.map((it) => [it.state, it.message]), [
      ["fail", "apply.backup: docker compose exports no volumes"],
    ]);
    const refused = await homelab.magos(["apply", "--dry-run", "--json"], docker);
    assert.equal(refused.code, 1);
    assert.equal(JSON.parse(refused.out).problems[0].code, "engine.no_export");
  }));

Deno.test("doctor push tells a login that may only read, and moves nothing", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const before = await homelab.remote.git("for-each-ref");
    assert.deepEqual((await doctor(homelab, ["push"])).checks.map(({ state }) => state), ["ok"]);
    await homelab.remote.git("config", "http.receivepack", "false");
    const { code, checks: [check] } = await doctor(homelab, ["push"]);
    // A host that only applies may be like that: a warning, with the cure.
    assert.deepEqual([code, check?.state], [0, "warn"]);
    assert.match(check?.cure ?? "", /write access/);
    assert.equal(await homelab.remote.git("for-each-ref"), before);
  }));

for (const kind of ["github", "forgejo", "gitlab"] as const) {
  Deno.test(`doctor protection asks the forge with the token of git, and compares with the delivery: ${kind}`, async () => {
    const forge = startForge({ kind, token: homelabToken });
    const repo = ({ url }: { readonly url: string }, folder: string): string => {
      // A forge's addresses have an owner.
      Deno.symlinkSync(folder, `${folder}/you`);
      const place = `forge: ${kind}, forgeUrl: "${forge.url}"`;
      return `repo: { url: "${url}/you/homelab.git", ${place}, auth: { tokenFile: token, user: you } }`;
    };
    try {
      await withHomelab({ tree, images, repo }, async (homelab) => {
        const look = async (): Promise<readonly (string | undefined)[]> => {
          const { checks: [check] } = await doctor(homelab, ["protection"]);
          assert.doesNotMatch(JSON.stringify(check), new RegExp(homelabToken.slice(0, 8)));
          return [check?.state, check?.message];
        };
        assert.deepEqual(await look(), ["ok", "main is not protected: magos may push to it"]);
        forge.options.branch = { isProtected: true, mayPush: false };
        // GitHub does not say whom its protection lets through.
        assert.deepEqual(await look(), [kind === "github" ? "warn" : "fail", "main is protected"]);
        forge.options.branch = null;
        assert.equal((await look())[0], "skip");
        const config = await Deno.readTextFile(homelab.config);
        await Deno.writeTextFile(homelab.config, `${config}update: { delivery: branch }\n`);
        forge.options.branch = { isProtected: true, mayPush: false };
        assert.equal((await look())[0], "ok");
        forge.options.branch = { isProtected: false, mayPush: true };
        assert.equal((await look())[0], "warn");
      });
    } finally {
      await forge.close();
    }
  });
}

Deno.test("doctor sops tells a missing program, a missing key, and a key that others may read", () =>
  withHomelab({ tree: { ...tree, "web/db.sops.env": "A=ENC[x]\n", ".sops.yaml": "" }, images }, async (homelab) => {
    const sops = programs({ sops: () => "sops 3.9.0\n" });
    const missing = await doctor(homelab, ["sops"], { process: programs({}) });
    assert.deepEqual(missing.checks.map(({ state, cure }) => [state, cure]), [["warn", "install sops"]]);
    const noKey = await doctor(homelab, ["sops"], { process: sops });
    assert.deepEqual(noKey.checks.map(({ state }) => state), ["ok", "warn"]);
    assert.match(noKey.checks[0]?.message ?? "", /sops 3\.9\.0 for 1 encrypted files/);
    const key = `${homelab.folder}/.config/sops/age/keys.txt`;
    await Deno.mkdir(key.replace("/keys.txt", ""), { recursive: true });
    await Deno.writeTextFile(key, "AGE-SECRET-KEY-CANARY\n", { mode: 0o644 });
    const open = await doctor(homelab, ["sops"], { process: sops });
    assert.deepEqual(open.checks.map(({ state, cure }) => [state, cure])[1], ["warn", `chmod 0600 ${key}`]);
    await Deno.chmod(key, 0o600);
    const good = await doctor(homelab, ["sops"], { process: sops });
    assert.deepEqual(good.checks.map(({ state }) => state), ["ok"]);
    assert.doesNotMatch(JSON.stringify([open, good]), /CANARY/);
  }));

Deno.test("doctor runtime-dir wants a private folder in memory when there is something to decrypt", () =>
  withHomelab({ tree: { ...tree, "web/db.sops.env": "A=ENC[x]\n" }, images, settings: "" }, async (homelab) => {
    await Deno.mkdir(`${homelab.folder}/run`, { mode: 0o755 });
    const env = { ...homelab.env, PATH: Deno.env.get("PATH") ?? "", RUNTIME_DIRECTORY: `${homelab.folder}/run` };
    const state = async (inMemory: boolean): Promise<readonly (string | null | undefined)[]> => {
      const files = { ...denoFiles, isInMemory: () => Promise.resolve({ ok: true as const, value: inMemory }) };
      const { checks: [check] } = await doctor(homelab, ["runtime-dir"], { env, files });
      return [check?.state, check?.cure];
    };
    assert.equal((await state(false))[0], "warn");
    assert.deepEqual(await state(true), ["warn", `chmod 0700 ${homelab.folder}/run`]);
    await Deno.chmod(`${homelab.folder}/run`, 0o700);
    assert.deepEqual(await state(true), ["ok", null]);
  }));

Deno.test("doctor engine names what runs Compose files, and misses nothing where nothing is deployed", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const none = await doctor(homelab, ["engine"], { process: programs({}) });
    assert.deepEqual([none.code, none.checks[0]?.state], [0, "skip"]);
    assert.match(none.checks[0]?.cure ?? "", /install podman/);
    const dead = await doctor(homelab, ["engine"], {
      process: programs({ "podman-compose": () => "podman-compose version: 1.0.6\n", podman: () => null }),
    });
    assert.equal(dead.checks[0]?.state, "warn");
  }));

Deno.test("doctor unit tells a unit that failed, one that is not started, and one that was changed", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const folder = `${homelab.folder}/.config/systemd/user`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/magos.service`, unitText("magos 0.1.0", [], []));
    const look = async (active: string, more = ""): Promise<Check | undefined> => {
      const process = programs({ systemctl: () => `ActiveState=${active}\nUnitFileState=enabled\n${more}` });
      const { checks } = await doctor(homelab, ["unit"], { process });
      return checks.find(({ subject, message }) => subject === "magos.service" && message.startsWith(folder));
    };
    assert.equal((await look("active"))?.state, "ok");
    assert.deepEqual((await look("failed"))?.cure, "journalctl --user -u magos.service");
    assert.deepEqual((await look("inactive"))?.cure, "systemctl --user enable --now magos.service");
    assert.deepEqual((await look("active", "NeedDaemonReload=yes\n"))?.cure, "systemctl --user daemon-reload");
    const { checks } = await doctor(homelab, ["unit"], { process: programs({}) });
    assert.equal(checks.find(({ message }) => message.startsWith(folder))?.state, "skip");
  }));

Deno.test("doctor unit tells a unit that was made before the host began to deploy", async () => {
  const process = programs({ systemctl: () => "ActiveState=active\nUnitFileState=enabled\n" });
  for (const [settings, state] of [["apply: { schedule: { every: 5m } }\n", "warn"], ["", "ok"]] as const) {
    await withHomelab({ tree, images, settings }, async (homelab) => {
      const folder = `${homelab.folder}/.config/systemd/user`;
      await Deno.mkdir(folder, { recursive: true });
      const walls = [{ name: "Service", settings: [{ name: "NoNewPrivileges", value: "yes" }] }];
      for (const name of ["magos.service", "magos-update.service"]) {
        await Deno.writeTextFile(`${folder}/${name}`, unitText("magos 0.1.0", [], walls));
      }
      const { checks } = await doctor(homelab, ["unit"], { process });
      const found = checks.filter(({ message }) => message.startsWith(folder)).map((it) => [it.subject, it.state]);
      assert.deepEqual(found, [["magos.service", state], ["magos-update.service", "ok"]]);
      if (state === "warn") {
        assert.match(checks.find((it) => it.state === "warn")?.cure ?? "", /unit systemd --user --install/);
      }
    });
  }
});

Deno.test("doctor server tells a daemon that is ready, one that is not, and something else", async () => {
  let answer = new Response("ok\n");
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => answer);
  const settings = `server: { listen: "127.0.0.1:${server.addr.port}" }\n`;
  await withHomelab({ tree, images, settings }, async (homelab) => {
    const look = async (): Promise<Check | undefined> => (await doctor(homelab, ["server"])).checks[0];
    assert.equal((await look())?.state, "ok");
    answer = new Response("no update pass has ended\nthe configuration is wrong\n", { status: 503 });
    const waits = await look();
    assert.equal(waits?.state, "warn");
    assert.match(waits?.message ?? "", /not ready: no update pass has ended; the configuration is wrong$/);
    answer = new Response("x".repeat(100_000), { status: 200 });
    assert.match((await look())?.message ?? "", /is no magos/);
    await server.shutdown();
    assert.equal((await look())?.state, "skip");
  });
});

Deno.test("doctor linger warns a user whose services end with his session", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const folder = `${homelab.folder}/.config/systemd/user`;
    const states = async (said: string | null): Promise<readonly (string | null | undefined)[]> => {
      const changes = { uid: 4711, process: programs({ loginctl: () => said }) };
      const { checks: [check] } = await doctor(homelab, ["linger"], changes);
      return [check?.state, check?.cure];
    };
    assert.deepEqual(await states("Linger=no\n"), ["skip", null]);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/magos-update.timer`, "");
    assert.deepEqual(await states("Linger=no\n"), ["warn", "loginctl enable-linger"]);
    assert.deepEqual(await states(null), ["warn", "loginctl enable-linger"]);
    assert.deepEqual(await states("Linger=yes\n"), ["ok", null]);
  }));

Deno.test("doctor auto-update flags units that podman updates past git, and no others", () => {
  const unit = (more: string): string =>
    `[Container]\n# {"magos": {"policy": "semver"}}\nImage=ghcr.io/you/web:1.37\n${more}`;
  const units = {
    "a.container": unit("AutoUpdate=registry\n"),
    "b.container": unit("AutoUpdate=local\n"),
    "c.container": unit("Label=io.containers.autoupdate=registry\n"),
    "d.container": "[Container]\nImage=ghcr.io/you/other:1\nAutoUpdate=registry\n",
    "e.container": unit("# AutoUpdate=registry\n"),
  };
  return withHomelab({ tree: units, images }, async (homelab) => {
    const folder = `${homelab.folder}/.config/containers/systemd`;
    // Quadlet reads folders below its own too.
    await Deno.mkdir(`${folder}/site/web`, { recursive: true });
    await Deno.writeTextFile(`${folder}/site/web/db.container`, unit("AutoUpdate=registry\n"));
    await Deno.symlink(folder, `${folder}/site/round`);
    await Deno.writeTextFile(`${folder}/web.container`, unit("AutoUpdate=registry\n"));
    const { code, checks } = await doctor(homelab, ["auto-update"]);
    assert.equal(code, 0);
    assert.deepEqual(checks.map(({ state, message }) => [state, message.split(" ")[0]]), [
      ["warn", "a.container"],
      ["warn", "c.container"],
      ["warn", `${folder}/site/web/db.container`],
      ["warn", `${folder}/web.container`],
    ]);
  });
});

Deno.test("doctor ends what hangs when its five seconds are over, and tells the rest", async () => {
  const asked = Promise.withResolvers<void>();
  const hanging = Promise.withResolvers<Response>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    asked.resolve();
    return hanging.promise;
  });
  try {
    const repo = (): string => `repo: { url: "http://127.0.0.1:${server.addr.port}/you/homelab.git" }`;
    await withHomelab({ tree, images, repo }, async (homelab) => {
      // The five seconds are over once the remote has been asked.
      const clock = {
        ...denoClock,
        sleep: (milliseconds: number, signal?: AbortSignal) =>
          milliseconds === 5000 ? asked.promise : denoClock.sleep(milliseconds, signal),
      };
      const { code, checks } = await doctor(homelab, [], { clock, process: programs({}) });
      assert.equal(code, 1);
      const of = (id: string): Check | undefined => checks.find((check) => check.id === id);
      assert.deepEqual([of("git")?.state, of("config")?.state, of("state")?.state], ["fail", "ok", "ok"]);
      assert.match(of("git")?.message ?? "", /more than 5 s/);
      assert.match(of("git")?.cure ?? "", /magos doctor ID/);
    });
  } finally {
    hanging.resolve(new Response());
    await server.shutdown();
  }
});
