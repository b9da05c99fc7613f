// The workflow that publishes: what it may not leave out, whoever edits it next.
import assert from "node:assert/strict";
import { parse } from "yaml";
import * as z from "zod";
import { projectFolder, targets } from "./build_settings.ts";

const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const job = z.looseObject({
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  container: z.unknown().optional(),
  steps: z.array(step),
});
const workflow = z.looseObject({
  on: z.unknown(),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), job),
});

async function readText(path: string): Promise<string> {
  return await Deno.readTextFile(`${projectFolder}/${path}`);
}

const text = await readText(".github/workflows/release.yml");
const release = workflow.parse(parse(text));

/** The commands of a job and of all jobs it waits for. */
function commandsBefore(name: string): string {
  const { needs = [], steps } = release.jobs[name] ?? { steps: [] };
  return [...[needs].flat().map(commandsBefore), ...steps.map((step) => step.run ?? "")].join("\n");
}

Deno.test("the release workflow pins each action to a commit", () => {
  const used = Object.values(release.jobs).flatMap((job) => job.steps.flatMap((step) => step.uses ?? []));
  assert.ok(used.length > 0);
  assert.deepEqual(used.filter((action) => !/^actions\/[a-z-]+@[0-9a-f]{40}$/.test(action)), []);
});

Deno.test("what runs all tests is root on Debian: an ordinary user may make no namespaces, and Ubuntu has no Chromium", async () => {
  const ci = workflow.parse(parse(await readText(".github/workflows/ci.yml")));
  const testers = [...Object.values(ci.jobs), ...Object.values(release.jobs)]
    .filter(({ steps }) => steps.some(({ run }) => run === ".ci/run"));
  assert.equal(testers.length, 2);
  for (const { container } of testers) {
    assert.deepEqual(container, { image: "node:22-bookworm", options: "--privileged" });
  }
});

Deno.test("the release workflow publishes only what passed the tests and started on its machine", () => {
  const before = commandsBefore("publish");
  assert.match(before, /^\.ci\/run$/m);
  assert.match(before, /\.ci\/smoke dist\/magos-linux-/);
  assert.match(before, /sha256sum --check SHA256SUMS/);
  for (const arch of Object.keys(targets)) assert.match(text, new RegExp(`arch: ${arch},`));
  assert.match(before, /task compile amd64 arm64/);
});

Deno.test("the release workflow may write only where it publishes, and attests all that it publishes", () => {
  assert.deepEqual(release.permissions, { contents: "read" });
  const writers = Object.entries(release.jobs).filter(([, job]) => job.permissions !== undefined);
  assert.deepEqual(writers.map(([name]) => name), ["publish"]);
  assert.match(text, /attest-build-provenance@\S+ # \S+\n +with:\n +subject-path: dist\/\*\n/);
  assert.match(commandsBefore("publish"), /gh release create .* dist\/\*$/m);
});

Deno.test("one version of Deno is named everywhere", async () => {
  const files = [".ci/run", "README.md", ".github/workflows/release.yml"];
  const named = await Promise.all(files.map(readText));
  const versions = named.flatMap((text) => [...text.matchAll(/\bdeno@(\d+\.\d+\.\d+)/g)].map(([, version]) => version));
  assert.deepEqual([...new Set(versions)], [Deno.version.deno]);
});
