// The table of hostile behaviours, second part: manifests, indexes, configs and what they claim (registries 3, 9.4, 9.5
// and 9.8).
import assert from "node:assert/strict";
import { sha256Of } from "../../../src/core/model/digest.ts";
import { answers, type Fault, headers, hugeBody, on, onHead, tampers } from "../../fakes/fake_registry.ts";
import type { Homelab } from "../homelab.ts";
import { type Entry, index, manifest, type Shelf, shelf, types } from "./documents.ts";
import { type HostileRow, hostileTest } from "./row.ts";

const mebibyte = 1024 * 1024;
const moved = { value: /hostile\.example\/you\/app:1\.1\.0@sha256:[a-f0-9]{64} # / };
const amd64 = { os: "linux", architecture: "amd64" };

/** The honest registry, but its newest tag points to what is built here. */
function pointsTo(build: (add: Shelf["add"]) => Entry): () => readonly Fault[] {
  return () => {
    const documents = shelf();
    return [documents.fault(build(documents.add))];
  };
}

function configOf(add: Shelf["add"], config: unknown): Entry {
  return add(manifest(add(config, types.config)), types.manifest);
}

/** An index in an index, so many times. */
function nested(add: Shelf["add"], depth: number): Entry {
  let entry: Entry = configOf(add, amd64);
  for (let level = 0; level < depth; level++) entry = add(index([entry]), types.index);
  return entry;
}

const evil = sha256Of("something else");
const current = `hostile.example/you/app:latest@${sha256Of("what it was")}`;

/** Nothing of a registry's words drives a terminal, a pull request or a person's attention (contracts 5.2). */
async function assertTame(homelab: Homelab): Promise<void> {
  const message = await homelab.remote.git("log", "-1", "--format=%B", "main");
  assert.match(message, /hostile\.example/);
  // deno-lint-ignore no-control-regex
  assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/.test(message), JSON.stringify(message));
  for (const word of ["@everyone", "javascript:", "http://evil.example", "Signed-off-by: root"]) {
    assert.ok(!message.includes(word), `${word} in ${JSON.stringify(message)}`);
  }
  assert.ok(message.length < 4096, `${message.length} characters`);
}

const loudLabels: Readonly<Record<string, string>> = {
  "org.opencontainers.image.source": "javascript:alert(1)",
  "org.opencontainers.image.revision":
    `\u001b]0;owned\u0007abc\n\nSigned-off-by: root\n@everyone ![x](http://evil.example/x)`,
  "org.opencontainers.image.version": `\u202e0.1.1${"v".repeat(mebibyte)}`,
};

