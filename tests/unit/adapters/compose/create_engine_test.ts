import assert from "node:assert/strict";
import { type EngineChoice, findEngine } from "../../../../src/adapters/compose/create_engine.ts";
import { failure, success } from "../../../../src/core/model/problem.ts";
import type { Engine, Project } from "../../../../src/core/ports/engine.ts";
import type { Command, Output } from "../../../../src/core/ports/process.ts";
import { must, mustFail } from "../../../fakes/git_setup.ts";

/** What a program says to a command line that begins with a text. */
type Script = Readonly<Record<string, Partial<Output> & { readonly text?: string }>>;

function find(script: Script, choice: EngineChoice = "auto", more: Readonly<Record<string, string>> = {}): {
  readonly found: ReturnType<typeof findEngine>;
  readonly commands: Command[];
} {
  const commands: Command[] = [];
  const found = findEngine({
    process: {
      run(command) {
        commands.push(command);
        const line = [command.program, ...command.args].join(" ");
        const key = Object.keys(script).find((it) => line.startsWith(it));
        if (key === undefined) {
          return Promise.resolve(failure("process.missing", `the program ${line} is not installed`));
        }
        const { text = "", ...more } = script[key] ?? {};
        return Promise.resolve(
          success({ code: 0, stdout: new TextEncoder().encode(text), stderr: "", ended: null, ...more }),
        );
      },
    },
    env: {
      PATH: "/bin",
      HOME: "/home/you",
      AWS_SECRET_ACCESS_KEY: "no",
      DOCKER_HOST: "unix:///run/docker.sock",
      ...more,
    },
    authFile: "/etc/auth.json",
    registriesConf: "/etc/registries.conf",
    mask: (text) => text,
  }, choice);
  return { found, commands };
}

const podmanCompose: Script = {
  "podman-compose --version": {
    text: "['podman', '--version', '']\nusing podman version: 4.3.1\npodman-composer version  1.0.3\n",
  },
};
const podman: Script = {
  "podman compose version": { text: "Docker Compose version v2.19.0\n" },
  "podman --version": { text: "podman version 5.2.0\n" },
};
const docker: Script = { "docker compose version": { text: "Docker Compose version v2.27.1\n" } };

const project: Project = {
  name: "web",
  folder: "/stacks/web",
  files: ["/stacks/web/compose.yaml", "/run/labels.yaml"],
  services: ["db", "web"],
  profiles: ["debug"],
  variables: { MAGOS_SECRETS: "/run/magos/secrets/web" },
};

async function engine(script: Script): Promise<{ readonly engine: Engine; readonly commands: Command[] }> {
  const { found, commands } = find(script);
  return { engine: must(await found), commands };
}

Deno.test("findEngine() takes podman-compose before podman compose before docker compose", async () => {
  for (
    const [script, name, version, readsIncludes] of [
      [{ ...podmanCompose, ...podman, ...docker }, "podman-compose", "1.0.3", false],
      [{ ...podman, ...docker }, "podman compose", "5.2.0", false],
      [{ ...podman, "podman compose version": { text: "odd 1.0" } }, "podman compose", "5.2.0", true],
      [docker, "docker compose", "2.27.1", true],
      [{ "podman-compose --version": { text: "podman-compose version 1.5.0\n" } }, "podman-compose", "1.5.0", true],
    ] as const
  ) {
    const { engine: it } = await engine(script);
    assert.deepEqual([it.name, it.version, it.readsIncludes], [name, version, readsIncludes]);
  }
});

Deno.test("findEngine() takes the one that was asked for, or none", async () => {
  assert.equal(must(await find({ ...podmanCompose, ...docker }, "docker compose").found).name, "docker compose");
  const { code, cure } = mustFail(await find(podmanCompose, "docker compose").found);
  assert.equal(code, "engine.missing");
  assert.match(cure ?? "", /podman-compose/);
});

