// The seed's Flux image-automation design, run as it is written: each line of its success criteria and its workflow.
import assert from "node:assert/strict";
import { manualClock } from "../../fakes/manual_clock.ts";
import { type Homelab, release, withHomelab } from "../homelab.ts";
import {
  canonical,
  manifestOf,
  nameOf,
  seedExcluded,
  type SeedImage,
  seedImages,
  seedRegistries,
  seedSettings,
  seedTree,
} from "./seed.ts";

const day = 86_400_000;

/** The day of the seed is in week 4 of 2026. */
const week = "image-updates/2026-w04";

function withSeed(versioning: "flux" | "loose", test: (homelab: Homelab) => Promise<void>): Promise<void> {
  return withHomelab({ images: seedRegistries(), tree: seedTree(), settings: seedSettings(versioning) }, test);
}

// deno-lint-ignore no-explicit-any -- the shape is checked in json_test.ts
async function run(homelab: Homelab, args: readonly string[], clock = manualClock()): Promise<any> {
  const ran = await homelab.magos([...args, "--json"], { clock });
  assert.equal(ran.code, 0, ran.out + ran.err);
  return JSON.parse(ran.out);
}

/** The image in a manifest, as the remote has it. */
async function valueAt(homelab: Homelab, revision: string, image: string): Promise<string> {
  const text = await homelab.text(revision, manifestOf(image));
  return /^ +image: (\S+)/m.exec(text)?.[1] ?? "";
}

/** What a manifest must hold: `release` moves by its digest, all others by their tag alone. */
async function wanted(homelab: Homelab, { image, pinned }: SeedImage, tag: string | null): Promise<string> {
  if (tag !== "release") return `${image}:${tag ?? pinned}`;
  const [digest] = await homelab.digestsOf(canonical(image), ["release"]);
  return `${image}:release@${digest}`;
}

async function branches(homelab: Homelab): Promise<readonly string[]> {
  return (await homelab.remote.git("for-each-ref", "--format=%(refname:short)", "refs/heads")).split("\n");
}

/** A person merges the branch as a forge does, and deletes it. */
async function merge({ remote }: Homelab, branch: string): Promise<void> {
  const [main, tip, files] = [
    await remote.revision(),
    await remote.revision(branch),
    await remote.git("rev-parse", `${branch}^{tree}`),
  ];
  const merged = await remote.git("commit-tree", files, "-p", main, "-p", tip, "-m", `Merge ${branch}`);
  await remote.git("update-ref", "refs/heads/main", merged);
  await remote.git("branch", "-D", branch);
}

Deno.test("success criterion: all ImageRepository resources scan successfully", () =>
  withSeed("loose", async (homelab) => {
    const { images } = await run(homelab, ["scan"]);
    assert.equal(images.length, seedImages.length);
    assert.deepEqual(images.filter(({ complete }: { complete: boolean }) => !complete), []);
  }));

Deno.test("success criterion: all ImagePolicy resources select the versions that their owner means", () =>
  withSeed("loose", async (homelab) => {
    const { decisions, problems } = await run(homelab, ["plan"]);
    const chosen = new Map(decisions.map((it: { target: { file: string }; selected: { tag: string } | null }) => [
      it.target.file,
      it.selected?.tag,
    ]));
    assert.deepEqual(
      seedImages.map(({ image }) => `${image} ${chosen.get(manifestOf(image))}`),
      seedImages.map(({ image, loose }) => `${image} ${loose}`),
    );
    assert.deepEqual(problems.map(({ code }: { code: string }) => code), ["flux.week_layout"]);
  }));

Deno.test("success criterion: the ImageUpdateAutomation makes its branch on schedule, once", () =>
  withSeed("loose", async (homelab) => {
    const main = await homelab.remote.revision();
    const report = await run(homelab, ["update"]);
    assert.deepEqual(
      report.deliveries.map((
        it: { branch: string; state: string; changes: number; commits: number },
      ) => [it.branch, it.state, it.changes, it.commits]),
      [[week, "pushed", 31, 1]],
    );
    assert.deepEqual(await branches(homelab), [week, "main"]);
    assert.equal(await homelab.remote.revision(), main, "nothing goes to main without a person");
    const tip = await homelab.remote.revision(week);
    assert.equal((await run(homelab, ["update"])).result, "nothing");
    const twelveHours = manualClock();
    twelveHours.advance(day / 2);
    assert.equal((await run(homelab, ["update"], twelveHours)).result, "nothing");
    assert.equal(await homelab.remote.revision(week), tip);
  }));

