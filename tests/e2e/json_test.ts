// Every JSON answer of a real run, against the shapes of the contract.
import assert from "node:assert/strict";
import type { z } from "zod";
import {
  errorShape,
  explainShape,
  historyShape,
  initShape,
  planShape,
  statusShape,
  updateShape,
  validateShape,
} from "../contract/report_shapes.ts";
import { withFolder } from "./folder.ts";
import { release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38"), release("2.0-rc1")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2")] },
];

const tree = {
  "compose.yaml": `a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}
b: ghcr.io/you/db:16.1 # {"magos": {"policy": "semver", "minAge": "1w", "arch": "arm64"}}
c: ghcr.io/you/gone:1.0 # {"magos": {"policy": "semver"}}
d: ghcr.io/you/web:1.37 # {"magos": {"policy": "sevmer"}}
e: ghcr.io/you/web # {"magos": {"policy": "semver", "range": ">=9"}}
`,
};

function fits(shape: z.ZodType, text: string): void {
  const lines = text.split("\n");
  assert.equal(lines.length, 2, "one document and a newline");
  const checked = shape.safeParse(JSON.parse(text));
  assert.equal(checked.error?.message, undefined);
}

Deno.test("plan, update, explain, status and history answer in their shapes, with all kinds of decisions", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const out = async (...args: string[]): Promise<string> => (await homelab.magos([...args, "--json"])).out;
    fits(statusShape, await out("status"));
    fits(historyShape, await out("history"));
    const plan = await out("plan");
    fits(planShape, plan);
    const counted = { selected: 1, current: 0, held: 1, noMatch: 1, errors: 1 };
    assert.deepEqual(JSON.parse(plan).summary, { ...counted, unmanaged: 0, excluded: 0 });
    fits(updateShape, await out("update", "--dry-run"));
    fits(updateShape, await out("update"));
    fits(updateShape, await out("update"));
    fits(explainShape, await out("explain", "ghcr.io/you/web"));
    fits(explainShape, await out("explain", "compose.yaml:2"));
    fits(statusShape, await out("status"));
    fits(historyShape, await out("history"));
    fits(historyShape, await out("history", "--from-git"));
    fits(historyShape, await out("history", "ghcr.io/you/web", "--limit", "1"));
  }));

Deno.test("init and validate answer in their shapes", () =>
  withFolder({ ...tree, "k.container": "[Container]\nImage=a/b:17\n" }, async (folder) => {
    for (const args of [["init"], ["init", "--write"], ["init"]]) {
      fits(initShape, (await folder.magos([...args, "--json"])).out);
    }
    const { code, out } = await folder.magos(["validate", "--json"]);
    fits(validateShape, out);
    assert.deepEqual([code, JSON.parse(out).problems.length], [2, 1]);
  }));

Deno.test("what cannot be done answers in the error's shape", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const lines = [
      ["plan", "--repo", "https://you:hunter2hunter2@git.example.org/x.git"],
      ["plan", "--repo", "/nowhere"],
      ["explain", "ghcr.io/you/wbe"],
      ["update", "--wait", "soon"],
      ["nonsense"],
    ];
    for (const args of lines) {
      const ran = await homelab.magos([...args, "--json"]);
      assert.equal(ran.code, 2, args.join(" "));
      fits(errorShape, ran.out);
      assert.ok(!ran.out.includes("hunter2"));
    }
    await Deno.writeTextFile(`${homelab.folder}/glob.yaml`, 'update: { paths: ["*a*a*a*b"] }\n');
    const glob = await homelab.magos(["--config", `${homelab.folder}/glob.yaml`, "plan", "--json"]);
    assert.equal(glob.code, 2);
    fits(errorShape, glob.out);
  }));
