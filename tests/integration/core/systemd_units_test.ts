// The units as systemd itself judges them: every line is understood, and how far they are closed.
import assert from "node:assert/strict";
import { systemdUnits, type UnitOrder } from "../../../src/core/stack/systemd_units.ts";
import { needs } from "../../fakes/needs.ts";

const program = needs("systemd-analyze");
const utf8 = new TextDecoder();

async function analyze(args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const ran = await new Deno.Command("systemd-analyze", {
    args: [...args],
    env: { SYSTEMD_COLORS: "0", XDG_RUNTIME_DIR: "/tmp" },
  }).output();
  return { code: ran.code, text: utf8.decode(ran.stdout) + utf8.decode(ran.stderr) };
}

async function withUnits(
  changes: Partial<UnitOrder>,
  test: (folder: string, names: readonly string[]) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "magos-units-" });
  try {
    const order: UnitOrder = {
      maker: "magos 0.1.0",
      scope: "system",
      kind: "daemon",
      // `verify` wants the program to be there.
      program: "/bin/true",
      isReleased: true,
      config: "/srv/my conf/100%.yaml",
      secrets: [{ key: "repo.auth.tokenFile", path: "/etc/magos/token" }, { key: "registries.authFile", path: "/a" }],
      files: [],
      applies: false,
      writes: ["/srv/my git/100%.git"],
      every: { update: 43_200, apply: 300 },
      ...changes,
    };
    const units = systemdUnits(order);
    for (const { name, text } of units) await Deno.writeTextFile(`${folder}/${name}`, text);
    await test(folder, units.map(({ name }) => name));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const kinds = (["system", "user"] as const).flatMap((scope) =>
  (["daemon", "timer"] as const).flatMap((kind) => [false, true].map((applies) => ({ scope, kind, applies })))
);

for (const order of kinds) {
  const what = `${order.scope} ${order.kind}${order.applies ? " that deploys" : ""}`;
  Deno.test({
    name: `systemd understands every line of the units: ${what}${program.suffix}`,
    ignore: program.ignore,
    fn: () =>
      withUnits(order, async (folder, names) => {
        const paths = names.map((name) => `${folder}/${name}`);
        const { code, text } = await analyze(["verify", "--man=no", `--${order.scope}`, ...paths]);
        const ours = text.split("\n").filter((line) => line.includes("magos"));
        assert.deepEqual([ours, code], [[], 0], text);
      }),
  });
}

/** The level of exposure from 0 to 10, as a number of tenths. */
async function exposureOf(changes: Partial<UnitOrder>): Promise<number> {
  let level = Number.NaN;
  await withUnits(changes, async (folder, [name]) => {
    const { text } = await analyze(["security", "--offline=true", "--no-pager", `${folder}/${name}`]);
    level = Number(/exposure level for \S+: (\d+\.\d)/.exec(text)?.[1]) * 10;
  });
  return Math.round(level);
}

Deno.test({
  name: `systemd finds a host's units that deploy nothing well closed${program.suffix}`,
  ignore: program.ignore,
  fn: async () => {
    const levels = {
      daemon: await exposureOf({}),
      timer: await exposureOf({ kind: "timer" }),
      // What is hardened in a user's manager counts for less, since it has no walls.
      user: await exposureOf({ scope: "user" }),
    };
    assert.ok(levels.daemon <= 25 && levels.timer <= 25, JSON.stringify(levels));
    assert.ok(levels.user <= 70, JSON.stringify(levels));
  },
});
