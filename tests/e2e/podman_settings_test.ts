// A host where podman is at home: its certificates, its short names and its mirrors rule magos too.
import assert from "node:assert/strict";
import { makeAuthority } from "../fakes/authority.ts";
import { startDockerRegistry } from "../fakes/docker_registry.ts";
import { needs } from "../fakes/needs.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const docker = needs("docker-registry");
const secure = needs("docker-registry", "openssl");
const images = [{ name: "registry.example/you/web", releases: [release("1.37"), release("1.38")] }];

function compose(image: string): Readonly<Record<string, string>> {
  return { "compose.yaml": `services:\n  web:\n    image: ${image} # {"magos": {"policy": "semver"}}\n` };
}

/** What `magos plan --json` says of the one value. */
async function planOne(
  homelab: Homelab,
): Promise<{ code: number; state: string; selected: string; problems: unknown[] }> {
  const ran = await homelab.magos(["plan", "--json"]);
  const plan = JSON.parse(ran.out);
  const [decision] = plan.decisions ?? [];
  const { name, tag } = decision?.selected ?? { name: "", tag: "" };
  return { code: ran.code, state: decision?.state ?? "none", selected: `${name}:${tag}`, problems: plan.problems };
}

async function appendConf(homelab: Homelab, toml: string): Promise<void> {
  await Deno.writeTextFile(`${homelab.folder}/registries.conf`, `\n${toml}`, { append: true });
}

Deno.test(`plan trusts a registry whose CA podman keeps in certs.d, and says what to do without${secure.suffix}`, {
  ignore: secure.ignore,
}, async () => {
  const authority = await makeAuthority();
  const tree = compose("registry.example/you/web:1.37");
  await withHomelab({ tree, images, authority }, async (homelab) => {
    const folder = `${homelab.folder}/.config/containers/certs.d/${homelab.registry.address}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/ca.crt`, (await makeAuthority({ issuer: "stranger" })).ca);
    const refused = await homelab.magos(["plan"]);
    assert.equal(refused.code, 4);
    assert.match(refused.err, /registry\.tls/);
    assert.match(refused.err, new RegExp(`certs\\.d/${homelab.registry.address}/ca\\.crt or registries\\.hosts\\.`));
    await Deno.writeTextFile(`${folder}/ca.crt`, authority.ca);
    assert.deepEqual(await planOne(homelab), {
      code: 0,
      state: "selected",
      selected: "registry.example/you/web:1.38",
      problems: [],
    });
  });
});

Deno.test(`plan finds a short name by its alias, and the name in the file stays${docker.suffix}`, {
  ignore: docker.ignore,
}, () =>
  withHomelab({ tree: compose("you/web:1.37"), images, registry: "docker" }, async (homelab) => {
    await appendConf(homelab, '[aliases]\n"you/web" = "registry.example/you/web"\n');
    assert.deepEqual(await planOne(homelab), { code: 0, state: "selected", selected: "you/web:1.38", problems: [] });
    const scanned = JSON.parse((await homelab.magos(["scan", "you/web", "--json"])).out);
    assert.deepEqual(scanned.images.map((it: { image: string }) => it.image), ["registry.example/you/web"]);
  }));

Deno.test(`plan asks for the whole name where a short one is ambiguous${docker.suffix}`, {
  ignore: docker.ignore,
}, () =>
  withHomelab({ tree: compose("you/web:1.37"), images, registry: "docker" }, async (homelab) => {
    const conf = `${homelab.folder}/registries.conf`;
    const search = 'unqualified-search-registries = ["registry.example", "other.example"]\n';
    await Deno.writeTextFile(conf, search + await Deno.readTextFile(conf));
    const ran = await homelab.magos(["plan"]);
    assert.equal(ran.code, 4);
    assert.match(ran.err, /"you\/web" may be of any of registry\.example, other\.example .*\[registry\.config\]/);
    assert.match(ran.err, /at: compose\.yaml:3:/);
    assert.match(ran.err, /write the whole name, like registry\.example\/you\/web/);
  }));

Deno.test(`plan takes content from a mirror and tags from the registry${docker.suffix}`, {
  ignore: docker.ignore,
}, async () => {
  const mirror = await startDockerRegistry(images);
  try {
    const tree = compose("registry.example/you/web:1.37");
    await withHomelab({ tree, images, registry: "docker" }, async (homelab) => {
      // The newest is not in the mirror: a tag's own place is the registry.
      await homelab.registry.push("registry.example/you/web", release("1.39"));
      await appendConf(homelab, `[[registry.mirror]]\nlocation = "${mirror.address}"\n`);
      const planned = await planOne(homelab);
      assert.deepEqual([planned.code, planned.selected], [0, "registry.example/you/web:1.39"]);
    });
  } finally {
    await mirror.stop();
  }
});