const rows: readonly HostileRow[] = [
  {
    does: "serves other bytes than their digest says",
    faults: () => [on("/manifests/", tampers())],
    ends: { code: "registry.digest_mismatch" },
  },
  {
    does: "names one digest to HEAD and has no such manifest",
    faults: () => [onHead(headers({ "Docker-Content-Digest": evil }))],
    value: current,
    marker: { policy: "latest" },
    ends: { code: "registry.not_found" },
  },
  {
    does: "names one digest to HEAD and serves another under it",
    faults: () => [
      onHead(headers({ "Docker-Content-Digest": evil })),
      on(`/manifests/${evil}`, answers(200, JSON.stringify(index([])), { "Content-Type": types.index })),
    ],
    value: current,
    marker: { policy: "latest" },
    ends: { code: "registry.digest_mismatch" },
  },
  {
    does: "names a digest that is none",
    faults: () => [headers({ "Docker-Content-Digest": "sha256:../../../etc" })],
    ends: { code: "registry.digest_mismatch" },
  },
  {
    does: "serves a manifest as a page",
    faults: () => [on("/manifests/", headers({ "Content-Type": "text/html" }))],
    ends: { code: "registry.protocol", message: /served as "text\/html"/ },
  },
  {
    does: "serves an index as a manifest",
    faults: () => [on("/manifests/", headers({ "Content-Type": types.manifest }))],
    ends: { code: "registry.protocol" },
  },
  {
    does: "serves a document that is index and manifest at once",
    faults: pointsTo((add) => add(index([], { config: { digest: evil } }), types.index)),
    ends: { code: "registry.protocol", message: /index and manifest at once/ },
  },
  {
    does: "serves a manifest of 5 MiB",
    faults: pointsTo((add) => add(index([], { annotations: { long: "x".repeat(5 * mebibyte) } }), types.index)),
    ends: { code: "registry.too_large", message: /more than 4096 KiB/ },
    bytes: 6 * mebibyte,
  },
  {
    does: "serves a manifest of ten gibibytes",
    faults: () => [on("/manifests/", hugeBody(10 * 1024, types.index).fault)],
    ends: { code: "registry.too_large" },
    bytes: 24 * mebibyte,
  },
  {
    does: "serves an index of 10,000 entries",
    faults: pointsTo((add) => {
      const entry = { mediaType: types.manifest, digest: evil, size: 5, platform: amd64 };
      return add(index(Array.from({ length: 10_000 }, () => entry)), types.index);
    }),
    ends: { code: "registry.protocol", message: /no index/ },
    bytes: 4 * mebibyte,
  },
  {
    does: "nests indexes five deep",
    faults: pointsTo((add) => nested(add, 5)),
    ends: { code: "registry.protocol", message: /nests deeper than 2/ },
  },
  {
    does: "serves an index of 256 indexes",
    faults: pointsTo((add) => {
      const inner = Array.from(
        { length: 256 },
        (_, at) => add(index([{ ...configOf(add, amd64), platform: amd64 }], { annotations: { at } }), types.index),
      );
      return add(index(inner), types.index);
    }),
    ends: { code: "registry.protocol", message: /holds more than 16 further indexes/ },
    requests: 20,
  },
  {
    does: "serves a config that is no JSON",
    faults: pointsTo((add) => configOf(add, "{{ not JSON")),
    ends: { code: "registry.protocol", message: /no image config/ },
  },
  {
    does: "announces a config of ten gibibytes",
    faults: pointsTo((add) =>
      add(manifest({ mediaType: types.config, digest: evil, size: 10 * 1024 * mebibyte }), types.manifest)
    ),
    ends: { code: "registry.too_large" },
    requests: 2,
  },
  {
    does: "announces a small config and serves a large one",
    faults: () => {
      const documents = shelf();
      const config = { mediaType: types.config, digest: evil, size: 100 };
      const faults: Fault[] = [documents.fault(documents.add(manifest(config), types.manifest))];
      return [...faults, on(`/blobs/${evil}`, hugeBody(10 * 1024).fault)];
    },
    ends: { code: "registry.too_large" },
    bytes: 16 * mebibyte,
  },
  {
    does: "labels its image with commands, mentions and a megabyte",
    faults: pointsTo((add) => configOf(add, { ...amd64, config: { Labels: loudLabels } })),
    ends: moved,
    bytes: 2 * mebibyte,
    check: assertTame,
  },
  {
    does: "annotates its index with commands, mentions and a megabyte",
    faults: pointsTo((add) => {
      const entry = { mediaType: types.manifest, digest: evil, size: 5, platform: amd64 };
      return add(index([entry], { annotations: loudLabels }), types.index);
    }),
    ends: moved,
    bytes: 2 * mebibyte,
    check: assertTame,
  },
  {
    does: "names the keys of a manifest twice and after prototypes",
    faults: pointsTo((add) => {
      const entry = JSON.stringify({ mediaType: types.manifest, digest: evil, size: 5, platform: amd64 });
      return add(
        `{"schemaVersion":2,"__proto__":{"config":1},"constructor":{"prototype":{"a":1}},"manifests":[],"manifests":[${entry}]}`,
        types.index,
      );
    }),
    ends: moved,
    check: () => assert.equal(Object.hasOwn(Object.prototype, "a"), false),
  },
  {
    does: "names platforms that no file should hold",
    faults: pointsTo((add) => {
      const platform = { os: "linux\n\u001b[31m", architecture: "amd64;rm -rf /", variant: "../../v8" };
      return add(index([{ mediaType: types.manifest, digest: evil, size: 5, platform }]), types.index);
    }),
    ends: moved,
    check: assertTame,
  },
];

for (const row of rows) hostileTest(row);
