// What every registry must give the Registry port, whether it is ours or a real one.
import assert from "node:assert/strict";
import type { DemoImage, DemoRelease } from "../../src/cli/demo/demo_image.ts";
import { type Digest, sha256Of } from "../../src/core/model/digest.ts";
import { formatPlatform } from "../../src/core/model/platform.ts";
import type { Registry } from "../../src/core/ports/registry.ts";
import { repositoryOf } from "../fakes/test_registry.ts";

/** A registry that holds `contractImages`, with a client for it. */
export interface ContractCandidate {
  readonly registry: Registry;
  push(name: string, release: DemoRelease): Promise<Digest> | Digest;
  close(): Promise<void>;
}

/** How the suite gets its registry, and what the machine must have for it. */
export interface ContractSetting {
  readonly name: string;
  readonly ignore?: boolean;
  make(): Promise<ContractCandidate>;
}

const app = "registry.example/team/app";
const worker = "registry.example/team/worker";
const created = "2026-01-15T05:45:30.123456789Z";

/** What the registry under test has to hold. */
export const contractImages: readonly DemoImage[] = [
  {
    name: app,
    releases: [
      { tags: ["1.4.1", "1.4.1-alpine"], platforms: ["linux/amd64"], created: "2025-12-01T00:00:00Z" },
      {
        tags: ["1.4.2", "latest"],
        platforms: ["linux/amd64", "linux/arm64", "linux/arm/v7"],
        created,
        annotations: {
          "org.opencontainers.image.source": "https://git.example/team/app",
          "org.opencontainers.image.revision": "0123abc",
        },
      },
      { tags: ["nightly", "1.5.0-rc.1"], platforms: ["linux/arm64"], created },
    ],
  },
  {
    name: worker,
    releases: [{
      tags: ["v7"],
      platforms: ["linux/arm64"],
      created,
      single: true,
      labels: { "org.opencontainers.image.revision": "9f8e" },
    }],
  },
];

