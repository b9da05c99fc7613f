// magos export flux: what it writes, and that magos reads in it the very rules that it was made from.
import assert from "node:assert/strict";
import { readPolicyBook } from "../../src/core/documents/policy_book.ts";
import { readPolicyCases } from "../../src/core/documents/policy_test_cases.ts";
import type { NamedPolicy } from "../../src/core/model/policy.ts";
import { selectTags } from "../../src/core/policy/select_tags.ts";
import { needs } from "../fakes/needs.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { type Folder, withFolder } from "./folder.ts";
import { release, withHomelab } from "./homelab.ts";

const samples = new URL("../../policies/", import.meta.url).pathname;
const groups = Array.from(Deno.readDirSync(samples), ({ name }) => name).filter((name) => name.endsWith(".flux.yaml"))
  .map((name) => name.replace(".flux.yaml", "")).sort();

async function exportedBook(folder: Folder): Promise<ReadonlyMap<string, NamedPolicy>> {
  const files = await Promise.all(["image-repositories.yaml", "image-policies.yaml"].map(async (file) => ({
    file,
    text: await folder.read(`out/${file}`),
    mayHoldPolicies: false,
  })));
  const { book, problems } = readPolicyBook(files, { fluxVersioning: "flux" });
  assert.deepEqual(problems, []);
  return book.flux;
}