Deno.test("findEngine() refuses one that is too old, and passes over it when any will do", async () => {
  const old = { "podman-compose --version": { text: "podman-compose version 0.1.11\n" } };
  assert.equal(mustFail(await find(old, "podman-compose").found).code, "engine.too_old");
  assert.equal(must(await find({ ...old, ...docker }).found).name, "docker compose");
  // podman 4.3 has no `podman compose`.
  const older = { "podman compose version": { code: 125, stderr: "Error: unrecognized command `podman compose`" } };
  assert.equal(mustFail(await find(older).found).code, "engine.missing");
});

Deno.test("calls hand on only the settings of engines, and those that the configuration names", async () => {
  const { commands } = await engine(docker);
  assert.deepEqual(commands.at(-1)?.env, {
    PATH: "/bin",
    HOME: "/home/you",
    DOCKER_HOST: "unix:///run/docker.sock",
    LC_ALL: "C.UTF-8",
    REGISTRY_AUTH_FILE: "/etc/auth.json",
    CONTAINERS_REGISTRIES_CONF: "/etc/registries.conf",
  });
});

Deno.test("up() lets docker compose see for itself what changed, and names project, files and services", async () => {
  const { engine: it, commands } = await engine({ ...docker, "docker compose -p": {} });
  must(await it.up(project, { recreate: ["web"], build: true }));
  const command = commands.at(-1);
  assert.deepEqual([command?.program, ...command?.args ?? []], [
    ..."docker compose -p web -f /stacks/web/compose.yaml -f /run/labels.yaml --profile debug up -d --build db web"
      .split(" "),
  ]);
  assert.equal(command?.cwd, "/stacks/web");
  assert.equal(command?.env["MAGOS_SECRETS"], "/run/magos/secrets/web");
  assert.ok(!commands.some(({ args }) => args.includes("--remove-orphans")));
});

Deno.test("up() leaves it to nobody else to say what changed where podman stands behind docker compose", async () => {
  const { engine: it, commands } = await engine({
    ...docker,
    "docker version": { text: '{"Components":[{"Name":"Podman Engine","Version":"4.3.1"}]}' },
    "docker compose -p": {},
    "docker ps": { text: "" },
  });
  must(await it.up(project, { recreate: ["web"], build: false }));
  assert.ok(commands.some(({ args }) => args[0] === "ps"), "it looks for the old container itself");
  assert.ok(commands.at(-1)?.args.includes("--no-recreate"));
});

Deno.test("up() tells the words of the program that podman compose hands on to, not those around them", async () => {
  const failing = {
    code: 1,
    stderr: '>>>> Executing external compose provider "docker-compose". Please refer to the documentation. <<<<\n\n' +
      "Cannot connect to the Docker daemon at unix:///run/podman/podman.sock. Is the docker daemon running?\n" +
      "Error: executing docker-compose -p web up -d: exit status 1\n",
  };
  const { engine: it } = await engine({ ...podman, "podman compose -p": failing });
  assert.match(mustFail(await it.up(project, { recreate: [], build: false })).message, /Cannot connect/);
});

Deno.test("up() tells an engine that fails, by its own words, and one that does not end", async () => {
  const failing = {
    code: 1,
    stderr: "Container web  Starting\nError response from daemon: port is already allocated\n",
  };
  const { engine: it } = await engine({ ...docker, "docker compose -p": failing });
  const { code, message } = mustFail(await it.up(project, { recreate: [], build: false }));
  assert.equal(code, "engine.failed");
  assert.match(message, /port is already allocated/);
  const slow = await engine({ ...docker, "docker compose -p": { code: 143, ended: "timeout" } });
  assert.equal(mustFail(await slow.engine.up(project, { recreate: [], build: false })).code, "engine.timeout");
});

