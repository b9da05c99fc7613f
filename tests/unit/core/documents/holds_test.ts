// The list of holds: read strictly, edited as lines.
import assert from "node:assert/strict";
import { addHold, removeHolds } from "../../../../src/core/documents/edit_holds.ts";
import { readHolds } from "../../../../src/core/documents/holds.ts";
import type { Hold } from "../../../../src/core/model/hold.ts";

const digest = `sha256:${"a".repeat(64)}`;

const plain: Hold = {
  image: "ghcr.io/you/app",
  tag: null,
  digest: null,
  above: null,
  kind: "manual",
  reason: "",
  by: "",
  since: Date.UTC(2026, 0, 20, 12),
  until: null,
};

Deno.test("readHolds() reads every field, with versions as they are written", () => {
  const { holds, problems } = readHolds(`# ours
holds:
  - image: ollama/ollama
    above: 1.10
    since: 2026-01-20T12:00:00Z
  - { image: ghcr.io/you/app, tag: "2.0", digest: "${digest}", kind: quarantine, reason: "crash\\nloops", by: pi4,
      since: 2026-01-20T12:00:00+00:00, until: 2026-02-01T00:00:00Z }
`);
  assert.deepEqual(problems, []);
  assert.deepEqual(holds, [
    { ...plain, image: "ollama/ollama", above: "1.10" },
    {
      ...plain,
      tag: "2.0",
      digest,
      kind: "quarantine",
      reason: "crash loops",
      by: "pi4",
      until: Date.UTC(2026, 1, 1),
    },
  ]);
});

Deno.test("readHolds() holds nothing for no file, an empty one, and an empty list", () => {
  for (const text of [null, "", "# nothing\n", "holds:\n", "holds: []\n", "---\n"]) {
    assert.deepEqual(readHolds(text), { holds: [], problems: [] });
  }
});

for (
  const [what, text, line, words] of [
    [
      "a key with a slip",
      "holds:\n- image: a/b\n  since: 2026-01-20T12:00:00Z\n  reson: b\n",
      4,
      /did you mean "reason"/,
    ],
    ["no since", "holds:\n  - image: a/b\n", 2, /since/],
    ["no image", "holds:\n  - since: 2026-01-20T12:00:00Z\n", 2, /image/],
    ["a name with a tag", "holds:\n  - image: a/b:1\n    since: 2026-01-20T12:00:00Z\n", 2, /tag/],
    ["half a digest", "holds:\n- { image: a/b, since: 2026-01-20T12:00:00Z, digest: sha256:ab }\n", 2, /digest/],
    ["a time of the user's own", "holds:\n- { image: a/b, since: 2026-01-20T12:00:00Z, until: 1.2.2026 }\n", 2, /time/],
    ["a hold of git's own kind", "holds:\n- { image: a/b, since: 2026-01-20T12:00:00Z, kind: human }\n", 2, /kind/],
    ["broken YAML", "holds: [\n", 2, /./],
    ["a list at the root", "- image: a/b\n", 1, /./],
    ["another key at the root", "hold: []\n", 1, /did you mean "holds"/],
    ["two documents", "holds: []\n---\nholds: []\n", undefined, /documents/],
  ] as const
) {
  Deno.test(`readHolds() gives no list for ${what}, and says where`, () => {
    const { holds, problems } = readHolds(text);
    assert.equal(holds, null);
    const [problem] = problems;
    assert.equal(problem?.code, "hold.unreadable");
    assert.equal(problem.file, ".magos/holds.yaml");
    assert.equal(problem.line, line);
    assert.match(`${problem.message} ${problem.cure ?? ""}`, words);
  });
}

Deno.test("addHold() begins the file, and removeHolds() leaves what is not the entry's", () => {
  const first = addHold(null, { ...plain, above: "1.10", reason: "yes: it breaks #1", by: "pi4" });
  assert.ok(first.ok);
  assert.equal(
    first.value,
    `# What magos leaves alone. \`magos hold\` and \`magos unhold\` edit this list; so may you.
holds:
  - image: ghcr.io/you/app
    above: "1.10"
    reason: "yes: it breaks #1"
    by: pi4
    since: 2026-01-20T12:00:00Z
`,
  );
  const out = removeHolds(first.value, () => true);
  assert.ok(out.ok);
  assert.equal(out.value.text, first.value.split("\n").slice(0, 2).join("\n") + "\n");
  assert.deepEqual(out.value.removed.map((hold) => hold.above), ["1.10"]);
});

const written = `holds: # ours

# the model server
- image: ollama/ollama # do not touch
  since: "2026-01-20T12:00:00Z"
# before the holidays
-
  since: 2026-01-20T12:00:00Z
  image: busybox
  reason: |
    two
    lines

# end`;

for (const [kind, text] of [["LF", written], ["CRLF", written.replaceAll("\n", "\r\n")]] as const) {
  Deno.test(`addHold() and removeHolds() leave every other line as it is, with ${kind}`, () => {
    const end = kind === "LF" ? "\n" : "\r\n";
    const added = addHold(text, plain);
    assert.ok(added.ok);
    const entry = `- image: ghcr.io/you/app${end}  since: 2026-01-20T12:00:00Z${end}`;
    assert.ok(added.value.includes(entry), added.value);
    assert.equal(added.value.replace(entry, ""), text);
    const removed = removeHolds(text, ({ image }) => image === "ollama/ollama");
    assert.ok(removed.ok);
    const lines = text.split(end);
    assert.equal(removed.value.text, [...lines.slice(0, 3), ...lines.slice(5)].join(end));
    const second = removeHolds(text, ({ image }) => image === "busybox");
    assert.ok(second.ok);
    assert.ok(second.value.text.startsWith(lines.slice(0, 6).join(end)) && second.value.text.endsWith("# end"));
  });
}

Deno.test("addHold() writes into an empty list and keeps its comment", () => {
  for (const nothing of ["", " null", " []", " ~"]) {
    const added = addHold(`holds:${nothing} # none now\n# end\n`, plain);
    assert.ok(added.ok);
    assert.match(added.value, /^holds: +# none now\n {2}- image: ghcr\.io\/you\/app\n {4}since: \S+\n# end\n$/);
  }
});

Deno.test("addHold() refuses a list in brackets and one that cannot be read, and changes nothing", () => {
  const brackets = addHold("holds: [{ image: a/b, since: 2026-01-20T12:00:00Z }]\n", plain);
  assert.ok(!brackets.ok && brackets.failure.code === "file.unpatchable" && brackets.failure.cure !== undefined);
  const broken = addHold("holds: 1\n", plain);
  assert.ok(!broken.ok && broken.failure.code === "hold.unreadable");
});
