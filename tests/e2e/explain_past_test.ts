// Which commit set a value, when and why, asked of the copy on this machine.
import assert from "node:assert/strict";
import { explainShape } from "../contract/report_shapes.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.36"), release("1.37")] }];
const tree = { "compose.yaml": 'a: ghcr.io/you/web:1.36 # {"magos": {"policy": "semver"}}\n' };

type Item = ReturnType<typeof explainShape.parse>["items"][number];

async function explain(homelab: Homelab, ...args: readonly string[]): Promise<Item> {
  const ran = await homelab.magos(["explain", "compose.yaml:1", ...args, "--json"]);
  assert.equal(ran.code, 0, ran.out);
  const report = explainShape.parse(JSON.parse(ran.out));
  assert.deepEqual(report.problems.filter(({ code }) => code.startsWith("git.")), []);
  assert.equal(report.items.length, 1);
  return report.items[0] as Item;
}

Deno.test("explain names the commit that set a value, from what and why, without and with the state", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const before = await explain(homelab);
    assert.deepEqual([before.setBy, before.movedSince], [null, null]);
    assert.match((await homelab.magos(["explain", "compose.yaml:1"])).out, /set by +not by magos/);
    await homelab.magos(["update"]);
    const commit = await homelab.remote.revision();
    await homelab.registry.push("ghcr.io/you/web", release("2.0-rc1"));
    const { setBy } = await explain(homelab);
    assert.equal(setBy?.commit.revision, commit);
    assert.equal(setBy.commit.author, "magos <magos@localhost>");
    assert.match(setBy.run ?? "", /^\d{8}T\d{6}Z-[a-f0-9]+@testhost$/);
    assert.deepEqual([setBy.change.policy, setBy.change.from, setBy.change.to.tag, setBy.change.created], [
      "semver",
      { tag: "1.36", digest: null },
      "1.37",
      "2026-01-10T10:00:00Z",
    ]);
    assert.deepEqual([setBy.branch, setBy.merge, setBy.number], ["main", null, null]);
    const text = (await homelab.magos(["explain", "ghcr.io/you/web"])).out;
    assert.match(text, new RegExp(`set by +${commit.slice(0, 12)} of \\S+Z by magos <magos@localhost>, to main\n`));
    assert.match(
      text,
      /moved +1\.36 -> 1\.37@[a-f0-9]{12}: semver, known for \d+s, built 2026-01-10T10:00:00Z, linux\/amd64/,
    );
    await Deno.remove(`${homelab.folder}/state`, { recursive: true });
    const lost = await explain(homelab);
    assert.deepEqual([lost.setBy?.commit.revision, lost.setBy?.branch], [commit, null]);
  }));

Deno.test("explain knows of a value that a person put back, and of one that magos never set", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await homelab.magos(["update"]);
    const first = await homelab.remote.revision();
    await homelab.registry.push("ghcr.io/you/web", release("1.38"));
    const held = await homelab.text(first, "compose.yaml");
    await homelab.magos(["update"]);
    const second = await homelab.remote.revision();
    await homelab.remote.push({ "compose.yaml": held }, { message: "1.38 is broken" });
    const back = await explain(homelab);
    assert.deepEqual([back.setBy?.commit.revision, back.movedSince?.commit.revision], [first, second]);
    assert.match((await homelab.magos(["explain", "compose.yaml:1"])).out, /moved since +to 1\.38@[a-f0-9]{12} by /);
    await homelab.remote.push({ "compose.yaml": held.replace(/:1\.37@\S+/, ":1.36") });
    const own = await explain(homelab);
    assert.equal(own.setBy, null);
  }));

Deno.test("explain names the merge, the branch and the pull request, also in a clone without network", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await homelab.magos(["update"]);
    const commit = await homelab.remote.revision();
    const folder = `${homelab.folder}/person`;
    await runGitAs(homelab.folder, ["clone", "-q", homelab.remote.path, folder]);
    const git = (...args: readonly string[]): Promise<string> => runGitAs(folder, args);
    await git("checkout", "-q", "-B", "main", `${commit}^`);
    await git("commit", "-q", "--allow-empty", "-m", "meanwhile");
    await git("merge", "-q", "--no-ff", "-m", "Merge pull request #7 from you/image-updates/2026-w46", commit);
    const merge = await git("rev-parse", "HEAD");
    await git("commit", "-q", "--allow-empty", "-m", "later");
    await git("push", "-q", "--force", "origin", "main");
    const { setBy } = await explain(homelab);
    const landing = [commit, merge, "image-updates/2026-w46", 7];
    assert.deepEqual([setBy?.commit.revision, setBy?.merge, setBy?.branch, setBy?.number], landing);

    await homelab.server.close();
    const config = `${homelab.folder}/clone.yaml`;
    await Deno.writeTextFile(config, "registries: { registriesConf: registries.conf }\nstate: { dir: state }\n");
    const ran = await homelab.magos(["--config", config, "explain", "compose.yaml:1", "--json"], { cwd: folder });
    assert.equal(ran.code, 0, ran.out);
    const [local] = explainShape.parse(JSON.parse(ran.out)).items;
    assert.deepEqual([local?.setBy?.commit.revision, local?.setBy?.merge], landing.slice(0, 2));
  }));

Deno.test("explain asks the remote for nothing more than plan does", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await homelab.magos(["update"]);
    const asked = async (...args: readonly string[]): Promise<readonly string[]> => {
      const before = homelab.server.seen.length;
      assert.equal((await homelab.magos(args)).code, 0);
      return homelab.server.seen.slice(before).map(({ method, path }) => `${method} ${path}`);
    };
    await asked("plan");
    const plan = await asked("plan");
    assert.ok(plan.length > 0);
    assert.deepEqual(await asked("explain", "compose.yaml:1"), plan);
  }));
