// An engine in memory: it starts what Compose files name, and each image behaves as the test says.
import { isDigest, sha256Of } from "../../src/core/model/digest.ts";
import { failure, success } from "../../src/core/model/problem.ts";
import { parseReference } from "../../src/core/model/reference.ts";
import type { Container, Engine, Project } from "../../src/core/ports/engine.ts";
import { plainValue } from "../../src/core/yaml/plain_value.ts";
import { parseYaml } from "../../src/core/yaml/parse_yaml.ts";
import { readLabels } from "../../src/core/stack/label_file.ts";

/** What containers of an image do. */
export type Behaviour = "healthy" | "exits" | "loops" | "never-healthy" | "slow";

/** The engine, and what a test sees and sets. */
export interface FakeEngine extends Engine {
  /** Every call in order: `list`, `pull IMAGE`, `up PROJECT [recreated]`, `remove NAME`, ... */
  readonly calls: string[];
  readonly containers: Map<string, Container>;
  /** By digest; what is not in it is healthy. */
  readonly behaves: Map<string, Behaviour>;
  /** What is in each volume. */
  readonly volumesHold: Map<string, string>;
  /** Why no volume can be exported, or given back; null: it can. */
  refuses: string | null;
  /** Pulls fail. */
  offline: boolean;
  /** Called before each `up`, with what it is told. */
  onUp: (project: Project) => Promise<void> | void;
  /** What `up` starts whatever the files say: as an engine that ignores a changed image. */
  ignoresImages: boolean;
}

