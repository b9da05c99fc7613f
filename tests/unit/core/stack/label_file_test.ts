import assert from "node:assert/strict";
import { labelFile, readLabels } from "../../../../src/core/stack/label_file.ts";
import { contentOf, runningAfter } from "../../../fakes/stack_tree.ts";

const at = { revision: "b".repeat(40), host: "pi4" };
const content = contentOf({
  "stacks/web/compose.yaml": "services: { web: { image: 'web:1' }, db: { image: 'db:1' } }",
});

function labelsIn(text: string): Record<string, Record<string, string>> {
  const { services } = JSON.parse(text) as { services: Record<string, { labels: Record<string, string> }> };
  return Object.fromEntries(Object.entries(services).map(([name, { labels }]) => [name, labels]));
}

Deno.test("labelFile() labels every service with stack, host, hash, revision", () => {
  const labels = labelsIn(labelFile(content, at, []));
  assert.deepEqual(Object.keys(labels), ["db", "web"]);
  assert.equal(labels["web"]?.["dev.magos.stack"], "web");
  assert.equal(labels["web"]?.["dev.magos.host"], "pi4");
  assert.equal(labels["web"]?.["dev.magos.hash"], content.hash);
  assert.equal(labels["web"]?.["dev.magos.revision"], at.revision);
  assert.deepEqual(readLabels(labels["db"] ?? {})?.service, content.services[0]?.hash);
});

Deno.test("labelFile() leaves the labels of a service that did not change, so that it is not started anew", () => {
  const next = contentOf({
    "stacks/web/compose.yaml": "services: { web: { image: 'web:2' }, db: { image: 'db:1' } }",
  });
  const labels = labelsIn(labelFile(next, at, runningAfter(content, { revision: "a".repeat(40) })));
  assert.equal(labels["db"]?.["dev.magos.revision"], "a".repeat(40));
  assert.equal(labels["db"]?.["dev.magos.hash"], content.hash);
  assert.equal(labels["web"]?.["dev.magos.revision"], "b".repeat(40));
  assert.equal(labels["web"]?.["dev.magos.hash"], next.hash);
});

Deno.test("readLabels() is null unless all of our labels are there", () => {
  assert.equal(readLabels({ "dev.magos.stack": "web", "dev.magos.host": "pi4" }), null);
});
