// Delivery to a branch of magos's own: made, left alone, made anew, and never taken from a person (design.md 3.3).
import assert from "node:assert/strict";
import { denoHttp } from "../../src/adapters/system/deno_http.ts";
import { failure } from "../../src/core/model/problem.ts";
import type { Http } from "../../src/core/ports/http.ts";
import type { System } from "../../src/core/ports/system.ts";
import { manualClock } from "../fakes/manual_clock.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2")] },
];

const compose = `services:
  web: { image: "ghcr.io/you/web:1.37" } # {"magos": {"policy": "semver"}}
  db:
    image: ghcr.io/you/db:16.1 # {"magos": {"policy": "semver"}}
`;
const tree = { "compose.yaml": compose, "notes.md": "one\n" };

const settings = "update: { delivery: branch }\n";
// 2026-01-20 is a Tuesday in week 4.
const week = "image-updates/2026-w04";

/** One pass at the day of the seed, and its JSON. */
// deno-lint-ignore no-explicit-any -- the shape is checked in json_test.ts
async function pass(homelab: Homelab, code = 0, clock = manualClock(), changes: Partial<System> = {}): Promise<any> {
  const ran = await homelab.magos(["update", "--json"], { clock, ...changes });
  assert.equal(ran.code, code, ran.out + ran.err);
  return JSON.parse(ran.out);
}

/** A network on which one repository's registry answers with errors of its own. */
function withoutRepository(path: string): Http {
  return {
    ...denoHttp,
    send: (request) =>
      request.url.includes(`/v2/${path}/`)
        ? Promise.resolve(failure("http.unreachable", "the registry is down", { retry: "later" }))
        : denoHttp.send(request),
  };
}

/** The branches of the remote by name. */
async function branches(homelab: Homelab): Promise<readonly string[]> {
  return (await homelab.remote.git("for-each-ref", "--format=%(refname:short)", "refs/heads")).split("\n");
}

const codes = (report: { problems: { code: string }[] }): string[] => report.problems.map(({ code }) => code);

Deno.test("update puts its changes on a branch of the week, and a second pass pushes nothing", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    const main = await homelab.remote.revision();
    const first = await pass(homelab);
    assert.equal(first.result, "done");
    const tip = await homelab.remote.revision(week);
    const { delivery, base, branch, state, commit, commits, changes, subject } = first.deliveries[0];
    assert.deepEqual({ delivery, base, branch, state, commit, commits, changes, subject }, {
      delivery: "branch",
      base: "main",
      branch: week,
      state: "pushed",
      commit: tip,
      commits: 1,
      changes: 2,
      subject: "chore(images): update 2 images",
    });
    assert.equal(await homelab.remote.revision(), main, "the followed branch stays");
    assert.equal(await homelab.remote.git("rev-parse", `${tip}^`), main);
    assert.match(await homelab.text(tip, "compose.yaml"), /web:1\.38@sha256:[\s\S]*db:16\.2@sha256:/);
    const seen = homelab.server.seen.length;
    const second = await pass(homelab);
    assert.equal(second.result, "nothing");
    assert.deepEqual([second.deliveries[0].state, second.deliveries[0].commit], ["unchanged", tip]);
    assert.equal(second.plan.id, first.plan.id);
    assert.equal(await homelab.remote.revision(week), tip);
    const later = homelab.server.seen.slice(seen).map(({ path }) => path);
    assert.ok(!later.some((path) => path.includes("receive-pack")), "nothing is pushed");
    const text = await homelab.magos(["update"], { clock: manualClock() });
    assert.match(text.out, /Nothing to do: image-updates\/2026-w04 has these changes already\.\n$/);
  }));

Deno.test("a new tag makes the branch anew: one commit on its base, with all changes", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    const main = await homelab.remote.revision();
    await pass(homelab);
    const before = await homelab.remote.revision(week);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const report = await pass(homelab);
    assert.equal(report.result, "done");
    const tip = await homelab.remote.revision(week);
    assert.notEqual(tip, before);
    assert.equal(await homelab.remote.git("rev-parse", `${tip}^`), main);
    assert.match(await homelab.text(tip, "compose.yaml"), /web:1\.39@sha256:[\s\S]*db:16\.2@sha256:/);
    assert.equal((await pass(homelab)).result, "nothing");
  }));

