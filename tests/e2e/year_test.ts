// A year of weekly branches with a driven clock: 2026 has 53 weeks (ISO 8601), and the new year begins in the last.
import assert from "node:assert/strict";
import { manualClock } from "../fakes/manual_clock.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const weekLong = 7 * 86_400_000;
// Half an hour past midnight in Berlin while it is still Sunday in UTC: the time zone decides the week.
const start = Date.UTC(2026, 0, 4, 23, 30);

const weeks = [
  ...Array.from({ length: 52 }, (_, index) => `image-updates/2026-w${String(index + 2).padStart(2, "0")}`),
  ...["01", "02", "03"].map((week) => `image-updates/2027-w${week}`),
];

const settings = "update: { delivery: branch, schedule: { timeZone: Europe/Berlin } }\n";
const tree = {
  "compose.yaml": 'services: { web: { image: "ghcr.io/you/web:1.0" } } # {"magos": {"policy": "semver"}}\n',
};
const images = [{ name: "ghcr.io/you/web", releases: [release("1.0")] }];

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

Deno.test("a year of weekly branches: each week its own, each change once, what is left open is named", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    const clock = manualClock(start);
    // deno-lint-ignore no-explicit-any -- the shape is checked in json_test.ts
    const pass = async (): Promise<any> => {
      const ran = await homelab.magos(["update", "--json"], { clock });
      assert.equal(ran.code, 0, ran.err + ran.out);
      return JSON.parse(ran.out);
    };
    let open: string | null = null;
    for (const [index, week] of weeks.entries()) {
      await homelab.registry.push("ghcr.io/you/web", release(`1.${index + 1}`));
      const report = await pass();
      assert.equal(report.result, "done", week);
      assert.deepEqual(report.deliveries.map((it: { branch: string }) => it.branch), [week]);
      const named = report.problems.map(({ code, message }: { code: string; message: string }) =>
        `${code} ${message.split(" ")[0]}`
      );
      assert.deepEqual(named, open === null ? [] : [`delivery.still_open ${open}`], week);
      assert.equal(await homelab.remote.git("rev-list", "--count", `main..${week}`), "1");
      assert.match(await homelab.text(week, "compose.yaml"), new RegExp(`web:1\\.${index + 1}@sha256:`));
      if (open !== null) await homelab.remote.git("branch", "-D", open);
      open = index % 9 === 8 ? week : null;
      if (open === null) await merge(homelab, week);
      if (index % 13 === 12) {
        // The last evening of the week in Berlin.
        clock.advance(weekLong - 2 * 3_600_000);
        const quiet = await pass();
        assert.equal(quiet.result, "nothing", week);
        clock.advance(2 * 3_600_000);
      } else clock.advance(weekLong);
    }
    assert.match(await homelab.text("main", "compose.yaml"), /web:1\.55@sha256:/);
    const merges = await homelab.remote.git("rev-list", "--count", "--merges", "main");
    assert.equal(merges, "49", "six of the 55 branches were left open");
    const values = await homelab.remote.git("log", "--no-merges", "--reverse", "--format=%s", "main");
    assert.equal(new Set(values.split("\n")).size, 50, "the first commit and each change once");
  }));
