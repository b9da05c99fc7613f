// What people read, kept as snapshots: a change of words is a change that somebody has looked at.
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { release, withHomelab } from "./homelab.ts";

const images = [
  {
    name: "ghcr.io/you/web",
    releases: [release("1.36"), release("1.37"), release("1.38"), release("2.0-rc1"), release("1.38-alpine")],
  },
];

const tree = {
  "compose.yaml": `services:
  web:
    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver", "range": ">=1 <2"}}
  old:
    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver", "minAge": "3d"}}
  typo:
    image: ghcr.io/you/web:1.37 # {"magos": {"polciy": "semver"}}
`,
};

const clock = { ...denoClock, now: () => Date.UTC(2026, 0, 20, 12) };

/** Names of the test's own folder differ from run to run. */
function steady(text: string, folder: string): string {
  return text.replaceAll(folder, "FOLDER").replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
}

Deno.test("plan, explain and config show speak as they did", (t) =>
  withHomelab({ tree, images }, async (homelab) => {
    for (const args of [["plan"], ["explain", "compose.yaml:3"], ["explain", "ghcr.io/you/web"], ["config", "show"]]) {
      const { code, out, err } = await homelab.magos(args, { clock });
      await t.assertSnapshot(steady(`${out}--- stderr, exit code ${code}\n${err}`, homelab.folder));
    }
  }));

Deno.test("every verb has help with an example", (t) =>
  withHomelab({ tree, images }, async (homelab) => {
    const verbs = [
      "demo",
      "init",
      "bootstrap",
      "validate",
      "plan",
      "update",
      "explain",
      "scan",
      "status",
      "history",
      "doctor",
      "policy test",
      "unit",
      "config show",
      "config schema",
      "completion",
      "version",
    ];
    for (const verb of verbs) {
      const { out } = await homelab.magos([...verb.split(" "), "--help"]);
      if (!/\nExamples?:\n {2}magos /.test(out)) throw new Error(`${verb} shows no example`);
      await t.assertSnapshot(out);
    }
  }));

Deno.test("completion scripts name every verb and option", (t) =>
  withHomelab({ tree, images }, async (homelab) => {
    for (const shell of ["bash", "zsh", "fish"]) {
      await t.assertSnapshot((await homelab.magos(["completion", shell])).out);
    }
  }));