Deno.test("a base that moved elsewhere leaves the branch; one that touched its files has it made anew", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    await pass(homelab);
    const tip = await homelab.remote.revision(week);
    await homelab.remote.push({ "notes.md": "two\n" });
    const elsewhere = await pass(homelab);
    assert.deepEqual([elsewhere.result, elsewhere.deliveries[0].state], ["nothing", "unchanged"]);
    assert.equal(await homelab.remote.revision(week), tip);
    const touched = await homelab.remote.push({ "compose.yaml": `# mine\n${compose}` });
    const anew = await pass(homelab);
    assert.equal(anew.result, "done");
    const next = await homelab.remote.revision(week);
    assert.equal(await homelab.remote.git("rev-parse", `${next}^`), touched);
    assert.match(await homelab.text(next, "compose.yaml"), /^# mine\n[\s\S]*web:1\.38@/);
  }));

Deno.test("a person's commit on the branch means hands off, until the branch is gone", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    await pass(homelab);
    const person = await homelab.remote.push({ "notes.md": "wait for the db\n" }, { branch: week });
    const quiet = await pass(homelab);
    assert.equal(quiet.result, "nothing", "what magos wants is there already");
    assert.deepEqual(codes(quiet), ["delivery.foreign_commit"]);
    assert.equal(quiet.problems[0].severity, "warning");
    await homelab.remote.push({ "other.md": "the base moves\n" });
    assert.equal((await pass(homelab)).result, "nothing", "which asks for nothing new");
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const report = await pass(homelab, 1);
    assert.equal(report.result, "failed");
    assert.equal(report.deliveries[0].state, "refused");
    const [problem] = report.problems;
    assert.deepEqual([problem.code, problem.severity], ["delivery.foreign_commit", "error"]);
    assert.ok(problem.message.includes(person.slice(0, 12)), problem.message);
    assert.match(problem.message, /Ada <ada@example\.org>/);
    assert.match(problem.cure, /merge|delete/);
    assert.equal(await homelab.remote.revision(week), person, "nothing is pushed over it");
    await homelab.remote.git("branch", "-D", week);
    assert.equal((await pass(homelab)).result, "done");
    assert.match(await homelab.text(await homelab.remote.revision(week), "compose.yaml"), /web:1\.39@/);
  }));

Deno.test("a merged branch begins anew, whether it was merged, squashed or deleted", async (t) => {
  const merges: Readonly<Record<string, (homelab: Homelab) => Promise<void>>> = {
    "fast forward": async ({ remote }) => {
      await remote.git("update-ref", "refs/heads/main", await remote.revision(week));
    },
    "merge commit, branch deleted": async ({ remote }) => {
      const tree = await remote.git("rev-parse", `${week}^{tree}`);
      const [main, tip] = [await remote.revision(), await remote.revision(week)];
      const merge = await remote.git("commit-tree", tree, "-p", main, "-p", tip, "-m", "Merge");
      await remote.git("update-ref", "refs/heads/main", merge);
      await remote.git("branch", "-D", week);
    },
    "squash": async (homelab) => {
      await homelab.remote.push({ "compose.yaml": await homelab.text(week, "compose.yaml"), "notes.md": "2\n" });
    },
  };
  for (const [name, merge] of Object.entries(merges)) {
    await t.step(name, () =>
      withHomelab({ tree, images, settings }, async (homelab) => {
        await pass(homelab);
        await merge(homelab);
        const after = await pass(homelab);
        assert.deepEqual([after.result, after.deliveries, after.problems], ["nothing", [], []]);
        await homelab.registry.push("ghcr.io/you/web", release("1.39"));
        assert.equal((await pass(homelab)).result, "done");
        const [main, tip] = [await homelab.remote.revision(), await homelab.remote.revision(week)];
        assert.equal(await homelab.remote.git("rev-list", "--count", `${main}..${tip}`), "1");
        assert.equal(await homelab.remote.git("rev-parse", `${tip}^`), main);
      }));
  }
});