Deno.test("list() reads what Docker prints", async () => {
  const id = "c".repeat(64);
  const digest = `sha256:${"d".repeat(64)}`;
  const container = {
    Id: id,
    Name: "/web-app-1",
    Image: "sha256:" + "e".repeat(64),
    RestartCount: 3,
    State: {
      Status: "running",
      Restarting: false,
      ExitCode: 0,
      StartedAt: "2026-11-21T10:00:00.5Z",
      Health: { Status: "starting" },
    },
    Config: { Image: "nginx:1", Labels: { "com.docker.compose.project": "web", "com.docker.compose.service": "app" } },
  };
  const { engine: it } = await engine({
    ...docker,
    "docker ps": { text: `${id}\n` },
    "docker container inspect": { text: JSON.stringify([container]) },
    "docker image inspect": { text: JSON.stringify([{ Id: container.Image, RepoDigests: [`nginx@${digest}`] }]) },
  });
  assert.deepEqual(must(await it.list()), [{
    id,
    name: "web-app-1",
    project: "web",
    service: "app",
    labels: null,
    image: "nginx:1",
    digests: [digest],
    state: "running",
    exitCode: null,
    restarts: 3,
    startedAt: Date.parse("2026-11-21T10:00:00.500Z"),
    health: "starting",
  }]);
});

Deno.test("list() asks nothing more where no container is, and tells an answer that it cannot read", async () => {
  const none = await engine({ ...docker, "docker ps": { text: "" } });
  assert.deepEqual(must(await none.engine.list()), []);
  assert.deepEqual(none.commands.slice(4).map(({ args }) => args[0]), ["ps"], "after the questions for versions");
  const odd = await engine({
    ...docker,
    "docker ps": { text: "a".repeat(64) },
    "docker container inspect": { text: "[{}]" },
  });
  assert.equal(mustFail(await odd.engine.list()).code, "engine.failed");
});

Deno.test("saveSecret() has no way to a secret where docker compose reads the files, and says what to do", async () => {
  for (const script of [docker, podman]) {
    const { engine: it } = await engine(script);
    assert.match(mustFail(await it.saveSecret("token", new TextEncoder().encode("word"))).cure ?? "", /MAGOS_SECRETS/);
    must(await it.removeSecrets(["token"]));
  }
});

Deno.test("docker is known to export no volumes, and says so when it is asked", async () => {
  const { engine: it, commands } = await engine(docker);
  const before = commands.length;
  assert.equal(it.exportsVolumes, false);
  for (
    const asked of [it.volumes(["a"]), it.exportVolume("a", "/a"), it.importVolume({ name: "a", project: "a" }, "/a")]
  ) {
    assert.equal(mustFail(await asked).code, "engine.no_export");
  }
  assert.equal(commands.length, before);
});

Deno.test("importVolume() without root empties the volume in podman's own namespace, the folder itself stays", async () => {
  const inspected = [{
    Name: "web_data",
    Driver: "local",
    Mountpoint: "/home/you/volumes/web_data/_data",
    Options: {},
  }];
  const { engine: it, commands } = await engine({
    ...podmanCompose,
    "podman volume exists web_data": {},
    "podman volume inspect web_data": { text: JSON.stringify(inspected) },
    "podman ps": {},
    "podman info": { text: "true\n" },
    "podman unshare sh": {},
    "sh -c": {},
    "podman volume import web_data /exports/web_data.tar": {},
  });
  must(await it.importVolume({ name: "web_data", project: "web" }, "/exports/web_data.tar"));
  const lines = commands.map(({ program, args }) => [program, ...args]);
  const emptied = lines.find(([, word]) => word === "unshare") ?? [];
  assert.deepEqual(emptied.slice(0, 4), ["podman", "unshare", "sh", "-c"]);
  assert.match(emptied[4] ?? "", /^find "\$1\/" -mindepth 1 /);
  assert.deepEqual(emptied.slice(5), ["sh", "/home/you/volumes/web_data/_data"]);
  assert.deepEqual(lines.at(-1), ["podman", "volume", "import", "web_data", "/exports/web_data.tar"]);
});

Deno.test("podman on another machine is known to export no volumes to this one", async () => {
  assert.equal(must(await find(podmanCompose, "auto").found).exportsVolumes, true);
  const far = find(podmanCompose, "auto", { CONTAINER_HOST: "ssh://pi4/run/podman/podman.sock" });
  assert.equal(must(await far.found).exportsVolumes, false);
});
