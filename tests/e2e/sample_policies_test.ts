// The samples of policies/: every image in its three forms, and every recorded answer, through the verb itself.
import assert from "node:assert/strict";
import { cli } from "../../src/cli/cli.ts";
import { isMagosMarker, parseMagosMarker } from "../../src/core/documents/magos_marker.ts";
import { readPolicyBook } from "../../src/core/documents/policy_book.ts";
import { readPolicyCases } from "../../src/core/documents/policy_test_cases.ts";
import { selectLoose } from "../../src/core/policy/loose/select.ts";
import { testSystem } from "../fakes/test_system.ts";

const root = new URL("../../", import.meta.url).pathname;

/** The images of a homelab with the tags that its files hold, by the files they are kept in. */
const images: Readonly<Record<string, readonly string[]>> = {
  "arr-stack": [
    "ghcr.io/hotio/radarr:release-6.0.4.10291",
    "ghcr.io/hotio/sonarr:release-4.0.16.2944",
    "ghcr.io/hotio/bazarr:release-1.5.4",
    "ghcr.io/hotio/prowlarr:release-2.3.0.5236",
    "ghcr.io/hotio/qbittorrent:release-5.1.4",
    "ghcr.io/hotio/sabnzbd:release-4.5.5",
  ],
  ai: ["ollama/ollama:0.14.2", "ghcr.io/open-webui/open-webui:v0.7.2"],
  media: [
    "lscr.io/linuxserver/emby:4.9.3",
    "docker.io/deluan/navidrome:v0.59.0",
    "ghcr.io/immich-app/immich-server:v2.4.1",
    "ghcr.io/immich-app/immich-machine-learning:v2.4.1-cuda",
  ],
  tools: [
    "ghcr.io/gethomepage/homepage:v1.9.0",
    "binwiederhier/ntfy:v2.16.0",
    "corentinth/it-tools:v2024.10.22-7ca5933",
  ],
  automation: ["n8nio/n8n:2.5.0", "ghcr.io/home-assistant/home-assistant:2026.1.2"],
  monitoring: [
    "grafana/grafana:12.3.1",
    "victoriametrics/victoria-metrics:v1.134.0",
    "victoriametrics/vmagent:v1.134.0",
    "quay.io/prometheus/node-exporter:v1.10.2",
    "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.18.0",
  ],
  backup: ["minio/minio:RELEASE.2025-09-07T16-13-09Z", "minio/mc:RELEASE.2025-08-13T08-35-41Z"],
  documents: [
    "ghcr.io/paperless-ngx/paperless-ngx:v2.20.5",
    "docker.io/apache/tika:3.2.3.0",
    "docker.io/gotenberg/gotenberg:8.25.1",
  ],
  misc: [
    "docker.io/bellamy/wallos:v4.6.0",
    "rdavidoff/twitch-channel-points-miner-v2:2.0.4",
    "busybox:1.37",
    "ghcr.io/gabe565/obico/web:release",
  ],
};

function read(name: string): Promise<string> {
  return Deno.readTextFile(`${root}policies/${name}`);
}

function nameOf(image: string): string {
  return image.slice(0, image.lastIndexOf(":"));
}

Deno.test("every recorded answer of policies/ is the one that the policies give", async () => {
  const machine = testSystem(root, {});
  const code = await cli(["policy", "test", "policies", "--json"], machine.system);
  const report = JSON.parse(machine.out());
  const failed = report.cases.filter((one: { expect: string; selected: string }) => one.expect !== one.selected);
  assert.deepEqual([failed, report.failed, machine.err(), code], [[], 0, "", 0]);
  // Each image has a case for each of its two documents, and guilliman three for its gates.
  const ids = new Set(report.cases.map(({ id }: { id: string }) => id));
  assert.equal(ids.size, report.cases.length, "every case has a name of its own");
  assert.ok(report.passed >= 2 * Object.values(images).flat().length + 3, String(report.passed));
});

for (const [group, expected] of Object.entries(images)) {
  Deno.test(`policies/${group} has each image as policy of magos, of Flux, and with a marker`, async () => {
    const files = await Promise.all([`${group}.yaml`, `${group}.flux.yaml`].map(async (file) => ({
      file,
      text: await read(file),
      mayHoldPolicies: true,
    })));
    const { book, problems } = readPolicyBook(files, { fluxVersioning: "flux" });
    assert.deepEqual(problems, []);
    const names = expected.map(nameOf);
    assert.deepEqual([...book.magos.values()].map(({ image }) => image), names);
    assert.deepEqual([...book.flux.values()].map(({ image }) => image), names);
    assert.deepEqual([...book.flux.keys()], [...book.magos.keys()].map((name) => `flux-system:${name}`));
    const marked = [...(await read(`${group}.compose.yaml`)).matchAll(/^ {4}image: (\S+) (# .*)$/gm)];
    assert.deepEqual(marked.map(([, image]) => image), expected);
    assert.ok(marked.every(([, , comment = ""]) => isMagosMarker(comment) && parseMagosMarker(comment).ok));
  });

  Deno.test(`the markers of policies/${group} give the answers of its policies`, async () => {
    const { cases } = readPolicyCases(await read(`${group}.test.yaml`), "cases");
    const lines = [...(await read(`${group}.compose.yaml`)).matchAll(/^ {2}(\S+):\n {4}image: \S+:(\S+) (# .*)$/gm)];
    assert.equal(lines.length, expected.length);
    for (const [, name = "", tag = "", comment = ""] of lines) {
      const marker = parseMagosMarker(comment);
      assert.ok(marker.ok);
      const own = cases.filter(({ policy }) => policy.kind === "named" && policy.name === name);
      assert.ok(own.length > 0, name);
      if (marker.value.policy !== "semver") continue;
      for (const { tags, expect, id } of own) {
        const rule = { ...open, range: marker.value.range ?? null };
        const answer = selectLoose(tags.map((one) => one.tag), rule, tag);
        assert.equal(answer.ok && answer.value.selected, expect, id);
      }
    }
  });
}

const open = {
  kind: "semver",
  range: null,
  filter: null,
  extract: null,
  prerelease: null,
  allowDowngrade: false,
  order: "asc",
  exclusions: [],
  skip: [],
  words: {},
} as const;