Deno.test("success criterion: manifests are updated with new versions, and nothing else in them", () =>
  withSeed("loose", async (homelab) => {
    await run(homelab, ["update"]);
    for (const one of seedImages) {
      assert.equal(await valueAt(homelab, week, one.image), await wanted(homelab, one, one.loose));
      const [old, now] = [
        await homelab.text("main", manifestOf(one.image)),
        await homelab.text(week, manifestOf(one.image)),
      ];
      assert.equal(now.replace(await wanted(homelab, one, one.loose), `${one.image}:${one.pinned}`), old);
    }
    const changed = await homelab.remote.git("diff", "--name-only", "main", week);
    assert.equal(changed.split("\n").length, seedImages.length, "no file but theirs");
  }));

Deno.test("success criterion: the commit of the week bears the rendered messageTemplate and magos's trailers", () =>
  withSeed("loose", async (homelab) => {
    await run(homelab, ["update"]);
    const [author, message = ""] = (await homelab.remote.git("log", "--format=%an <%ae>%x00%B", `main..${week}`)).split(
      "\0",
    );
    assert.equal(author, "flux-image-bot <flux@home-infra.net>");
    // Flux sorts its changes by setter.
    const setters = [...seedImages].sort((a, b) => nameOf(a.image) < nameOf(b.image) ? -1 : 1);
    const changes = await Promise.all(
      setters.map(async (one) => `${one.image}:${one.pinned} -> ${await wanted(homelab, one, one.loose)} `),
    );
    const [rendered, trailers = ""] = message.split("\n\n");
    assert.equal(rendered, `chore(images): update ${changes.join("").trimEnd()}`);
    assert.match(trailers, /^Magos-Plan: [0-9a-f]{64}\nMagos-Run: \S+\n(Magos-Change: \{.*\}\n?){31}$/);
  }));

Deno.test("excluded from automation: the four images are untouched, and listed with their reasons", () =>
  withSeed("loose", async (homelab) => {
    const plan = await run(homelab, ["plan", "--all"]);
    const told = plan.excluded.map(({ image, reason }: { image: string; reason: string }) => `${image} ${reason}`);
    assert.deepEqual(told.sort(), seedExcluded.map((it) => it.join(" ")).sort());
    assert.deepEqual(plan.unmanaged, []);
    await run(homelab, ["update"]);
    for (const [image] of seedExcluded) assert.equal(await valueAt(homelab, week, image), image);
    const text = await homelab.magos(["plan", "--all"], { clock: manualClock() });
    for (const [image, reason] of seedExcluded) {
      assert.match(text.out, new RegExp(`${image.replaceAll(".", "\\.")} .*${reason}`));
    }
  }));

Deno.test("under flux versioning Flux's own answers are given, differences are named with the cure, nothing goes down", () =>
  withSeed("flux", async (homelab) => {
    const plan = await run(homelab, ["plan"]);
    type Told = { target: { file: string }; state: string; selected: { tag: string } | null; reasons: string[] };
    const decisions = new Map<string, Told>(plan.decisions.map((it: Told) => [it.target.file, it]));
    const text = (await homelab.magos(["plan"], { clock: manualClock() })).out;
    const differing = seedImages.filter(({ loose, flux }) => loose !== flux);
    assert.equal(differing.length, 11, "tika, busybox, immich, hotio's six, minio's two");
    for (const { image, loose, flux } of seedImages) {
      const decision = decisions.get(manifestOf(image));
      assert.equal(decision?.selected?.tag ?? null, flux, image);
      assert.ok(flux !== null || decision?.state === "current", image);
      const cures = decision?.reasons.filter((reason) => reason.includes("magos.dev/versioning: loose")) ?? [];
      assert.equal(cures.length, loose === flux ? 0 : 1, `${image}: ${decision?.reasons.join("; ")}`);
      const [row = ""] = text.split("\n").filter((line) => line.includes(`${manifestOf(image)}:`));
      assert.equal(row.includes("magos.dev/versioning: loose"), loose !== flux, row);
    }
    await run(homelab, ["update"]);
    for (const one of seedImages) {
      assert.equal(await valueAt(homelab, week, one.image), await wanted(homelab, one, one.flux), "or as it was");
    }
    assert.equal((await run(homelab, ["update"])).result, "nothing");
  }));

