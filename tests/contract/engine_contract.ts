// What every engine has to keep, whatever program runs the Compose files: told as tests over a real one.
import assert from "node:assert/strict";
import { findEngine } from "../../src/adapters/compose/create_engine.ts";
import type { EngineChoice } from "../../src/adapters/compose/create_engine.ts";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import { maskSecrets, Secret } from "../../src/core/model/secret.ts";
import type { Container, Engine, Project } from "../../src/core/ports/engine.ts";
import { labelFile } from "../../src/core/stack/label_file.ts";
import { driftOf, staleServices } from "../../src/core/stack/drift.ts";
import type { StackContent } from "../../src/core/model/stack.ts";
import { must, mustFail } from "../fakes/git_setup.ts";
import type { Needs } from "../fakes/needs.ts";
import type { EngineWorld } from "../fakes/engine_world.ts";
import { contentOf, sampleStack } from "../fakes/stack_tree.ts";

/** The suite's own view of a world and the engine in it. */
interface Host extends EngineWorld {
  readonly engine: Engine;
  /** Writes the stack's files and gives what the engine is told of them. */
  project(
    files: Readonly<Record<string, string>>,
    revision?: string,
  ): Promise<Project & { readonly content: StackContent }>;
  containers(): Promise<readonly Container[]>;
}

const word = new Secret("cn-4Rt_Secret-word");

