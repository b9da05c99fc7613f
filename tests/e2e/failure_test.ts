// What goes wrong at a user's: the exit code, where it is, how to cure it, and nothing changed.
import assert from "node:assert/strict";
import { release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const compose = 'services:\n  web:\n    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n';
const tree = { "compose.yaml": compose };

Deno.test("a bad configuration ends with 2, all problems at once with file:line:column and the nearest key", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const config = `${homelab.folder}/bad.yaml`;
    await Deno.writeTextFile(
      config,
      'repo:\n  urll: x\n  auth: { token: abc }\nupdate:\n  pin: sometimes\n  path: ["."]\n',
    );
    const ran = await homelab.magos(["--config", config, "update"]);
    assert.equal(ran.code, 2);
    assert.match(ran.err, /bad\.yaml:2:3\b/);
    assert.match(ran.err, /did you mean "url"\?/);
    assert.match(ran.err, /bad\.yaml:3:11\b/);
    assert.match(ran.err, /tokenFile/);
    assert.match(ran.err, /bad\.yaml:5:8\b/);
    assert.match(ran.err, /did you mean "paths"\?/);
    assert.equal(ran.out, "");
    const json = await homelab.magos(["--config", config, "update", "--json"]);
    assert.equal(json.code, 2);
    const report = JSON.parse(json.out);
    assert.equal(report.schema, "magos.error/v1");
    assert.deepEqual(report.problems.map((it: { code: string }) => it.code).sort(), [
      "config.invalid_value",
      "config.secret_inline",
      "config.unknown_key",
      "config.unknown_key",
    ]);
    assert.ok(!json.out.includes("abc"), "the secret itself is not repeated");
  }));

Deno.test("an unreachable registry ends with 4 and changes nothing", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const before = await homelab.remote.revision();
    await homelab.registry.stop();
    const ran = await homelab.magos(["update"], { clock: hurried() });
    homelab.registry.stop = () => Promise.resolve();
    assert.equal(ran.code, 4);
    assert.match(ran.err, /registry\.unreachable/);
    assert.match(ran.err, /compose\.yaml:3/);
    assert.match(ran.err, /cure: /);
    assert.equal(await homelab.remote.revision(), before);
  }));

Deno.test("a push that a hook rejects ends with 1, the remote's words, and nothing changed", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const before = await homelab.remote.revision();
    await homelab.remote.hook("pre-receive", "echo 'only on weekdays' >&2; exit 1");
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 1);
    const report = JSON.parse(ran.out);
    assert.equal(report.result, "failed");
    assert.equal(report.deliveries[0].state, "refused");
    const [problem] = report.problems;
    assert.equal(problem.code, "git.rejected");
    assert.match(problem.message, /only on weekdays/);
    assert.ok(problem.cure);
    assert.equal(await homelab.remote.revision(), before);
    await homelab.remote.hook("pre-receive", "exit 0");
    assert.equal((await homelab.magos(["update"])).code, 0, "the next pass delivers");
  }));

Deno.test("a wrong token ends with 1 and says which setting to mend", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await Deno.writeTextFile(`${homelab.folder}/token`, "wrong-token\n");
    const ran = await homelab.magos(["update"]);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /git\.unauthorized/);
    assert.match(ran.err, /cure: .*tokenFile/);
    assert.ok(!ran.err.includes("wrong-token"));
  }));

Deno.test("a broken marker is told by file, line and column, and the other values move", () => {
  const broken = 'a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver", "rnage": ">=1"}}\n';
  const alone = '# {"magos": {"policy": "semver"}}\nb: 1\n';
  return withHomelab({ tree: { ...tree, "broken.yaml": broken, "alone.yaml": alone }, images }, async (homelab) => {
    const ran = await homelab.magos(["update"]);
    assert.equal(ran.code, 4);
    assert.match(ran.err, /unknown key "rnage"; did you mean "range"\?[^]*at: broken\.yaml:1:25/);
    assert.match(ran.err, /stands alone[^]*at: alone\.yaml:1:1/);
    const head = await homelab.remote.revision();
    assert.equal(await homelab.text(head, "broken.yaml"), broken);
    assert.match(await homelab.text(head, "compose.yaml"), /web:1\.38@sha256:/);
  });
});

Deno.test("a range that cannot be understood is told at its marker", () => {
  const bad = 'a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver", "range": ">=1.2.0<2"}}\n';
  return withHomelab({ tree: { ...tree, "bad.yaml": bad }, images }, async (homelab) => {
    const ran = await homelab.magos(["plan"]);
    assert.equal(ran.code, 4);
    assert.match(ran.err, /policy\.invalid\]\n {2}at: bad\.yaml:1:4/);
  });
});

Deno.test("wrong usage ends with 2, and with --json it is one document", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const verb = await homelab.magos(["plna"]);
    assert.equal(verb.code, 2);
    assert.match(verb.err, /plan/);
    const json = await homelab.magos(["plan", "--nonsense", "--json"]);
    assert.equal(json.code, 2);
    assert.equal(JSON.parse(json.out).problems[0].code, "usage.invalid");
    const image = await homelab.magos(["plan", "ghcr.io/you/wbe"]);
    assert.equal(image.code, 2);
    assert.match(image.err, /did you mean ghcr\.io\/you\/web\?/);
  }));

Deno.test("no repository configured ends with 2 and the cure", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const config = `${homelab.folder}/empty.yaml`;
    await Deno.writeTextFile(config, `state: { dir: ${homelab.folder}/state2 }\n`);
    const ran = await homelab.magos(["--config", config, "update"]);
    assert.equal(ran.code, 2);
    assert.match(ran.err, /cure: .*MD_REPO/);
  }));

Deno.test("a pass waits for another one, says for whom, and gives up after --wait", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await Deno.mkdir(`${homelab.folder}/state`, { recursive: true });
    using lock = await Deno.open(`${homelab.folder}/state/pass.lock`, { create: true, write: true, read: true });
    await lock.lock(true);
    await lock.write(new TextEncoder().encode("update pass (manual), pid 7"));
    const ran = await homelab.magos(["update", "--wait", "0s"]);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /lock\.held/);
    assert.match(ran.err, /pid 7/);
  }));

/** Waits between attempts are over at once; the time itself is the machine's. */
function hurried(): { now(): number; monotonic(): number; sleep(): Promise<void> } {
  return { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() };
}