Deno.test("workflow 1 and 2: a new tag after twelve hours is committed to the same weekly branch, made anew", () =>
  withSeed("loose", async (homelab) => {
    const clock = manualClock();
    await run(homelab, ["update"], clock);
    await homelab.registry.push("docker.io/ollama/ollama", release("0.14.4"));
    clock.advance(day / 2);
    const report = await run(homelab, ["update"], clock);
    assert.deepEqual(report.deliveries.map((it: { branch: string; state: string }) => [it.branch, it.state]), [
      [week, "pushed"],
    ]);
    assert.equal(await homelab.remote.git("rev-list", "--count", `main..${week}`), "1");
    assert.equal(await valueAt(homelab, week, "ollama/ollama"), "ollama/ollama:0.14.4");
  }));

Deno.test("workflow 3: a reviewer's own commit on the branch is never taken from him", () =>
  withSeed("loose", async (homelab) => {
    await run(homelab, ["update"]);
    const person = await homelab.remote.push({ "notes.md": "wait\n" }, { branch: week });
    await homelab.registry.push("docker.io/ollama/ollama", release("0.14.4"));
    const clock = manualClock();
    clock.advance(day / 2);
    const ran = await homelab.magos(["update", "--json"], { clock });
    assert.equal(ran.code, 1);
    assert.deepEqual(JSON.parse(ran.out).deliveries[0].problems[0].code, "delivery.foreign_commit");
    assert.equal(await homelab.remote.revision(week), person);
  }));

Deno.test("workflow 4 and 5: after the merge main holds the versions, and there is nothing to do", () =>
  withSeed("loose", async (homelab) => {
    const clock = manualClock();
    await run(homelab, ["update"], clock);
    await merge(homelab, week);
    for (const one of seedImages) {
      assert.equal(await valueAt(homelab, "main", one.image), await wanted(homelab, one, one.loose));
    }
    clock.advance(day / 2);
    const report = await run(homelab, ["update"], clock);
    assert.deepEqual([report.result, report.deliveries], ["nothing", []]);
    assert.deepEqual(await branches(homelab), ["main"]);
    assert.deepEqual(report.problems.map(({ code }: { code: string }) => code), ["flux.week_layout"]);
  }));

Deno.test("weekly branches appear for review, across week 53 of 2026 and into the new year", () =>
  withSeed("loose", async (homelab) => {
    // The Monday of the last week but one.
    const clock = manualClock(Date.UTC(2026, 11, 21, 12));
    const weeks = ["2026-w52", "2026-w53", "2026-w53", "2027-w01"].map((it) => `image-updates/${it}`);
    // 31 December and 2 January lie in one week, which is the old year's (ISO 8601).
    const steps = [7 * day + 3 * day, 2 * day, 4 * day, 0];
    for (const [index, name] of weeks.entries()) {
      await homelab.registry.push("docker.io/ollama/ollama", release(`0.15.${index}`));
      const report = await run(homelab, ["update"], clock);
      assert.deepEqual(report.deliveries.map(({ branch }: { branch: string }) => branch), [name]);
      assert.equal(await valueAt(homelab, name, "ollama/ollama"), `ollama/ollama:0.15.${index}`);
      clock.advance(steps[index] ?? 0);
    }
    assert.deepEqual(await branches(homelab), [...new Set(weeks), "main"]);
    const { problems } = await run(homelab, ["update"], clock);
    const open = problems.filter(({ code }: { code: string }) => code === "delivery.still_open");
    assert.equal(open.length, 2, "the two that nobody merged");
    await merge(homelab, "image-updates/2027-w01");
    assert.deepEqual((await run(homelab, ["update"], clock)).deliveries, []);
  }));

Deno.test("phase 3: validate finds nothing wrong with the whole repository but the week's layout", () =>
  withSeed("loose", async (homelab) => {
    const clone = `${homelab.folder}/clone`;
    await new Deno.Command("git", { args: ["clone", "-q", homelab.remote.path, clone] }).output();
    const ran = await homelab.magos(["validate", clone, "--json"]);
    const report = JSON.parse(ran.out);
    assert.deepEqual(report.problems.map(({ code }: { code: string }) => code), ["flux.week_layout"]);
  }));