/** Declares the tests of one engine. `hasSecrets`: whether it knows secrets that are no files. */
export function engineContract(
  choice: EngineChoice,
  needs: Needs,
  hasSecrets: boolean,
  withWorld: (test: (world: EngineWorld) => Promise<void>) => Promise<void>,
): void {
  const test = (name: string, body: (host: Host) => Promise<void>): void =>
    Deno.test({
      name: `${choice}: ${name}${needs.suffix}`,
      ignore: needs.ignore,
      fn: () => withWorld(async (world) => body(await hostOf(choice, world))),
    });

  // Docker has no command for it, and the world of `podman compose` is one where podman is asked from afar.
  const exporting: typeof test = choice === "podman-compose" ? test : () => {};

  test("first start, the same again, a new digest: what runs is what was asked for", async (host) => {
    const [one, two] = [await host.pushImage("you/web", "1", "one"), await host.pushImage("you/web", "2", "two")];
    const db = await host.pushImage("you/db", "1", "db");
    const compose = (digest: string): string =>
      `services:\n  web: { image: "${host.registry}/you/web@${digest}" }\n  db: { image: "${host.registry}/you/db@${db}" }\n`;
    const first = await host.project({ "compose.yaml": compose(one) });
    assert.deepEqual(await host.containers(), []);
    must(await host.engine.pull(imagesOf(first.content)));
    must(await host.engine.up(first, { recreate: [], build: false }));
    const started = await host.containers();
    assert.deepEqual(driftOf(first.content, started), []);
    assert.deepEqual(staleServices(first.content, started), []);
    assert.deepEqual(started.map((it) => [it.service, it.state, it.labels?.stack]).sort(), [
      ["db", "running", "web"],
      ["web", "running", "web"],
    ]);
    assert.ok(started.every((it) => it.labels?.hash === first.content.hash && it.startedAt !== null));

    must(await host.engine.up(first, { recreate: [], build: false }));
    assert.deepEqual((await host.containers()).map((it) => it.id).sort(), started.map((it) => it.id).sort());

    const second = await host.project({ "compose.yaml": compose(two) }, "b".repeat(40));
    const recreate = staleServices(second.content, started);
    assert.deepEqual(recreate, ["web"]);
    must(await host.engine.pull(imagesOf(second.content)));
    must(await host.engine.up(second, { recreate, build: false }));
    const updated = await host.containers();
    assert.deepEqual(driftOf(second.content, updated), []);
    assert.deepEqual(staleServices(second.content, updated), []);
    const digestOf = async (service: string): Promise<string> => {
      const id = updated.find((it) => it.service === service)?.id ?? "";
      return await host.digestOf(id);
    };
    assert.equal(await digestOf("web"), two, "the engine itself says what runs");
    assert.equal(updated.find((it) => it.service === "db")?.id, started.find((it) => it.service === "db")?.id);
  });

  test("a container that is gone or stopped is started again, and others are not touched", async (host) => {
    const digest = await host.pushImage("you/web", "1", "one");
    const image = `${host.registry}/you/web@${digest}`;
    const project = await host.project({
      "compose.yaml": `services:\n  a: { image: "${image}" }\n  b: { image: "${image}" }\n  c: { image: "${image}" }\n`,
    });
    must(await host.engine.up(project, { recreate: [], build: false }));
    const before = await host.containers();
    const idOf = (all: readonly Container[], service: string): string =>
      all.find((it) => it.service === service)?.id ?? "";
    await host.client("rm", "--force", idOf(before, "a"));
    await host.client("kill", idOf(before, "b"));
    await host.client("wait", idOf(before, "b"));
    assert.deepEqual(driftOf(project.content, await host.containers()).map(({ service, kind }) => [service, kind]), [
      ["a", "gone"],
      ["b", "stopped"],
    ]);
    must(await host.engine.up(project, { recreate: [], build: false }));
    const after = await host.containers();
    assert.deepEqual(driftOf(project.content, after), []);
    assert.equal(idOf(after, "c"), idOf(before, "c"));
  });

  test("env file and mount of ${MAGOS_SECRETS} reach the container, and nothing of them argv", async (host) => {
    const digest = await host.pushImage("you/web", "1", "one");
    const secrets = `${host.folder}/secrets`;
    await Deno.mkdir(secrets, { mode: 0o700 });
    await Deno.writeTextFile(`${secrets}/db.env`, `WORD=${word.reveal()}\n`, { mode: 0o600 });
    await Deno.writeTextFile(`${secrets}/tls.yaml`, `word: ${word.reveal()}\n`, { mode: 0o600 });
    const project = await host.project({
      "compose.yaml": `services:
  web:
    image: "${host.registry}/you/web@${digest}"
    command: [sh, -c, 'echo "env $$WORD"; cat /tls.yaml; exec sleep 1000']
    env_file: ["\${MAGOS_SECRETS}/db.env"]
    volumes: ["\${MAGOS_SECRETS}/tls.yaml:/tls.yaml:ro"]
`,
      "db.sops.env": "ENC",
      "tls.sops.yaml": "ENC",
    });
    const said = must(
      await host.engine.up({ ...project, variables: { MAGOS_SECRETS: secrets } }, { recreate: [], build: false }),
    );
    assert.doesNotMatch(said.join("\n"), /cn-4Rt/);
    const [web] = await host.containers();
    const raw = await host.client("logs", web?.id ?? "");
    assert.equal(raw, `env ${word.reveal()}\nword: ${word.reveal()}`);
    assert.deepEqual(must(await host.engine.logs(web?.id ?? "", 10)), ["env ***", "word: ***"]);
  });

  test("profiles, overrides, extends, replicas and labels as a list: what magos reads is what starts", async (host) => {
    const digest = await host.pushImage("you/web", "1", "one");
    const image = `${host.registry}/you/web@${digest}`;
    const project = await host.project({
      "compose.yaml": `services:
  web: { extends: { file: base.yaml, service: base }, image: "${image}", labels: [own=1], depends_on: [db] }
  db: { image: "${image}", deploy: { mode: replicated, replicas: 2 } }
  debugger: { image: "${image}", profiles: [debug] }
  other: { image: "${image}", profiles: [other] }
`,
      "compose.override.yaml": "services: { web: { environment: { A: '1' } } }\n",
      "base.yaml": "services: { base: { restart: always } }\n",
      ".env": "COMPOSE_PROFILES=debug\n",
    });
    must(await host.engine.up(project, { recreate: [], build: false }));
    const all = await host.containers();
    assert.deepEqual(all.map((it) => it.service).sort(), ["db", "db", "debugger", "web"]);
    assert.deepEqual(driftOf(project.content, all), []);
    assert.deepEqual(staleServices(project.content, all), []);
    const web = all.find((it) => it.service === "web")?.id ?? "";
    assert.equal(await host.client("inspect", "--format", '{{ index .Config.Labels "own" }}', web), "1");
    assert.equal(await host.client("inspect", "--format", "{{ .HostConfig.RestartPolicy.Name }}", web), "always");
  });

  test("an image that exits at once is seen as exited, with its code and last lines", async (host) => {
    const digest = await host.pushImage("you/bad", "1", "bad", [
      "sh",
      "-c",
      "echo one; echo two; echo three >&2; exit 7",
    ]);
    const project = await host.project({
      "compose.yaml": `services: { bad: { image: "${host.registry}/you/bad@${digest}" } }`,
    });
    must(await host.engine.up(project, { recreate: [], build: false }));
    await host.client("wait", (await host.containers())[0]?.id ?? "");
    const [bad] = await host.containers();
    assert.deepEqual([bad?.state, bad?.exitCode], ["exited", 7]);
    const lines = must(await host.engine.logs(bad?.id ?? "", 10));
    assert.deepEqual(lines.filter((line) => line !== "three"), ["one", "two"]);
    // Docker reads two streams at once, so which of their lines came first is chance.
    assert.deepEqual(lines.toSorted(), ["one", "three", "two"]);
    assert.match(must(await host.engine.logs(bad?.id ?? "", 1)).join(), /^(two|three)$/);
  });

  test("a health check tells healthy from unhealthy", async (host) => {
    const digest = await host.pushImage("you/web", "1", "one");
    const check = (test: string): string =>
      `{ image: "${host.registry}/you/web@${digest}", healthcheck: { test: [CMD, ${test}], retries: 1, interval: 1s } }`;
    const project = await host.project({
      "compose.yaml": `services:\n  good: ${check("'true'")}\n  bad: ${
        check("'false'")
      }\n  none: { image: "${host.registry}/you/web@${digest}" }\n`,
    });
    must(await host.engine.up(project, { recreate: [], build: false }));
    // Some engines check by themselves and take their time, others only when they are asked to.
    let told = await host.containers();
    while (told.some((it) => it.health === "starting")) {
      for (const { id } of told) must(await host.engine.checkHealth(id));
      told = await host.containers();
    }
    const health = new Map(told.map((it) => [it.service, it.health]));
    assert.deepEqual([health.get("good"), health.get("bad"), health.get("none")], ["healthy", "unhealthy", null]);
  });

  test("a registry that is down fails the pull by name, and what runs stays", async (host) => {
    const digest = await host.pushImage("you/web", "1", "one");
    const project = await host.project({
      "compose.yaml": `services: { web: { image: "${host.registry}/you/web@${digest}" } }`,
    });
    must(await host.engine.pull(imagesOf(project.content)));
    must(await host.engine.up(project, { recreate: [], build: false }));
    const before = await host.containers();
    await host.stopRegistry();
    must(await host.engine.pull(imagesOf(project.content)));
    const other = `${host.registry}/you/web@sha256:${"0".repeat(64)}`;
    const failed = mustFail(await host.engine.pull([other]));
    assert.deepEqual([failed.code, failed.image, failed.retry], ["engine.pull_failed", other, "later"]);
    assert.deepEqual((await host.containers()).map((it) => it.id), before.map((it) => it.id));
  });

  test("removing takes containers and networks, never a volume, and never what is not ours", async (host) => {
    const digest = await host.pushImage("you/web", "1", "one");
    const image = `${host.registry}/you/web@${digest}`;
    const project = await host.project({
      "compose.yaml": `services:
  web: { image: "${image}", volumes: ["data:/data"], command: [sh, -c, "echo kept > /data/file; exec sleep 1000"] }
  front: { image: "${image}", depends_on: [web] }
volumes: { data: {} }
`,
    });
    must(await host.engine.up(project, { recreate: [], build: false }));
    await host.client("run", "--detach", "--name", "foreign", "--label", "com.docker.compose.project=foreign", image);
    const own = (await host.containers()).filter((it) => it.project === "web");
    assert.equal(own.length, 2);
    must(await host.engine.removeContainers([...own.map((it) => it.id), "0".repeat(64)]));
    must(await host.engine.removeNetworks("web"));
    assert.deepEqual((await host.containers()).map((it) => it.name), ["foreign"]);
    const volumes = await host.client("volume", "ls", "--quiet");
    assert.match(volumes, /data/);
    const path = await host.client("volume", "inspect", "--format", "{{.Mountpoint}}", volumes.split("\n")[0] ?? "");
    assert.equal(await Deno.readTextFile(`${path}/file`), "kept\n");
    assert.doesNotMatch(await host.client("network", "ls", "--format", "{{.Name}}"), /web/);
  });

  test("containers are stopped for a while and started again as they were", async (host) => {
    const digest = await host.pushImage("you/web", "1", "one");
    const project = await host.project({
      "compose.yaml": `services: { web: { image: "${host.registry}/you/web@${digest}" } }`,
    });
    must(await host.engine.up(project, { recreate: [], build: false }));
    const ids = (await host.containers()).map(({ id }) => id);
    must(await host.engine.stopContainers(ids));
    assert.deepEqual((await host.containers()).map(({ id, state }) => [id, state]), [[ids[0], "exited"]]);
    must(await host.engine.startContainers(ids));
    assert.deepEqual((await host.containers()).map(({ id, state }) => [id, state]), [[ids[0], "running"]]);
    assert.equal(host.engine.exportsVolumes, choice === "podman-compose");
  });

  exporting(
    "a volume is exported as it is, and given back exactly: what came later goes, owner and mode stay",
    async (host) => {
      const digest = await host.pushImage("you/web", "1", "one");
      const image = `${host.registry}/you/web@${digest}`;
      const volumes = 'volumes: ["data:/data", "plain:/plain", "shared:/shared", "disk:/disk"]';
      const project = await host.project({
        "compose.yaml": `services:
  web: { image: "${image}", ${volumes}, command: [sh, -c, "echo old > /data/file; echo kept > /data/.kept; exec sleep 1000"] }
volumes:
  data: {}
  plain: { name: odd.name }
  shared: { external: true, name: shared }
  disk: { external: true, name: disk }
`,
      });
      await host.client("volume", "create", "shared");
      await host.client("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "disk");
      must(await host.engine.up(project, { recreate: [], build: false }));
      assert.ok(host.engine.exportsVolumes);
      assert.deepEqual(project.content.volumes, ["odd.name", "web_data"], "what magos calls them is what was made");
      assert.deepEqual(must(await host.engine.volumes(["web_data", "nothing", "web_dat", "odd.name", "disk"])), [
        { name: "web_data", isElsewhere: false },
        { name: "odd.name", isElsewhere: false },
        { name: "disk", isElsewhere: true },
      ]);
      const place = await host.client("volume", "inspect", "--format", "{{.Mountpoint}}", "web_data");
      await Deno.chown(place, 70, 71);
      await Deno.chmod(place, 0o700);
      await Deno.chown(`${place}/file`, 70, 71);
      await Deno.symlink("file", `${place}/link`);

      const [web] = await host.containers();
      must(await host.engine.stopContainers([web?.id ?? ""]));
      assert.equal((await host.containers())[0]?.state, "exited");
      const path = `${host.folder}/web_data.tar`;
      await Deno.writeTextFile(path, "", { mode: 0o600 });
      must(await host.engine.exportVolume("web_data", path));
      assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
      await Deno.writeTextFile(`${place}/file`, "new\n");
      await Deno.writeTextFile(`${place}/.later`, "");
      await Deno.mkdir(`${place}/a folder/inside`, { recursive: true });
      await Deno.remove(`${place}/.kept`);

      must(await host.engine.importVolume({ name: "web_data", project: "web" }, path));
      const names = Array.from(Deno.readDirSync(place)).map(({ name }) => name).sort();
      assert.deepEqual(names, [".kept", "file", "link"]);
      assert.equal(await Deno.readTextFile(`${place}/link`), "old\n");
      const { uid, gid } = await Deno.stat(`${place}/file`);
      const root = await Deno.stat(place);
      assert.deepEqual([uid, gid, root.uid, root.gid, (root.mode ?? 0) & 0o777], [70, 71, 70, 71, 0o700]);
      must(await host.engine.startContainers([web?.id ?? ""]));
      assert.equal((await host.containers())[0]?.state, "running");

      const used = mustFail(await host.engine.importVolume({ name: "web_data", project: "web" }, path));
      assert.match(used.message, /web_data is in use by the container web_web_1$/);
      assert.equal(await Deno.readTextFile(`${place}/file`), "old\n");
    },
  );

  exporting(
    "an export that cannot be written, or is cut off, fails; a volume that is gone is made again",
    async (host) => {
      await host.client("volume", "create", "web_data");
      const missing = mustFail(await host.engine.exportVolume("web_data", `${host.folder}/nowhere/web_data.tar`));
      assert.match(missing.message, /no such file or directory/);
      const path = `${host.folder}/web_data.tar`;
      const place = await host.client("volume", "inspect", "--format", "{{.Mountpoint}}", "web_data");
      await Deno.writeTextFile(`${place}/file`, "old\n".repeat(10_000));
      must(await host.engine.exportVolume("web_data", path));
      await Deno.copyFile(path, `${path}.half`);
      await Deno.truncate(`${path}.half`, 9_000);
      mustFail(await host.engine.importVolume({ name: "web_data", project: "web" }, `${path}.half`));
      await host.client("volume", "rm", "web_data");
      must(await host.engine.importVolume({ name: "web_data", project: "web" }, path));
      const label = '{{ index .Labels "com.docker.compose.project" }}';
      assert.equal(await host.client("volume", "inspect", "--format", label, "web_data"), "web");
      assert.equal((await Deno.readTextFile(`${place}/file`)).length, 40_000);
    },
  );

  exporting(
    "an export that podman leaves files out of fails; a damaged one costs nothing of what is there",
    async (host) => {
      for (const name of ["web_data", "fewer"]) await host.client("volume", "create", name);
      const placeOf = (name: string): Promise<string> =>
        host.client("volume", "inspect", "--format", "{{.Mountpoint}}", name);
      const [place, fewer] = [await placeOf("web_data"), await placeOf("fewer")];
      for (const name of ["a", "b", "c"]) await Deno.writeTextFile(`${place}/${name}`, name);
      await Deno.writeTextFile(`${fewer}/a`, "a");
      await Deno.writeTextFile(`${place}/new\nline`, "");
      const path = `${host.folder}/web_data.tar`;
      must(await host.engine.exportVolume("web_data", path));
      // As podman does after a file that it cannot read: it ends well, and the rest is not there.
      const leavesOut = await engineOf(choice, host, (args) => args.map((it) => it === "web_data" ? "fewer" : it));
      const refused = mustFail(await leavesOut.exportVolume("web_data", path));
      assert.equal(refused.message, "the volume web_data holds 4 files and folders, and its export 1");
      for (const damaged of ["garbage", ""]) {
        await Deno.writeTextFile(path, damaged);
        const failed = mustFail(await host.engine.importVolume({ name: "web_data", project: "web" }, path));
        assert.match(failed.message, /web_data.tar is damaged or cannot be read/);
      }
      assert.equal(await Deno.readTextFile(`${place}/c`), "c");
    },
  );

  exporting("a container that is about to stop still has its volume, and is waited for", async (host) => {
    const image = `${host.registry}/you/web@${await host.pushImage("you/web", "1", "one")}`;
    await host.client("volume", "create", "web_data");
    const label = "com.docker.compose.project=web";
    const deaf = ["sh", "-c", "trap 'sleep 4; exit 0' TERM; sleep 1000 & wait"];
    const made = ["run", "--detach", "--label", label, "--volume", "web_data:/data", image, ...deaf];
    const id = await host.client(...made);
    const path = `${host.folder}/web_data.tar`;
    must(await host.engine.exportVolume("web_data", path));
    const stopping = host.client("stop", "--time", "30", id);
    while (await host.client("inspect", "--format", "{{.State.Status}}", id) === "running");
    assert.deepEqual((await host.containers()).map(({ state }) => state), ["running"]);
    const used = mustFail(await host.engine.importVolume({ name: "web_data", project: "web" }, path));
    assert.match(used.message, /in use by the container/);
    must(await host.engine.stopContainers([id]));
    assert.deepEqual((await host.containers()).map(({ state }) => state), ["exited"]);
    must(await host.engine.importVolume({ name: "web_data", project: "web" }, path));
    await stopping;
  });

  exporting("a volume whose folder was moved and linked to is given back exactly too", async (host) => {
    await host.client("volume", "create", "web_data");
    const place = await host.client("volume", "inspect", "--format", "{{.Mountpoint}}", "web_data");
    await Deno.rename(place, `${host.folder}/moved`);
    await Deno.symlink(`${host.folder}/moved`, place);
    await Deno.writeTextFile(`${place}/file`, "old");
    const path = `${host.folder}/web_data.tar`;
    must(await host.engine.exportVolume("web_data", path));
    await Deno.writeTextFile(`${place}/later`, "new");
    must(await host.engine.importVolume({ name: "web_data", project: "web" }, path));
    assert.deepEqual(Array.from(Deno.readDirSync(place)).map(({ name }) => name), ["file"]);
  });

  test("who can be started again is, whatever becomes of the others", async (host) => {
    const digest = await host.pushImage("you/web", "1", "one");
    const project = await host.project({
      "compose.yaml": `services: { web: { image: "${host.registry}/you/web@${digest}" } }`,
    });
    must(await host.engine.up(project, { recreate: [], build: false }));
    const ids = (await host.containers()).map(({ id }) => id);
    must(await host.engine.stopContainers(ids));
    mustFail(await host.engine.startContainers(["0".repeat(64), ...ids]));
    assert.deepEqual((await host.containers()).map(({ state }) => state), ["running"]);
  });

  test("somebody else's container that hangs on one of ours is not removed with it", async (host) => {
    if (choice === "docker compose") return;
    const digest = await host.pushImage("you/web", "1", "one");
    const image = `${host.registry}/you/web@${digest}`;
    const project = await host.project({ "compose.yaml": `services: { web: { image: "${image}" } }` });
    must(await host.engine.up(project, { recreate: [], build: false }));
    const [web] = await host.containers();
    await host.client("run", "--detach", "--name", "foreign", "--network", `container:${web?.id}`, image);
    const refused = mustFail(await host.engine.removeContainers([web?.id ?? ""]));
    assert.match(refused.message, /the container foreign hangs on /);
    assert.equal(await host.client("inspect", "--format", "{{.State.Status}}", "foreign"), "running");
  });

  test("old images go, the ones to keep and the ones in use stay", async (host) => {
    const digests = [];
    for (const mark of ["one", "two", "three"]) digests.push(await host.pushImage("you/web", mark, mark));
    const [, two = "", three = ""] = digests;
    const name = `${host.registry}/you/web`;
    must(await host.engine.pull(digests.map((digest) => `${name}@${digest}`)));
    const project = await host.project({ "compose.yaml": `services: { web: { image: "${name}@${three}" } }` });
    must(await host.engine.up(project, { recreate: [], build: false }));
    assert.equal(must(await host.engine.pruneImages([name], [two])), 1);
    const left = await host.client("images", "--digests", "--format", "{{.Digest}}", "--filter", `reference=${name}`);
    assert.deepEqual(left.split("\n").sort(), [two, three].sort());
  });

  test("a secret of the engine is given by stdin and can be given again, or there is none and that is told", async (host) => {
    if (!hasSecrets) {
      return assert.match(mustFail(await host.engine.saveSecret("token", bytesOf(word))).cure ?? "", /MAGOS_SECRETS/);
    }
    const digest = await host.pushImage("you/web", "1", "one");
    must(await host.engine.saveSecret("token", Uint8Array.of(255, 0, 254)));
    must(await host.engine.saveSecret("token", bytesOf(word)));
    const project = await host.project({
      "compose.yaml": `services:
  web: { image: "${host.registry}/you/web@${digest}", secrets: [token], command: [sh, -c, 'echo "$$(cat /run/secrets/token)"'] }
secrets: { token: { external: true } }
`,
    });
    must(await host.engine.up(project, { recreate: [], build: false }));
    const [web] = await host.containers();
    assert.equal(await host.client("wait", web?.id ?? ""), "0");
    assert.deepEqual(must(await host.engine.logs(web?.id ?? "", 5)), ["***"]);
    // A key store is no text.
    must(await host.engine.saveSecret("store", Uint8Array.of(239, 187, 191, 255, 0, 254)));
    const image = `${host.registry}/you/web@${digest}`;
    const read = "od -An -tx1 /run/secrets/store";
    assert.equal(await host.client("run", "--rm", "--secret", "store", image, "sh", "-c", read), "ef bb bf ff 00 fe");
  });

  test("a secret of the engine is removed by its name, and one that is gone is fine", async (host) => {
    if (!hasSecrets) return void must(await host.engine.removeSecrets(["token"]));
    for (const name of ["token", "other"]) must(await host.engine.saveSecret(name, bytesOf(word)));
    must(await host.engine.removeSecrets(["token", "never"]));
    must(await host.engine.removeSecrets(["token"]));
    assert.equal(await host.client("secret", "ls", "--format", "{{.Name}}"), "other");
  });
}

function bytesOf(secret: Secret): Uint8Array {
  return new TextEncoder().encode(secret.reveal());
}

/** `change`: what becomes of the arguments of each call of an export. */
async function engineOf(
  choice: EngineChoice,
  world: EngineWorld,
  change: (args: readonly string[]) => readonly string[] = (args) => args,
): Promise<Engine> {
  const real = denoProcess([word]);
  return must(
    await findEngine(
      {
        process: {
          run: (call) => real.run({ ...call, args: call.args.includes("export") ? change(call.args) : call.args }),
        },
        env: world.env,
        authFile: null,
        registriesConf: null,
        mask: (text) => maskSecrets(text, [word]),
      },
      choice,
    ),
  );
}

async function hostOf(choice: EngineChoice, world: EngineWorld): Promise<Host> {
  const engine = await engineOf(choice, world);
  assert.equal(engine.name, choice);
  assert.match(engine.version, /^\d+\.\d+/);
  const containers = async (): Promise<readonly Container[]> => must(await engine.list());
  return {
    ...world,
    engine,
    containers,
    async project(files, revision = "a".repeat(40)) {
      const folder = `${world.folder}/stacks/web`;
      await Deno.mkdir(folder, { recursive: true });
      for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
      const tree = Object.fromEntries(Object.entries(files).map(([name, text]) => [`stacks/web/${name}`, text]));
      const content = contentOf(tree, sampleStack());
      const labels = `${world.folder}/labels.yaml`;
      await Deno.writeTextFile(labels, labelFile(content, { revision, host: "pi4" }, await containers()));
      return {
        content,
        name: content.project,
        folder,
        files: [...content.composeFiles.map((file) => `${world.folder}/${file}`), labels],
        services: content.services.map((service) => service.name),
        profiles: content.profiles,
        variables: {},
      };
    },
  };
}

function imagesOf(content: StackContent): readonly string[] {
  return content.services.flatMap(({ image }) => image === null ? [] : [`${image.name}@${image.digest}`]);
}