interface Service {
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes one. Relative times come from `now`. */
export function fakeEngine(now: () => number): FakeEngine {
  const containers = new Map<string, Container>();
  const looks = new Map<string, number>();
  let made = 0;
  const engine: FakeEngine = {
    name: "fake",
    version: "1.0",
    readsIncludes: true,
    exportsVolumes: true,
    calls: [],
    containers,
    behaves: new Map(),
    volumesHold: new Map(),
    refuses: null,
    offline: false,
    onUp: () => {},
    ignoresImages: false,
    list: () => {
      engine.calls.push("list");
      for (const container of containers.values()) look(container);
      return Promise.resolve(success([...containers.values()]));
    },
    pull: (images) => {
      engine.calls.push(...images.map((image) => `pull ${image}`));
      return Promise.resolve(
        engine.offline ? failure("engine.pull_failed", "no route", { retry: "later" }) : success(undefined),
      );
    },
    async up(project, { recreate }) {
      engine.calls.push(`up ${project.name}${recreate.length === 0 ? "" : ` [${recreate.join(" ")}]`}`);
      await engine.onUp(project);
      for (const [id, it] of containers) {
        if (it.project === project.name && recreate.includes(it.service)) containers.delete(id);
      }
      const services = await readServices(project);
      for (const name of project.services) {
        const service = services.get(name);
        const there = [...containers.values()].find((it) => it.project === project.name && it.service === name);
        if (service === undefined) continue;
        if (there === undefined) start(project.name, name, service);
        else if (there.state === "exited") containers.set(there.id, { ...there, state: "running", exitCode: null });
      }
      return success([]);
    },
    checkHealth: () => Promise.resolve(success(undefined)),
    removeContainers(ids) {
      for (const id of ids) {
        const name = containers.get(id)?.name;
        if (name !== undefined) engine.calls.push(`remove ${name}`);
        containers.delete(id);
      }
      return Promise.resolve(success(undefined));
    },
    stopContainers(ids) {
      for (const id of ids) {
        const it = containers.get(id);
        if (it === undefined) continue;
        engine.calls.push(`stop ${it.name}`);
        containers.set(id, { ...it, state: "exited", exitCode: 0 });
      }
      return Promise.resolve(success(undefined));
    },
    startContainers(ids) {
      for (const id of ids) {
        const it = containers.get(id);
        if (it === undefined) continue;
        engine.calls.push(`start ${it.name}`);
        containers.set(id, { ...it, state: "running", exitCode: null });
      }
      return Promise.resolve(success(undefined));
    },
    volumes: (names) =>
      Promise.resolve(success(
        names.filter((name) => engine.volumesHold.has(name)).map((name) => ({
          name,
          isElsewhere: engine.volumesHold.get(name) === "elsewhere",
        })),
      )),
    async exportVolume(name, path) {
      engine.calls.push(`export ${name}`);
      if (engine.refuses !== null) return failure("engine.failed", engine.refuses);
      await Deno.writeTextFile(path, engine.volumesHold.get(name) ?? "");
      return success(undefined);
    },
    async importVolume({ name }, path) {
      engine.calls.push(`import ${name}`);
      engine.volumesHold.set(name, "half");
      if (engine.refuses !== null) return failure("engine.failed", engine.refuses);
      engine.volumesHold.set(name, await Deno.readTextFile(path));
      return success(undefined);
    },
    removeNetworks(project) {
      engine.calls.push(`networks ${project}`);
      return Promise.resolve(success(undefined));
    },
    logs: () => Promise.resolve(success(["first line", "Magos-Plan: " + "0".repeat(64)])),
    saveSecret(name) {
      engine.calls.push(`secret ${name}`);
      return Promise.resolve(success(undefined));
    },
    removeSecrets(names) {
      engine.calls.push(...names.map((name) => `no secret ${name}`));
      return Promise.resolve(success(undefined));
    },
    pruneImages(repositories, keep) {
      engine.calls.push(`prune ${repositories.join(" ")} keeps ${keep.length}`);
      return Promise.resolve(success(0));
    },
  };
  const start = (project: string, service: string, { image, labels }: Service): void => {
    const parsed = parseReference(image);
    const digest = parsed.ok ? parsed.value.digest : null;
    const id = sha256Of(`${made++}`).slice("sha256:".length);
    const behaviour = engine.behaves.get(digest ?? "") ?? "healthy";
    containers.set(id, {
      id,
      name: `${project}_${service}_1`,
      project,
      service,
      labels: readLabels(labels),
      image,
      digests: digest !== null && isDigest(digest) && !engine.ignoresImages ? [digest] : [`sha256:${"0".repeat(64)}`],
      state: behaviour === "exits" ? "exited" : "running",
      exitCode: behaviour === "exits" ? 7 : null,
      restarts: 0,
      startedAt: now(),
      health: behaviour === "never-healthy" || behaviour === "slow" ? "starting" : null,
    });
  };
  /** Time goes on for a container each time that somebody looks. */
  const look = (container: Container): void => {
    const seen = (looks.get(container.id) ?? 0) + 1;
    looks.set(container.id, seen);
    const digest = parseReference(container.image);
    const behaviour = engine.behaves.get(digest.ok ? digest.value.digest ?? "" : "");
    if (behaviour === "loops") containers.set(container.id, { ...container, restarts: container.restarts + 1 });
    if (behaviour === "slow" && seen > 6) containers.set(container.id, { ...container, health: "healthy" });
  };
  return engine;
}

async function readServices(project: Project): Promise<ReadonlyMap<string, Service>> {
  const services = new Map<string, Service>();
  for (const file of project.files) {
    const parsed = parseYaml(await Deno.readTextFile(file), file);
    const document = parsed.ok ? parsed.value.documents[0] : undefined;
    const plain = document === undefined ? null : plainValue(document, file);
    if (plain === null || !plain.ok) throw new Error(`${file} is no Compose file`);
    const { services: written } = plain.value as { readonly services: Readonly<Record<string, Partial<Service>>> };
    for (const [name, { image, labels }] of Object.entries(written)) {
      const before = services.get(name) ?? { image: "", labels: {} };
      services.set(name, { image: image ?? before.image, labels: { ...before.labels, ...labels } });
    }
  }
  return services;
}