Deno.test("an earlier week's branch is named, and a wish that is gone is said", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    const clock = manualClock();
    await pass(homelab, 0, clock);
    const old = await homelab.remote.revision(week);
    await homelab.remote.push({ "notes.md": "draft\n" }, { branch: "image-updates/of-mine" });
    clock.advance(7 * 86_400_000);
    const next = await pass(homelab, 0, clock);
    assert.equal(next.deliveries[0].branch, "image-updates/2026-w05");
    assert.deepEqual(codes(next), ["delivery.still_open"]);
    assert.match(next.problems[0].message, /^image-updates\/2026-w04 is still open/);
    assert.equal(await homelab.remote.revision(week), old, "it is not touched");
    const text = await homelab.magos(["update"], { clock });
    assert.match(text.err, /image-updates\/2026-w04 is still open/);
    // A person takes the whole matter into his own hands.
    await homelab.remote.push({ "compose.yaml": "services: {}\n" });
    const gone = await pass(homelab, 0, clock);
    assert.equal(gone.result, "nothing");
    assert.deepEqual(codes(gone), ["delivery.not_wanted", "delivery.still_open"]);
    assert.match(gone.problems[0].message, /^image-updates\/2026-w05 holds changes that are no longer wanted/);
    assert.deepEqual(await branches(homelab), [
      "image-updates/2026-w04",
      "image-updates/2026-w05",
      "image-updates/of-mine",
      "main",
    ]);
  }));

Deno.test("who loses the race for the branch plans anew, and overwrites nobody", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    await pass(homelab);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    // Once, between the reading of the branch and the push, a person pushes to it.
    const { path } = homelab.remote;
    const person = await homelab.remote.push({ "notes.md": "mine\n" }, { branch: "side" });
    await homelab.remote.hook("pre-receive", `unset GIT_QUARANTINE_PATH; git update-ref refs/heads/${week} ${person}`);
    const report = await pass(homelab, 1);
    assert.equal(await homelab.remote.revision(week), person);
    assert.equal(report.deliveries[0].attempts, 2);
    assert.deepEqual(codes(report), ["delivery.foreign_commit"]);
    await Deno.remove(`${path}/hooks/pre-receive`);
    await homelab.remote.git("branch", "-D", week);
    assert.equal((await pass(homelab)).result, "done");
  }));

Deno.test("two hosts that deliver to one branch at once make one commit of it, and neither fails", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    const host = (name: string): ReturnType<typeof pass> => {
      const env = { ...homelab.env, PATH: Deno.env.get("PATH") ?? "", MAGOS_STATE_DIR: `${homelab.folder}/${name}` };
      return pass(homelab, 0, manualClock(), { env });
    };
    for (const tag of ["1.39", "1.40", "1.41"]) {
      await homelab.registry.push("ghcr.io/you/web", release(tag));
      const results = (await Promise.all([host("one"), host("two")])).map(({ result }) => result).sort();
      assert.deepEqual(results, ["done", "nothing"], tag);
      assert.equal(await homelab.remote.git("rev-list", "--count", `main..${week}`), "1");
      assert.ok((await homelab.text(week, "compose.yaml")).includes(`web:${tag}@`));
    }
  }));