for (const group of groups) {
  Deno.test(`export flux of policies/${group} reads back as the same answers, from markers and from policies`, async () => {
    const compose = await Deno.readTextFile(`${samples}${group}.compose.yaml`);
    const policies = await Deno.readTextFile(`${samples}${group}.yaml`);
    const { cases } = readPolicyCases(await Deno.readTextFile(`${samples}${group}.test.yaml`), "cases");
    const { book } = readPolicyBook([{ file: "p", text: policies, mayHoldPolicies: true }], { fluxVersioning: "flux" });
    const named = compose.replace(/^( {2}(\S+):\n.*) # \{"magos".*$/gm, '$1 # {"magos": {"policy": "$2"}}');
    for (const tree of [{ "compose.yaml": compose }, { "compose.yaml": named, "policies/p.yaml": policies }]) {
      await withFolder(tree, async (folder) => {
        const ran = await folder.magos(["export", "flux", "--out", `${folder.path}/out`, "--json"]);
        assert.equal(ran.code, 0, ran.out);
        const exported = await exportedBook(folder);
        const marked = await folder.read("out/marked/compose.yaml");
        const setters = [...marked.matchAll(/^ {2}(\S+):\n {4}image: (\S+):(\S+) # \{"\$imagepolicy": "([^"]+)"\}$/gm)];
        assert.equal(setters.length, book.magos.size, marked);
        for (const [, service = "", image = "", current = "", setter = ""] of setters) {
          const [before, after] = [book.magos.get(service), exported.get(setter)];
          assert.ok(before !== undefined && after !== undefined, setter);
          assert.equal(after.image, image);
          const own = cases.filter(({ policy }) => policy.kind === "named" && policy.name === service);
          assert.ok(own.length > 0);
          for (const { tags, expect } of own) {
            const answer = selectTags(after.policy, tags.map(({ tag }) => tag), current);
            assert.equal(answer.ok && answer.value.selected, expect, `${service} ${JSON.stringify(after.policy)}`);
          }
        }
      });
    }
  });
}

const image = (marker: string): string => `services:\n  a:\n    image: ghcr.io/you/app:1.4.2${marker}\n`;
const plain = image(' # {"magos": {"policy": "semver", "range": "^1"}}');

Deno.test("export flux keeps what Flux cannot say in annotations, and names each kind once", () => {
  const marker = '{"policy": "semver", "range": "^1", "minAge": "3d", "arch": ["amd64", "arm/v7"], "prerelease": true}';
  return withFolder({ "compose.yaml": image(` # {"magos": ${marker}}`) }, async (folder) => {
    const report = JSON.parse((await folder.magos(["export", "flux", "--out", "out", "--json"])).out);
    assert.equal(report.schema, "magos.export/v1");
    assert.deepEqual(report.files, [
      "image-repositories.yaml",
      "image-policies.yaml",
      "image-update-automation.yaml",
      "kustomization.yaml",
      "marked/compose.yaml",
    ]);
    const policy = (await exportedBook(folder)).get("flux-system:app")?.policy;
    assert.ok(policy !== undefined);
    assert.deepEqual(
      [policy.versioning, policy.minAgeSeconds, policy.prerelease, policy.arch.map(({ architecture }) => architecture)],
      ["loose", 3 * 86_400, true, ["amd64", "arm"]],
    );
    const told = report.problems.map(({ message }: { message: string }) => message.split(" ", 1)[0]);
    assert.deepEqual(told.filter((word: string) => word.startsWith("magos.dev/")), [
      "magos.dev/arch",
      "magos.dev/min-age",
    ]);
  });
});

Deno.test("export flux leaves to magos what Flux cannot set, with its place and reason", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const tree = {
    "web.container": '[Container]\n# {"magos": {"policy": "semver"}}\nImage=ghcr.io/you/web:1.2\n',
    ".env": "TAG=1.2\n",
    "compose.yaml": `services:
  a:
    image: ghcr.io/you/app:\${TAG} # {"magos": {"policy": "semver"}}
  b:
    image: ghcr.io/you/app@${digest} # {"magos": {"policy": "digest", "pin": "digest"}}
  c:
    image: mirror.lan/app:1.2 # {"magos": {"policy": "semver", "repo": "ghcr.io/you/app"}}
  d:
    image: ghcr.io/you/db:1.2 # {"magos": {"policy": "semver"}}
`,
  };
  return withFolder(tree, async (folder) => {
    const ran = await folder.magos(["export", "flux", "--out", "out", "--json"]);
    const { problems } = JSON.parse(ran.out);
    const kept = problems.filter(({ code }: { code: string }) => code === "flux.not_exported");
    assert.deepEqual(kept.map(({ file, line }: { file: string; line: number }) => `${file}:${line}`), [
      "compose.yaml:3",
      "compose.yaml:5",
      "compose.yaml:7",
      "web.container:3",
    ]);
    const lines = (await folder.read("out/marked/compose.yaml")).split("\n");
    assert.equal(lines[8], '    image: ghcr.io/you/db:1.2 # {"$imagepolicy": "flux-system:db"}');
    assert.deepEqual(lines.toSpliced(8, 1), tree["compose.yaml"].split("\n").toSpliced(8, 1));
  });
});

Deno.test("export flux exports apps without markers, and the configuration as an automation", () => {
  const tree = {
    "compose.yaml": image(""),
    "magos.yaml": `apps: [{ name: app, compose: compose.yaml, service: a, policy: app }]
update: { delivery: branch, commit: { author: { name: Ann, email: ann@example.org } } }
`,
    "policies/app.yaml":
      "apiVersion: v1\nkind: ImagePolicy\nmetadata: { name: app }\nspec: { selector: { semver: {} } }\n",
  };
  return withFolder(tree, async (folder) => {
    const ran = await folder.magos(["export", "flux", "--out", "out", "--namespace", "apps", "--json"]);
    assert.equal(ran.code, 0, ran.out);
    assert.equal(await folder.read("out/marked/compose.yaml"), image(' # {"$imagepolicy": "apps:app"}'));
    const text = await folder.read("out/image-update-automation.yaml");
    const { automations, problems } = readPolicyBook([{ file: "a.yaml", text, mayHoldPolicies: false }], {
      fluxVersioning: "flux",
    });
    assert.deepEqual(problems, []);
    const [one] = automations.automations;
    assert.deepEqual([one?.key, one?.author, one?.push.branch?.text, one?.path], [
      "apps:magos",
      { name: "Ann", email: "ann@example.org" },
      "image-updates/{{ isoYear }}-w{{ isoWeek }}",
      "",
    ]);
    assert.match(text, /^ {6}branch: image-updates$/m);
  });
});

Deno.test("export flux --write-markers swaps the markers in place, and a second export finds nothing to do", () =>
  withFolder({ "compose.yaml": plain }, async (folder) => {
    assert.equal((await folder.magos(["export", "flux", "--out", "flux", "--write-markers"])).code, 0);
    assert.equal(await folder.read("compose.yaml"), image(' # {"$imagepolicy": "flux-system:app"}'));
    const sound = await folder.magos(["validate"]);
    assert.equal(sound.code, 0, sound.out + sound.err);
    const { policies } = JSON.parse((await folder.magos(["export", "flux", "--out", "again", "--json"])).out);
    assert.deepEqual(policies, []);
    // The policies that values follow by now must not give way to an empty list.
    const over = await folder.magos(["export", "flux", "--out", "flux", "--force"]);
    assert.deepEqual([over.code, /compose\.yaml:3 follows a policy in flux/.test(over.err)], [2, true]);
  }));

Deno.test("export flux replaces nothing unasked and writes through no link", () =>
  withFolder({ "compose.yaml": plain, "out/kustomization.yaml": "mine: true\n" }, async (folder) => {
    const refused = await folder.magos(["export", "flux", "--out", "out"]);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /kustomization\.yaml is there already/);
    assert.deepEqual(Array.from(Deno.readDirSync(`${folder.path}/out`), ({ name }) => name), ["kustomization.yaml"]);
    assert.equal((await folder.magos(["export", "flux", "--out", "out", "--force"])).code, 0);
    assert.match(await folder.read("out/kustomization.yaml"), /^resources:$/m);
    // The same again changes nothing, so nothing needs to be forced.
    assert.equal((await folder.magos(["export", "flux", "--out", "out"])).code, 0);
    await Deno.mkdir(`${folder.path}/elsewhere`);
    await Deno.mkdir(`${folder.path}/linked`);
    await Deno.symlink("../elsewhere", `${folder.path}/linked/marked`);
    assert.equal((await folder.magos(["export", "flux", "--out", "linked", "--force"])).code, 2);
    assert.deepEqual(Array.from(Deno.readDirSync(`${folder.path}/elsewhere`)), []);
    assert.equal((await folder.magos(["export", "flux", "--out", "out", "--path", "../x"])).code, 2);
    assert.equal((await folder.magos(["export", "flux", "--out", "out", "--namespace", "A b"])).code, 2);
    assert.equal((await folder.magos(["export", "flux"])).code, 2);
  }));

const git = needs("git");

Deno.test({
  name: `the plan of an exported repository is the plan of the one it was made from${git.suffix}`,
  ignore: git.ignore,
  fn: () => {
    const tags: Readonly<Record<string, readonly string[]>> = {
      "tika": ["3.2.3.0", "3.2.9.0", "3.2.11.0", "3.2.11.0-full", "1.28.5"],
      "busybox": ["1.37", "1.38", "1.38.0", "1"],
      "immich": ["v2.4.1-cuda", "v2.11.0-cuda", "v2.11.0", "v2.12.0-rc.2-cuda"],
      "radarr": ["release", "release-6.0.4.10291", "release-6.0.5.10300", "nightly-6.1.0.10400"],
      "minio": ["RELEASE.2025-09-07T16-13-09Z", "RELEASE.2025-10-15T17-29-55Z", "RELEASE.2025-10-15T17-29-55Z.fips"],
      "it-tools": ["v2024.10.22-7ca5933", "v2025.7.18-a0bc346"],
      "obico": ["release", "main"],
      "emby": ["4.9.3", "4.9.4", "4.10.0", "5.0.0"],
    };
    const ranges: Readonly<Record<string, string>> = { tika: ">=3", busybox: ">=1.30", emby: "^4" };
    const images = Object.entries(tags).map(([name, list]) => ({
      name: `ghcr.io/you/${name}`,
      releases: list.map((tag) => release(tag)),
    }));
    const compose = Object.entries(tags).map(([name, [tag]]) => {
      const range = ranges[name] === undefined ? "" : `, "range": "${ranges[name]}"`;
      const marker = name === "obico" ? '{"policy": "latest"}' : `{"policy": "semver"${range}}`;
      const current = name === "radarr" ? "release-6.0.4.10291" : tag;
      return `  ${name}:\n    image: ghcr.io/you/${name}:${current} # {"magos": ${marker}}\n`;
    });
    return withHomelab({ tree: { "compose.yaml": `services:\n${compose.join("")}` }, images }, async (homelab) => {
      const selected = async (): Promise<readonly unknown[]> => {
        const ran = await homelab.magos(["plan", "--json"]);
        assert.equal(ran.code, 0, ran.out);
        return JSON.parse(ran.out).decisions.map((it: Readonly<Record<string, unknown>>) => it["selected"]);
      };
      const before = await selected();
      const found = before.map((it) => (it as { tag: string } | null)?.tag);
      assert.deepEqual(found, [
        "3.2.11.0",
        "1.38",
        "v2.11.0-cuda",
        "release-6.0.5.10300",
        "RELEASE.2025-10-15T17-29-55Z",
        "v2025.7.18-a0bc346",
        "release",
        "4.10.0",
      ]);
      const clone = `${homelab.folder}/clone`;
      await runGitAs(homelab.folder, ["clone", "-q", homelab.remote.path, "clone"]);
      const ran = await homelab.magos(["export", "flux", "--out", `${clone}/flux`, "--write-markers"], { cwd: clone });
      assert.equal(ran.code, 0, ran.err);
      await runGitAs(clone, ["add", "-A"]);
      await runGitAs(clone, ["commit", "-q", "-m", "flux"]);
      await runGitAs(clone, ["push", "-q", "origin", "HEAD"]);
      assert.doesNotMatch(await homelab.text(await homelab.remote.revision(), "compose.yaml"), /magos/);
      assert.deepEqual(await selected(), before);
    });
  },
});

Deno.test({
  name: `the 31 samples plan the same before an export, after it, and after the way back${git.suffix}`,
  ignore: git.ignore,
  fn: async () => {
    const tree: Record<string, string> = {};
    const tags = new Map<string, Set<string>>();
    for (const group of groups) {
      const compose = await Deno.readTextFile(`${samples}${group}.compose.yaml`);
      const { cases } = readPolicyCases(await Deno.readTextFile(`${samples}${group}.test.yaml`), "cases");
      tree[`${group}/compose.yaml`] = compose;
      for (
        const [, service = "", image = "", current = ""] of compose.matchAll(/^ {2}(\S+):\n {4}image: (\S+):(\S+) #/gm)
      ) {
        const own = cases.filter(({ policy }) => policy.kind === "named" && policy.name === service);
        const name = /^[^/]+\.[^/]+\//.test(image)
          ? image
          : `docker.io/${image.includes("/") ? image : `library/${image}`}`;
        tags.set(name, new Set([current, ...own.flatMap((one) => one.tags.map(({ tag }) => tag))]));
      }
    }
    assert.equal(tags.size, 31);
    const images = Array.from(tags, ([name, list]) => ({ name, releases: [...list].map((tag) => release(tag)) }));
    await withHomelab({ tree, images }, async (homelab) => {
      const clone = `${homelab.folder}/clone`;
      await runGitAs(homelab.folder, ["clone", "-q", homelab.remote.path, "clone"]);
      const selected = async (): Promise<readonly unknown[]> => {
        await runGitAs(clone, ["add", "-A"]);
        await runGitAs(clone, ["commit", "-q", "--allow-empty", "-m", "next"]);
        await runGitAs(clone, ["push", "-q", "origin", "HEAD"]);
        const ran = await homelab.magos(["plan", "--json"]);
        assert.equal(ran.code, 0, ran.out);
        return JSON.parse(ran.out).decisions.map((it: Readonly<Record<string, unknown>>) => it["selected"]);
      };
      const before = await selected();
      assert.equal(before.length, 31);
      assert.ok(before.filter((it) => it !== null).length >= 25);
      const out = await homelab.magos(["export", "flux", "--out", `${clone}/flux`, "--write-markers"], { cwd: clone });
      assert.equal(out.code, 0, out.err);
      assert.deepEqual(await selected(), before);
      const back = await homelab.magos(["init", "--from-flux", "--write"], { cwd: clone });
      assert.equal(back.code, 0, back.err);
      assert.doesNotMatch(await Deno.readTextFile(`${clone}/media/compose.yaml`), /imagepolicy/);
      assert.deepEqual(await selected(), before);
    });
  },
});
