// The update pass as an automation of Flux: the message in Flux's words, and a note for what Flux cannot do.
import assert from "node:assert/strict";
import { configOf } from "../../../../src/core/documents/config.ts";
import { exportAutomation, fluxMessage } from "../../../../src/core/patch/export_automation.ts";

const messages: readonly (readonly [text: string, expected: string | null])[] = [
  ["update images", "update images"],
  [
    "bump{{ range .changes }} {{ .old }} -> {{ .new }}{{ end }}",
    "bump{{ range .Changed.Changes }} {{ .OldValue }} -> {{ .NewValue }}{{ end }}",
  ],
  [
    "{{ range $it := .changes }}{{ $it.setter }}{{ end }}",
    "{{ range $it := .Changed.Changes }}{{ $it.Setter }}{{ end }}",
  ],
  ["{{ range $it := .changes }}{{ $it.from.tag }}{{ end }}", null],
  ["{{.run.id}}", null],
  ["{{ .group }}", null],
  ["week {{ isoWeek }}", null],
  ["{{ range .images }}{{ .name }}{{ end }}", null],
];

for (const [text, expected] of messages) {
  Deno.test(`fluxMessage() makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
    assert.equal(fluxMessage(text), expected);
  });
}

Deno.test("exportAutomation() pushes to the branch that is checked out unless a branch is asked for", () => {
  const setting = (value: unknown): { value: unknown; source: string; folder: string } => ({
    value,
    source: "magos.yaml:1",
    folder: "/",
  });
  const plain = exportAutomation(configOf(new Map()), "apps");
  assert.deepEqual([plain.automation.push, plain.automation.path, plain.problems], [null, "apps", []]);
  const branch = exportAutomation(
    configOf(
      new Map([
        ["update.delivery", setting("branch")],
        ["update.branch", setting("updates")],
        ["update.commit.per", setting("image")],
      ]),
    ),
    "",
  );
  assert.deepEqual(branch.automation.push, { branch: "updates", template: null });
  assert.deepEqual(branch.problems.map(({ message }) => message.split(":", 1)[0]), ["update.commit.per"]);
});