Deno.test("per image: a commit each in one push, with its own trailers and one plan", () =>
  withHomelab({ tree, images, settings: "update: { delivery: branch, commit: { per: image } }\n" }, async (homelab) => {
    const report = await pass(homelab);
    assert.equal(report.deliveries[0].commits, 2);
    const subjects = await homelab.remote.git("log", "--reverse", "--format=%s", `main..${week}`);
    assert.deepEqual(subjects.split("\n"), [
      "chore(images): update ghcr.io/you/db to 16.2",
      "chore(images): update ghcr.io/you/web to 1.38",
    ]);
    const plans = await homelab.remote.git(
      "log",
      "--format=%(trailers:key=Magos-Plan,valueonly,separator=)",
      `main..${week}`,
    );
    assert.deepEqual(new Set(plans.split("\n")), new Set([report.plan.id]));
    const changes = await homelab.remote.git("log", "-1", "--format=%(trailers:key=Magos-Change,valueonly)", week);
    assert.deepEqual(changes.trim().split("\n").map((line) => JSON.parse(line).image), ["ghcr.io/you/web"]);
    const between = await homelab.text(`${week}^`, "compose.yaml");
    assert.match(between, /web:1\.37"[\s\S]*db:16\.2@/);
    assert.equal((await pass(homelab)).result, "nothing");
  }));

Deno.test("a message template rules the message, and forges no trailer", () => {
  const message = [
    "update:",
    "  delivery: branch",
    "  commit:",
    "    message: |",
    "      deps: {{ len .images }} images for {{ .branch }}",
    "",
    "      {{ range .changes }}{{ .image }} {{ .from.tag }} -> {{ .to.tag }}",
    "      {{ end }}",
    `      Magos-Plan: ${"0".repeat(64)}`,
    "",
  ].join("\n");
  return withHomelab({ tree, images, settings: message }, async (homelab) => {
    const report = await pass(homelab);
    const written = await homelab.remote.git("log", "-1", "--format=%B", week);
    assert.match(written, /^deps: 2 images for image-updates\/2026-w04\n\nghcr\.io\/you\/web 1\.37 -> 1\.38\n/);
    const [first, ...others] = written.trimEnd().split("\n\n").at(-1)?.split("\n") ?? [];
    assert.equal(first, `Magos-Plan: ${report.plan.id}`);
    assert.ok(others.every((line) => /^Magos-(Run|Change): /.test(line)));
    assert.equal(report.deliveries[0].subject, "deps: 2 images for image-updates/2026-w04");
    assert.equal((await pass(homelab)).result, "nothing");
  });
});

Deno.test("a registry that is silent takes no change back from the branch", () => {
  return withHomelab({ tree, images, settings }, async (homelab) => {
    await pass(homelab);
    const tip = await homelab.remote.revision(week);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const http = withoutRepository("you/db");
    const half = await pass(homelab, 4, manualClock(), { http });
    assert.equal(half.result, "partly");
    assert.equal(half.deliveries[0].state, "unchanged");
    assert.ok(codes(half).includes("delivery.waits"), JSON.stringify(half.problems));
    assert.equal(await homelab.remote.revision(week), tip);
    assert.equal((await pass(homelab)).result, "done");
    assert.match(await homelab.text(week, "compose.yaml"), /web:1\.39@[\s\S]*db:16\.2@/);
  });
});

const grouped = {
  "compose.yaml": `services:
  web: { image: "ghcr.io/you/web:1.37" } # {"magos": {"policy": "semver"}}
  db: { image: "ghcr.io/you/db:16.1" } # {"magos": {"policy": "data"}}
`,
  "policies/data.yml": `apiVersion: v1
kind: ImagePolicy
metadata: { name: data }
spec: { group: data, selector: { semver: { range: ">=16" } } }
`,
};

Deno.test("a name that says the group gives each group a branch of its own, in one pass", () =>
  withHomelab({
    tree: grouped,
    images,
    settings: 'update: { delivery: branch, branch: "updates/{{ group }}" }\n',
  }, async (homelab) => {
    const planned = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    assert.deepEqual(
      planned.deliveries.map(({ branch, group, state, commits }: Record<string, unknown>) => [
        branch,
        group,
        state,
        commits,
      ]),
      [["updates/data", "data", "planned", 1], ["updates/ungrouped", null, "planned", 1]],
    );
    assert.match((await homelab.magos(["plan"])).out, /^1 change for updates\/data, from main, in 1 commit$/m);
    assert.equal((await pass(homelab)).result, "done");
    assert.match(await homelab.text("updates/data", "compose.yaml"), /web:1\.37"[\s\S]*db:16\.2@/);
    assert.match(await homelab.text("updates/ungrouped", "compose.yaml"), /web:1\.38@[\s\S]*db:16\.1"/);
    assert.equal((await pass(homelab)).result, "nothing");
    // A person's commit on one of them is no matter of the other one's.
    await homelab.remote.push({ "notes.md": "mine\n" }, { branch: "updates/data" });
    await homelab.registry.push("ghcr.io/you/db", release("16.3"));
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const half = await pass(homelab, 4);
    assert.equal(half.result, "partly");
    assert.deepEqual(half.deliveries.map(({ state }: { state: string }) => state), ["refused", "pushed"]);
    assert.match(await homelab.text("updates/ungrouped", "compose.yaml"), /web:1\.39@[\s\S]*db:16\.1"/);
  }));

Deno.test("per group: pushed to the followed branch as one commit for each group", () =>
  withHomelab({ tree: grouped, images, settings: "update: { commit: { per: group } }\n" }, async (homelab) => {
    const before = await homelab.remote.revision();
    const ran = await homelab.magos(["update"]);
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /Pushed 2 commits, the last of them [0-9a-f]{12} to main:/);
    assert.deepEqual((await homelab.remote.git("log", "--reverse", "--format=%s", `${before}..main`)).split("\n"), [
      "chore(images): update ghcr.io/you/db to 16.2",
      "chore(images): update ghcr.io/you/web to 1.38",
    ]);
    assert.equal((await pass(homelab)).result, "nothing");
  }));

Deno.test("naming an image loses no change of the others on the branch", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    await pass(homelab);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const ran = await homelab.magos(["update", "ghcr.io/you/web"], { clock: manualClock() });
    assert.equal(ran.code, 0, ran.err);
    assert.match(await homelab.text(week, "compose.yaml"), /web:1\.39@[\s\S]*db:16\.2@/);
  }));
