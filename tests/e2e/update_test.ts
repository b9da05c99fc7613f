// The main job, with a real registry and a real git remote over HTTP.
import assert from "node:assert/strict";
import { needs } from "../fakes/needs.ts";
import { changedLines, homelabToken, release, withHomelab } from "./homelab.ts";

const images = [
  {
    name: "docker.io/ollama/ollama",
    releases: [release("0.14.2"), release("0.14.3", "latest"), release("0.15.0-rc1")],
  },
  { name: "ghcr.io/you/web", releases: [release("1.9"), release("1.37"), release("1.38", "stable")] },
];

const compose = [
  "services:",
  "  ollama:   # the model server",
  '    image: "ollama/ollama:0.14.2"   # {"magos": {"policy": "semver", "range": ">=0.1"}}',
  "  web:",
  '    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}',
  "  plain: { image: ollama/ollama:0.14.2 }",
  "",
].join("\r\n");

const tree = {
  "stacks/compose.yaml": compose,
  "stacks/unmarked.yaml": "services: { a: { image: ollama/ollama:0.14.2 } }\n",
  "stacks/broken.yaml": 'a: [1, 2 # {"magos": {"policy": "semver"}}\nb: c\n',
};

const real = needs("git", "docker-registry");

Deno.test({
  name: `update moves each image and no other byte, and a second pass does nothing${real.suffix}`,
  ignore: real.ignore,
  fn: () =>
    withHomelab({ tree: { "stacks/compose.yaml": compose }, images, registry: "docker" }, async (homelab) => {
      const before = await homelab.remote.revision();
      const first = await homelab.magos(["update"]);
      assert.equal(first.code, 0, first.err);
      const after = await homelab.remote.revision();
      assert.equal(await homelab.remote.git("rev-list", "--count", `${before}..${after}`), "1");
      const lines = changedLines(compose, await homelab.text(after, "stacks/compose.yaml"));
      assert.equal(lines.length, 2);
      assert.match(
        lines[0] ?? "",
        /=> {5}image: "ollama\/ollama:0\.14\.3@sha256:[a-f0-9]{64}" {3}# \{"magos": \{"policy": "semver", "range": ">=0\.1"\}\}\r$/,
      );
      assert.match(lines[1] ?? "", /image: ghcr\.io\/you\/web:1\.38@sha256:[a-f0-9]{64} # \{"magos"/);
      const second = await homelab.magos(["update", "--json"]);
      assert.equal(second.code, 0);
      assert.equal(JSON.parse(second.out).result, "nothing");
      assert.equal(await homelab.remote.revision(), after);
    }),
});

Deno.test({
  name: `update builds on what a person pushed in between, and leaves unmarked and broken files alone${real.suffix}`,
  ignore: real.ignore,
  fn: () =>
    withHomelab({ tree, images, registry: "docker" }, async (homelab) => {
      const first = await homelab.magos(["update"]);
      assert.equal(first.code, 4, "a broken file is an error, but the others move");
      assert.match(first.err, /stacks\/broken\.yaml:2:\d+/);
      const person = await homelab.remote.push({ "notes.md": "bought a disk\n" });
      await homelab.registry.push("ghcr.io/you/web", release("1.39"));
      const second = await homelab.magos(["update"]);
      assert.equal(second.code, 4);
      const head = await homelab.remote.revision();
      assert.equal(await homelab.remote.git("rev-parse", `${head}^`), person);
      assert.match(await homelab.text(head, "stacks/compose.yaml"), /ghcr\.io\/you\/web:1\.39@sha256:/);
      for (const file of ["stacks/unmarked.yaml", "stacks/broken.yaml"] as const) {
        assert.equal(await homelab.text(head, file), tree[file]);
      }
    }),
});

Deno.test({
  name: `update moves the others when one image is missing${real.suffix}`,
  ignore: real.ignore,
  fn: () => {
    const gone = 'services: { a: { image: "ghcr.io/you/gone:1.0" } } # {"magos": {"policy": "semver"}}\n';
    return withHomelab({ tree: { ...tree, "gone.yaml": gone }, images, registry: "docker" }, async (homelab) => {
      const ran = await homelab.magos(["update", "--json"]);
      assert.equal(ran.code, 4);
      const report = JSON.parse(ran.out);
      assert.equal(report.result, "partly");
      assert.equal(report.plan.complete, false);
      const problem = report.problems.find((it: { image?: string }) => it.image?.includes("ghcr.io/you/gone"));
      assert.equal(problem.code, "registry.not_found");
      assert.equal(problem.file, "gone.yaml");
      assert.ok(problem.cure.length > 10);
      const head = await homelab.remote.revision();
      assert.match(await homelab.text(head, "stacks/compose.yaml"), /ollama:0\.14\.3@sha256:/);
      assert.equal(await homelab.text(head, "gone.yaml"), gone);
    });
  },
});

Deno.test("the commit carries a table and trailers that read back", () =>
  withHomelab({ tree: { "stacks/compose.yaml": compose }, images }, async (homelab) => {
    await homelab.magos(["update"]);
    const message = await homelab.remote.git("log", "-1", "--format=%B");
    const trailers = await homelab.remote.git("log", "-1", "--format=%(trailers:key=Magos-Change,valueonly)");
    assert.match(message, /^chore\(images\): update 2 images\n/);
    assert.match(message, /ollama\/ollama +0\.14\.2 -> 0\.14\.3 +stacks\/compose\.yaml:3/);
    assert.match(message, /^Magos-Plan: [a-f0-9]{64}$/m);
    assert.match(message, /^Magos-Run: \S+@testhost$/m);
    const [change] = trailers.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(change.from, { tag: "0.14.2", digest: null });
    assert.equal(change.to.tag, "0.14.3");
    assert.deepEqual(change.platforms, ["linux/amd64", "linux/arm64"]);
    assert.equal(await homelab.remote.git("log", "-1", "--format=%an <%ae>"), "magos <magos@localhost>");
  }));

Deno.test("the token reaches the remote and nothing else", () =>
  withHomelab({ tree: { "stacks/compose.yaml": compose }, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "-v"]);
    assert.equal(ran.code, 0);
    assert.ok(homelab.server.seen.some((request) => request.authorization !== null));
    const encoded = btoa(`you:${homelabToken}`);
    const message = await homelab.remote.git("log", "-1", "--format=%B");
    for (const text of [ran.out, ran.err, JSON.stringify(ran.events), message]) {
      assert.ok(!text.includes(homelabToken) && !text.includes(encoded));
    }
    const grep = await new Deno.Command("grep", {
      args: ["-rlF", "-e", homelabToken, "-e", encoded, `${homelab.folder}/state`],
    })
      .output();
    assert.equal(new TextDecoder().decode(grep.stdout), "");
  }));