/** Registers the suite's tests. */
export function registryContract({ name, ignore = false, make }: ContractSetting): void {
  const test = (what: string, run: (candidate: ContractCandidate) => Promise<void>): void => {
    Deno.test(`${name}: ${what}`, { ignore }, async () => {
      const candidate = await make();
      try {
        await run(candidate);
      } finally {
        await candidate.close();
      }
    });
  };

  test("listTags() gives every tag once", async ({ registry }) => {
    const listed = await registry.listTags(repositoryOf(app));
    assert.ok(listed.ok, JSON.stringify(listed));
    const expected = ["1.4.1", "1.4.1-alpine", "1.4.2", "1.5.0-rc.1", "latest", "nightly"];
    assert.deepEqual([...listed.value.tags].sort(), expected);
    assert.equal(listed.value.dropped, 0);
  });

  test("listTags() says not found for a repository that is not there", async ({ registry }) => {
    const listed = await registry.listTags(repositoryOf("registry.example/team/nothing"));
    assert.equal(!listed.ok && listed.failure.code, "registry.not_found");
  });

  test("listTags() reads a list that just fills a page of 1,000, and one that is longer", async ({ registry, push }) => {
    const many = "registry.example/team/many";
    const tags = Array.from({ length: 1000 }, (_, index) => `1.${index}.0`);
    await push(many, { tags, platforms: ["linux/amd64"], created });
    const full = await registry.listTags(repositoryOf(many));
    assert.ok(full.ok, JSON.stringify(full));
    assert.deepEqual([...full.value.tags].sort(), [...tags].sort());
    await push(many, { tags: ["2.0.0"], platforms: ["linux/amd64"], created });
    const longer = await registry.listTags(repositoryOf(many));
    assert.ok(longer.ok, JSON.stringify(longer));
    assert.deepEqual([...longer.value.tags].sort(), [...tags, "2.0.0"].sort());
  });

  test("a tag keeps all its letters, and a path may have one part or four", async ({ registry, push }) => {
    const tags = ["A_b.C-d", "_x", "x".repeat(128)];
    for (const path of ["alone", "a/b-c/d_e/f.g"]) {
      const name = `registry.example/${path}`;
      const digest = await push(name, { tags, platforms: ["linux/amd64"], created });
      const listed = await registry.listTags(repositoryOf(name));
      assert.deepEqual(listed.ok && [...listed.value.tags].sort(), [...tags].sort());
      for (const tag of tags) {
        const resolved = await registry.resolve(repositoryOf(name), tag, null);
        assert.equal(resolved.ok && resolved.value.digest, digest);
      }
    }
  });

  test("resolve() costs one request for a tag that was resolved before", async ({ registry }) => {
    const before = await registry.resolve(repositoryOf(app), "latest", null);
    assert.ok(before.ok);
    const requests = registry.requests()[0]?.requests ?? 0;
    // Unknown host with tokens: refused, token, GET; with Basic: refused, GET; without: GET (registries 8.4).
    assert.ok(requests <= 3, String(requests));
    assert.ok((await registry.resolve(repositoryOf(app), "latest", before.value.digest)).ok);
    assert.equal(registry.requests()[0]?.requests, requests + 1);
  });

  test("resolve() gives digest and content of a tag seen for the first time", async ({ registry, push }) => {
    const release = { tags: ["2.0.0"], platforms: ["linux/amd64", "linux/arm64"], created };
    const digest = await push(app, release);
    const resolved = await registry.resolve(repositoryOf(app), "2.0.0", null);
    assert.ok(resolved.ok, JSON.stringify(resolved));
    assert.equal(resolved.value.digest, digest);
    assert.equal(resolved.value.content?.kind, "index");
    assert.deepEqual(resolved.value.content.platforms.map(formatPlatform), ["linux/amd64", "linux/arm64"]);
  });

  test("resolve() gives the same digest for a tag that has not moved", async ({ registry }) => {
    const before = await registry.resolve(repositoryOf(app), "latest", null);
    assert.ok(before.ok);
    const after = await registry.resolve(repositoryOf(app), "latest", before.value.digest);
    assert.deepEqual(after, { ok: true, value: { digest: before.value.digest, content: null, pushedAt: null } });
  });

  test("resolve() gives the new digest of a tag that has moved", async ({ registry, push }) => {
    const before = await registry.resolve(repositoryOf(app), "latest", null);
    assert.ok(before.ok);
    const moved = await push(app, { tags: ["latest"], platforms: ["linux/amd64"], created, note: "rebuilt" });
    const after = await registry.resolve(repositoryOf(app), "latest", before.value.digest);
    assert.ok(after.ok);
    assert.notEqual(after.value.digest, before.value.digest);
    assert.equal(after.value.digest, moved);
  });

  test("resolve() says not found for a tag that is not there, known or not", async ({ registry }) => {
    for (const known of [null, sha256Of("known")]) {
      const resolved = await registry.resolve(repositoryOf(app), "9.9.9", known);
      assert.equal(!resolved.ok && resolved.failure.code, "registry.not_found");
      assert.equal(!resolved.ok && resolved.failure.image, app);
    }
  });

  test("inspect() reads platforms and origin of an index", async ({ registry }) => {
    const resolved = await registry.resolve(repositoryOf(app), "1.4.2", null);
    assert.ok(resolved.ok);
    const inspected = await registry.inspect(repositoryOf(app), resolved.value.digest);
    assert.ok(inspected.ok, JSON.stringify(inspected));
    const { platforms, children, ...rest } = inspected.value;
    assert.deepEqual(platforms.map(formatPlatform), ["linux/amd64", "linux/arm64", "linux/arm/v7"]);
    assert.deepEqual(children.map((child) => child.platform), platforms);
    for (const { platform, digest } of children) {
      const image = await registry.inspect(repositoryOf(app), digest);
      assert.deepEqual(image.ok && image.value.platforms, [platform]);
      assert.deepEqual(image.ok && image.value.children, []);
    }
    assert.deepEqual(rest, {
      digest: resolved.value.digest,
      kind: "index",
      notes: [],
      partial: false,
      created: Date.UTC(2026, 0, 15, 5, 45, 30, 123),
      source: "https://git.example/team/app",
      revision: "0123abc",
      version: null,
    });
  });

  test("inspect() reads a single manifest from its config", async ({ registry }) => {
    const resolved = await registry.resolve(repositoryOf(worker), "v7", null);
    assert.ok(resolved.ok);
    const inspected = await registry.inspect(repositoryOf(worker), resolved.value.digest);
    assert.ok(inspected.ok, JSON.stringify(inspected));
    const { platforms, kind, revision, version } = inspected.value;
    assert.deepEqual({ platforms: platforms.map(formatPlatform), kind, revision, version }, {
      platforms: ["linux/arm64"],
      kind: "manifest",
      revision: "9f8e",
      version: "v7",
    });
    assert.equal(inspected.value.created, Date.UTC(2026, 0, 15, 5, 45, 30, 123));
  });

  test("inspect() still reads what a tag pointed to before it moved", async ({ registry, push }) => {
    const before = await registry.resolve(repositoryOf(app), "1.4.1", null);
    assert.ok(before.ok);
    await push(app, { tags: ["1.4.1"], platforms: ["linux/arm64"], created, note: "rebuilt" });
    const inspected = await registry.inspect(repositoryOf(app), before.value.digest);
    assert.deepEqual(inspected.ok && inspected.value.platforms.map(formatPlatform), ["linux/amd64"]);
  });

  test("resolve() says not found for a repository that is not there", async ({ registry }) => {
    const resolved = await registry.resolve(repositoryOf("registry.example/team/nothing"), "latest", null);
    assert.equal(!resolved.ok && resolved.failure.code, "registry.not_found");
  });

  test("inspect() says not found for a digest that is not there", async ({ registry }) => {
    const inspected = await registry.inspect(repositoryOf(app), sha256Of("nothing"));
    assert.equal(!inspected.ok && inspected.failure.code, "registry.not_found");
  });

  test("requests() counts under the name the user knows", async ({ registry }) => {
    await registry.resolve(repositoryOf(app), "latest", null);
    const [count, ...others] = registry.requests();
    assert.deepEqual(others, []);
    assert.equal(count?.host, "registry.example");
    assert.ok((count?.requests ?? 0) >= 1);
  });
}
