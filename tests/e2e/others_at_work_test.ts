// Others at work while a pass runs: a second process under the lock, and people who rewrite the branch.
import assert from "node:assert/strict";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import type { System } from "../../src/core/ports/system.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { assertNothingHalfDone } from "./half_done.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";
import { startMagos } from "./start_magos.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const compose = 'services:\n  web:\n    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n';
const tree = { "compose.yaml": compose };
const subject = "chore(images): update ghcr.io/you/web to 1.38";

Deno.test("a second process that holds the lock is lock.held, named, and gone with that process", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const first = await homelab.remote.revision();
    const env = { MAGOS_STOP_AFTER: "planned", MAGOS_STOP_WITH: "SIGSTOP" };
    await using other = startMagos(homelab, ["update"], { env });
    const out = other.stdout.getReader();
    assert.equal(new TextDecoder().decode((await out.read()).value), "standing still\n");
    const ran = await homelab.magos(["update", "--wait", "0s", "--json"]);
    assert.equal(ran.code, 1);
    const [problem] = JSON.parse(ran.out).problems;
    assert.equal(problem.code, "lock.held");
    assert.match(problem.message, /another pass is running \(update pass \(manual\), started 20/);
    assert.match(problem.cure, /--wait/);
    assert.match(ran.err, /^waiting for another pass \(update pass/);
    assert.equal(JSON.parse((await homelab.magos(["status", "--json"])).out).passes.update.running, true);
    assert.equal(await homelab.remote.revision(), first);
    other.kill("SIGKILL");
    await other.status;
    await out.cancel();
    const status = JSON.parse((await homelab.magos(["status", "--json"])).out);
    assert.deepEqual([status.passes.update.running, status.passes.update.lastResult], [false, "interrupted"]);
    assert.equal((await homelab.magos(["update", "--wait", "0s"])).code, 0);
    assert.equal(await homelab.remote.git("log", "--format=%s", `${first}..main`), subject);
    await assertNothingHalfDone(homelab);
  }));

Deno.test("a branch that was rewritten between two passes is followed with a warning, and nothing of it is lost", () =>
  withHomelab({ tree, images }, async (homelab) => {
    assert.equal((await homelab.magos(["update"])).code, 0);
    const rewritten = await rewrite(homelab);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0, ran.out);
    const { problems } = JSON.parse(ran.out);
    assert.deepEqual(problems.map((it: { code: string; severity: string }) => [it.code, it.severity]), [
      ["git.rewritten", "warning"],
    ]);
    assert.match(problems[0].message, /the branch main was rewritten: [a-f0-9]{12} is no longer part of it/);
    assert.ok(problems[0].cure);
    assert.equal(await homelab.remote.git("rev-parse", "main^"), rewritten);
    assert.match(await homelab.text(await homelab.remote.revision(), "compose.yaml"), /web:1\.39@sha256:/);
    assert.deepEqual(JSON.parse((await homelab.magos(["update", "--json"])).out).problems, []);
  }));

Deno.test("a branch that is rewritten between fetch and push is not pushed over: the pass begins again on it", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"], beforeFirstPush(() => rewrite(homelab)));
    assert.equal(ran.code, 0, ran.out);
    const report = JSON.parse(ran.out);
    assert.equal(report.deliveries[0].attempts, 2);
    assert.deepEqual(report.problems.map((it: { code: string }) => it.code), ["git.rewritten"]);
    const subjects = await homelab.remote.git("log", "--format=%s", "main");
    assert.equal(subjects, `${subject}\nwritten anew`);
    await assertNothingHalfDone(homelab);
  }));

Deno.test("a branch that is deleted between fetch and push is not made anew", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await homelab.remote.git("branch", "other", "main");
    const removes = beforeFirstPush(() => homelab.remote.git("update-ref", "-d", "refs/heads/main"));
    const ran = await homelab.magos(["update", "--json"], removes);
    assert.equal(ran.code, 1, ran.out);
    assert.deepEqual(JSON.parse(ran.out).problems.map((it: { code: string }) => it.code), ["git.no_branch"]);
    assert.equal(await homelab.remote.git("for-each-ref", "--format=%(refname)"), "refs/heads/other");
    await homelab.remote.git("branch", "main", "other");
    assert.equal((await homelab.magos(["update"])).code, 0);
    assert.equal(await homelab.remote.git("log", "--format=%s", "other..main"), subject);
    await assertNothingHalfDone(homelab);
  }));

/** Somebody replaces all history of the branch by one commit with the first files. */
async function rewrite({ remote }: Homelab): Promise<string> {
  const first = await remote.git("rev-list", "--max-parents=0", "main");
  const made = await runGitAs(remote.path, ["commit-tree", `${first}^{tree}`, "-m", "written anew"]);
  await remote.git("update-ref", "refs/heads/main", made);
  return made;
}

/** A machine on which something happens at the remote right before the first push, and only then. */
function beforeFirstPush(happens: () => Promise<unknown>): Partial<System> {
  const real = denoProcess([]);
  let hasHappened = false;
  return {
    clock: { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() },
    process: {
      async run(command) {
        if (command.args[0] === "push" && !hasHappened) {
          hasHappened = true;
          await happens();
        }
        return await real.run(command);
      },
    },
  };
}
