// Images that are not healthy, on a host that really runs them: taken back, reverted in git, and never tried again.
import assert from "node:assert/strict";
import { runGitAs } from "../fakes/run_git.ts";
import { type ApplyHome, applyNeeds, webCompose, withApplyHome } from "./apply_home.ts";

const file = "stacks/web/compose.yaml";
const app = "apps: [{ name: web, compose: stacks/web/compose.yaml }]\n";
const check = "    healthcheck: { test: [CMD, test, -e, /tmp/well], retries: 1, interval: 300s }\n";
const alwaysAgain = "    restart: always\n";

interface Case {
  readonly what: string;
  readonly command: readonly string[];
  readonly more: string;
  readonly good: readonly string[];
  readonly health: string;
}

const sleep = "trap 'exit 0' TERM; sleep 1000 & wait";

const cases: readonly Case[] = [
  {
    what: "exits at once",
    command: ["sh", "-c", "echo cannot open the door; exit 7"],
    more: "",
    good: ["sh", "-c", sleep],
    health: "exited",
  },
  {
    what: "never becomes healthy",
    command: ["sh", "-c", `echo cannot open the door; ${sleep}`],
    more: check,
    good: ["sh", "-c", `touch /tmp/well; ${sleep}`],
    health: "unhealthy",
  },
  {
    what: "restarts in a loop",
    command: ["sh", "-c", "echo cannot open the door; sleep 0.2; exit 1"],
    more: alwaysAgain,
    good: ["sh", "-c", sleep],
    health: "looping",
  },
];

for (const { what, command, more, good, health } of cases) {
  let one = "";
  Deno.test({
    name: `apply takes an image back that ${what}, and update does not take it again${applyNeeds.suffix}`,
    ignore: applyNeeds.ignore,
    fn: () =>
      withApplyHome({
        settings: "apply: { health: { settle: 1s, timeout: 5s } }\n",
        tree: async (images, push) => {
          one = await push("you/web", "1.0", "one", good);
          return { "magos.yaml": app, [file]: webCompose(images, "1.0", one, more) };
        },
      }, async (home) => {
        const first = await home.apply();
        assert.equal(first.code, 0, JSON.stringify(first.report));
        const two = await home.podman.pushImage("you/web", "1.1", "two", command);
        const update = await home.magos(["update", "--json"]);
        assert.equal(update.code, 0, update.out);
        const bad = await home.remote.revision();
        assert.match(await home.text("main", file), new RegExp(`web:1\\.1@${two}`));
        const { code, report } = await home.apply();
        const [stack] = report.stacks;
        assert.deepEqual([code, report.result, stack?.state, stack?.health?.state], [
          4,
          "partly",
          "rolled-back",
          health,
        ]);
        assert.deepEqual(report.problems.map((it) => it.code), ["stack.rolled_back"]);
        assert.ok(stack?.health?.log.includes("cannot open the door"), JSON.stringify(stack));
        assert.equal(await home.digestOf("web"), one);
        await seenBySecondClone(home, bad, one, two, more);
        const again = await home.magos(["update", "--json"]);
        const { result, plan } = JSON.parse(again.out);
        assert.deepEqual([again.code, result, plan.decisions[0].state], [0, "nothing", "held"]);
        assert.equal(plan.decisions[0].blockers[0].gate, "hold");
        const settled = await home.apply();
        assert.deepEqual([settled.code, settled.report.stacks[0]?.state], [0, "current"]);
        assert.equal(await home.digestOf("web"), one);
      }),
  });
}

async function seenBySecondClone(home: ApplyHome, bad: string, one: string, two: string, more: string): Promise<void> {
  await runGitAs(home.folder, ["clone", "-q", home.remote.path, "second"]);
  const clone = `${home.folder}/second`;
  assert.equal(await Deno.readTextFile(`${clone}/${file}`), webCompose(home.images, "1.0", one, more));
  const holds = await Deno.readTextFile(`${clone}/.magos/holds.yaml`);
  assert.ok(holds.includes(two) && holds.includes("kind: quarantine"), holds);
  assert.equal(await runGitAs(clone, ["rev-list", "--count", `${bad}..HEAD`]), "1");
  const message = await runGitAs(clone, ["log", "-1", "--format=%B"]);
  assert.match(message, /^revert\(images\): take back 1 image of web\n/);
  assert.match(message, new RegExp(`Magos-Revert: ${bad}\nMagos-Reason: `));
  assert.match(message, /\n> cannot open the door/);
}
