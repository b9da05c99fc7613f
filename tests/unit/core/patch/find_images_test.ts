import assert from "node:assert/strict";
import { findImages, type FoundImages } from "../../../../src/core/patch/find_images.ts";
import { parseYaml } from "../../../../src/core/yaml/parse_yaml.ts";

function found(text: string, file = "f.yaml"): FoundImages {
  const yaml = parseYaml(text, file);
  assert.ok(yaml.ok);
  return findImages(yaml.value);
}

function images(text: string, file?: string): readonly string[] {
  return found(text, file).images.map((image) => image.text);
}

Deno.test("findImages() takes the images of Compose services and of the fragments they share", () => {
  const text = `x-base: &base
  image: base:1
services:
  web: { image: "web:1" }
  db:
    <<: *base
    image: 'db:1'
  job: { build: . }
  own: { build: ., image: own:1 }
  env: { image: "\${IMG:-a/b:1}" }
  twin: { image: &it twin:1 }
volumes: { data: { image: no } }
`;
  const { images: list, builds, aliases } = found(text);
  assert.deepEqual(list.map((it) => it.text), ["base:1", "web:1", "db:1", "${IMG:-a/b:1}", "twin:1"]);
  assert.ok(list.every((it) => it.expands));
  assert.equal(builds, 2);
  assert.deepEqual(aliases, []);
});

Deno.test("findImages() gives places with their quotes, and tells an alias from an image", () => {
  const text = `x: &it a:1\nservices:\n  one: { image: "b:1" }\n  two: { image: *it }\n`;
  const { images: [first], aliases } = found(text);
  assert.ok(first);
  assert.equal(text.slice(first.start, first.end), '"b:1"');
  assert.deepEqual(aliases.map((at) => text.slice(at, at + 3)), ["*it"]);
});

Deno.test("findImages() takes containers of every kind at any depth, in lists and in several documents", () => {
  const pod =
    "{ containers: [{ image: a:1 }], initContainers: [{ image: b:1 }], ephemeralContainers: [{ image: c:1 }] }";
  const cronJob = `apiVersion: batch/v1
kind: CronJob
spec: { jobTemplate: { spec: { template: { spec: ${pod} } } } }
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Pod, spec: { containers: [{ image: d:1 }], volumes: [{ image: { reference: e:1 } }] } }
  - { apiVersion: v1, kind: ConfigMap, data: { image: no } }
`;
  assert.deepEqual(images(cronJob), ["a:1", "b:1", "c:1", "d:1", "e:1"]);
  assert.ok(found(cronJob).images.every((it) => !it.expands));
});

Deno.test("findImages() knows the image fields of operators, also inside a list", () => {
  const prometheus = "{ apiVersion: monitoring.coreos.com/v1, kind: Prometheus, spec: { image: p:1 } }";
  assert.deepEqual(images(`${prometheus}\n`), ["p:1"]);
  const cluster = "{ apiVersion: postgresql.cnpg.io/v1, kind: Cluster, spec: { imageName: c:1, image: no } }";
  assert.deepEqual(images(`apiVersion: v1\nkind: List\nitems: [${prometheus}, ${cluster}]\n`), ["p:1", "c:1"]);
});

Deno.test("findImages() leaves files of other programs alone", () => {
  for (
    const text of [
      "jobs: { test: { container: { image: node:20 } } }\n",
      "image: node:20\n",
      "- image: a:1\n",
      "services: [a, b]\n",
      "just text\n",
      "",
      "apiVersion: v1\nkind: Secret\nstringData: { image: no }\n",
    ]
  ) assert.deepEqual(images(text), [], text);
});

Deno.test("findImages() finds name and tag that stand apart, in charts and in Kustomize", () => {
  const values = `web: { image: { registry: ghcr.io, repository: you/web, tag: 1.10 } }
db: { repository: ghcr.io/you/db, tag: "2" }
chart: { repository: "https://charts.example.org", tag: v1 }
bare: { repository: a/b }
`;
  assert.deepEqual(found(values).pairs.map(({ name, tag }) => `${name} ${tag.text}`), [
    "ghcr.io/you/web 1.10",
    "ghcr.io/you/db 2",
  ]);
  const kustomize = "images:\n  - { name: app, newName: ghcr.io/you/app, newTag: v1 }\n  - { name: db, newTag: '2' }\n";
  const names = (file: string, text = kustomize): readonly string[] => found(text, file).pairs.map((it) => it.name);
  assert.deepEqual(names("apps/kustomization.yaml"), ["ghcr.io/you/app", "db"]);
  assert.deepEqual(names("a.yaml"), []);
  const said = `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${kustomize}`;
  assert.deepEqual(names("a.yaml", said), ["ghcr.io/you/app", "db"]);
});
