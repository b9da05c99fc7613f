// The list of each kind of registry, read whole and with no more requests than it takes (registries 2.3).
import assert from "node:assert/strict";
import { Secret } from "../../../../src/core/model/secret.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { artifactRegistry, registryK8s } from "../../../fakes/registry_kinds/artifact_registry.ts";
import { distribution2 } from "../../../fakes/registry_kinds/distribution2.ts";
import { distribution3 } from "../../../fakes/registry_kinds/distribution3.ts";
import { dockerHub } from "../../../fakes/registry_kinds/docker_hub.ts";
import { ecrHost, ecrPrivate, ecrPublic } from "../../../fakes/registry_kinds/ecr.ts";
import { ghcr } from "../../../fakes/registry_kinds/ghcr.ts";
import { gitea } from "../../../fakes/registry_kinds/gitea.ts";
import { gitlab } from "../../../fakes/registry_kinds/gitlab.ts";
import { harbor } from "../../../fakes/registry_kinds/harbor.ts";
import type { RegistryKind } from "../../../fakes/registry_kinds/kind.ts";
import { quay } from "../../../fakes/registry_kinds/quay.ts";
import { zot } from "../../../fakes/registry_kinds/zot.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

// In the order of their making, which is no lexical one: 1.0 ... 1.2500.
const tags = Array.from({ length: 2500 }, (_, index) => `1.${index}`);
const images = { "team/app": tags };

interface Row {
  readonly kind: RegistryKind;
  readonly name: string;
  /** Requests of a first list, on an unknown host. */
  readonly cold: number;
  /** `n` of each list request. */
  readonly sizes: readonly (string | null)[];
  readonly options?: TestRegistryOptions;
}

const aws: TestRegistryOptions = {
  credentials: () => Promise.resolve({ kind: "password", user: "AWS", password: new Secret("twelve-hours") }),
};

// A token costs two requests more on an unknown host: the 401 and the token (registries 8.4).
const rows: Readonly<Record<string, Row>> = {
  "GHCR": { kind: ghcr(images), name: "ghcr.io/team/app", cold: 5, sizes: ["1000", "1000", "1000", "1000"] },
  "GHCR under lscr.io": { kind: ghcr(images), name: "lscr.io/team/app", cold: 5, sizes: Array(4).fill("1000") },
  "Docker Hub, all at once": { kind: dockerHub(images), name: "team/app", cold: 3, sizes: ["1000", "1000"] },
  "Docker Hub, pages of 100": {
    kind: dockerHub(images, { page: 100 }),
    name: "team/app",
    cold: 27,
    sizes: ["1000", "1000", ...Array(24).fill("100")],
  },
  "Quay": { kind: quay(images), name: "quay.io/team/app", cold: 27, sizes: Array(26).fill("100") },
  "ECR private": {
    kind: ecrPrivate(images, "twelve-hours"),
    name: `${ecrHost}/team/app`,
    cold: 4,
    sizes: Array(4).fill("1000"),
    options: aws,
  },
  "ECR public": { kind: ecrPublic(images), name: "public.ecr.aws/team/app", cold: 5, sizes: Array(4).fill("1000") },
  "Google": { kind: artifactRegistry(images), name: "gcr.io/team/app", cold: 3, sizes: Array(3).fill("1000") },
  "registry.k8s.io": {
    kind: registryK8s(images),
    name: "registry.k8s.io/team/app",
    // One hop to the region, and from there its own pages.
    cold: 4,
    sizes: ["1000", null, "1000", "1000"],
  },
  "GitLab": { kind: gitlab(images), name: "registry.gitlab.com/team/app", cold: 5, sizes: Array(4).fill("1000") },
  "Gitea, with an empty last page": {
    kind: gitea(images),
    name: "codeberg.org/team/app",
    cold: 6,
    sizes: Array(5).fill("1000"),
  },
  "Harbor": { kind: harbor(images), name: "harbor.example/team/app", cold: 5, sizes: Array(4).fill("1000") },
  "zot": { kind: zot(images), name: "zot.example/team/app", cold: 3, sizes: Array(3).fill("1000") },
  "registry:2.8": { kind: distribution2(images), name: "registry2.example/team/app", cold: 1, sizes: ["1000"] },
  "registry:3": {
    kind: distribution3(images),
    name: "registry3.example/team/app",
    cold: 3,
    sizes: Array(3).fill("1000"),
  },
  "registry:3, early, small pages": {
    kind: distribution3(images, { maxTags: 500, strict: true }),
    name: "registry3.example/team/app",
    cold: 26,
    sizes: ["1000", ...Array(25).fill("100")],
  },
};

for (const [name, { kind, name: image, cold, sizes, options }] of Object.entries(rows)) {
  Deno.test(`listTags() reads every tag of ${name}`, async () => {
    const { registry } = testRegistry(appHttp(kind.handlers), options);
    const listed = await registry.listTags(repositoryOf(image));
    assert.ok(listed.ok, JSON.stringify(listed));
    assert.deepEqual([...listed.value.tags].sort(), [...tags].sort());
    assert.equal(listed.value.full, true);
    assert.equal(listed.value.dropped, 0);
    assert.equal(kind.lines.length, cold, kind.lines.join("\n"));
    const asked = kind.lines.filter((line) => line.includes("/tags/list")).map((line) => new URL(line.slice(4)));
    assert.deepEqual(asked.map((url) => url.searchParams.get("n")), sizes);
  });
}

Deno.test("every kind resolves and inspects what it lists", async (t) => {
  const small = { "team/app": ["1.0", "1.1", "latest"] };
  const kinds: Readonly<Record<string, readonly [RegistryKind, string, TestRegistryOptions?]>> = {
    "GHCR": [ghcr(small), "ghcr.io/team/app"],
    "Docker Hub": [dockerHub(small), "team/app"],
    "Quay": [quay(small), "quay.io/team/app"],
    "ECR private": [ecrPrivate(small, "twelve-hours"), `${ecrHost}/team/app`, aws],
    "ECR public": [ecrPublic(small), "public.ecr.aws/team/app"],
    "Google": [artifactRegistry(small), "gcr.io/team/app"],
    "registry.k8s.io": [registryK8s(small), "registry.k8s.io/team/app"],
    "GitLab": [gitlab(small), "registry.gitlab.com/team/app"],
    "Gitea": [gitea(small), "codeberg.org/team/app"],
    "Harbor": [harbor(small), "harbor.example/team/app"],
    "zot": [zot(small), "zot.example/team/app"],
    "registry:2.8": [distribution2(small), "registry2.example/team/app"],
    "registry:3": [distribution3(small), "registry3.example/team/app"],
  };
  for (const [name, [kind, image, options]] of Object.entries(kinds)) {
    await t.step(name, async () => {
      const { registry } = testRegistry(appHttp(kind.handlers), options);
      const repository = repositoryOf(image);
      const path = "team/app";
      const cold = await registry.resolve(repository, "1.1", null);
      assert.equal(cold.ok && cold.value.digest, kind.digestOf(path, "1.1"));
      const moved = kind.push(path, "1.1");
      const warm = await registry.resolve(repository, "1.1", cold.ok ? cold.value.digest : null);
      assert.equal(warm.ok && warm.value.digest, moved);
      const content = await registry.inspect(repository, moved);
      assert.deepEqual(content.ok && content.value.platforms.map(({ architecture }) => architecture), [
        "amd64",
        "arm64",
      ]);
    });
  }
});
