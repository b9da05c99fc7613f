// magos validate as pre-commit and CI run it: exit codes, JSON, places, and no need for git, network or state.
import assert from "node:assert/strict";
import { needs } from "../fakes/needs.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { type Folder, withFolder } from "./folder.ts";

const policy = `apiVersion: v1
kind: ImagePolicy
metadata: { name: guilliman }
spec:
  selector: { semver: { range: ">=1.2.0 <2.0.0" } }
`;

const sound = {
  "magos.yaml": 'update: { paths: ["stacks"] }\n',
  "policies/guilliman.yml": policy,
  "stacks/web/compose.yaml": `services:
  web:
    image: ghcr.io/you/web:1.4.2 # {"magos": {"policy": "guilliman"}}
  db:
    image: ghcr.io/you/db:16.2 # {"magos": {"policy": "semver", "range": "^16"}}
`,
};

/** Something wrong of every kind. */
const faulty = {
  ...sound,
  "magos.yaml": 'update:\n  pahts: ["stacks"]\n  paths: ["stacks"]\n',
  "policies/bad.yml": policy.replace("guilliman", "corax").replace(">=1.2.0 <2.0.0", ">="),
  "policies/typo.yml": policy.replace("guilliman", "vulkan").replace("selector", "selecter"),
  "stacks/a/compose.yaml": `services:
  unknown:
    image: ghcr.io/you/a:1.0 # {"magos": {"policy": "guiliman"}}
  key:
    image: ghcr.io/you/a:1.0 # {"magos": {"policy": "semver", "rnage": "^1"}}
  near:
    image: ghcr.io/you/a:1.0 #{"magos": {"policy": "semver"}}
  flux:
    image: ghcr.io/you/a:1.0 # {"$imagepolcy": "flux-system:a"}
  range:
    image: ghcr.io/you/a:1.0 # {"magos": {"policy": "semver", "range": "1.."}}
  filter:
    image: ghcr.io/you/a:1.0 # {"magos": {"policy": "semver", "filter": "("}}
`,
  "stacks/broken.yaml": '- [ # {"magos": {"policy": "semver"}}\n',
  "other/compose.yaml": 'services:\n  a:\n    image: ghcr.io/you/a:1.0 # {"magos": {"policy": "latest"}}\n',
};

interface Report {
  readonly schema: string;
  readonly files: number;
  readonly markers: number;
  readonly policies: number;
  readonly problems: readonly {
    readonly code: string;
    readonly severity: string;
    readonly file?: string;
    readonly line?: number;
    readonly column?: number;
    readonly cure?: string;
  }[];
}

async function validate(folder: Folder, args: readonly string[] = [], from = ""): Promise<Report & { code: number }> {
  const { code, out } = await folder.magos(["validate", "--json", ...args], from);
  return { ...JSON.parse(out), code };
}

Deno.test("validate says one line and 0 where nothing is wrong, and nothing at all when told to be quiet", () =>
  withFolder(sound, async (folder) => {
    assert.deepEqual(await folder.magos(["validate"]), {
      code: 0,
      out: "3 files, 2 markers, 1 policy: nothing wrong\n",
      err: "",
    });
    assert.deepEqual(await folder.magos(["validate", "-q"]), { code: 0, out: "", err: "" });
    assert.deepEqual(await validate(folder), {
      code: 0,
      schema: "magos.validate/v1",
      files: 3,
      markers: 2,
      policies: 1,
      problems: [],
    });
  }));

Deno.test("validate tells every problem at once, each with file, line, column, code and cure", (t) =>
  withFolder(faulty, async (folder) => {
    const { code, out, err } = await folder.magos(["validate"]);
    assert.deepEqual([code, err], [2, ""]);
    await t.assertSnapshot(out);
    const { problems } = await validate(folder);
    for (const problem of problems) {
      for (const key of ["file", "line", "column", "cure"] as const) assert.ok(problem[key], JSON.stringify(problem));
    }
    assert.deepEqual(
      problems.map(({ file, line, severity, code }) => `${file}:${line} ${severity} ${code}`),
      [
        "magos.yaml:2 error config.unknown_key",
        "other/compose.yaml:3 warning marker.outside_paths",
        "policies/bad.yml:1 error policy.invalid",
        "policies/bad.yml:1 warning policy.unused",
        "policies/typo.yml:5 error policy.invalid",
        "policies/typo.yml:5 error policy.unknown_key",
        "stacks/a/compose.yaml:3 error marker.unknown_policy",
        "stacks/a/compose.yaml:5 error marker.invalid",
        "stacks/a/compose.yaml:7 warning marker.misspelt",
        "stacks/a/compose.yaml:9 warning marker.misspelt",
        "stacks/a/compose.yaml:11 error policy.invalid",
        "stacks/a/compose.yaml:13 error policy.invalid_filter",
        "stacks/broken.yaml:2 error file.unparsable",
      ],
    );
  }));

Deno.test("validate exits with 0 on warnings alone, and with 2 when they are to count", () =>
  withFolder({ "policies/guilliman.yml": policy }, async (folder) => {
    assert.deepEqual([(await validate(folder)).code, (await validate(folder, ["--strict"])).code], [0, 2]);
    assert.equal((await folder.magos(["validate", "--strict", "-q"])).out, "");
  }));

Deno.test("validate keeps to the file or folder that was named, and knows the policies beside it", () =>
  withFolder(faulty, async (folder) => {
    const one = await validate(folder, ["stacks/web/compose.yaml"]);
    assert.deepEqual([one.code, one.files, one.markers, one.policies, one.problems], [0, 1, 2, 0, []]);
    const inside = await validate(folder, ["compose.yaml"], "stacks/web");
    assert.deepEqual([inside.code, inside.files, inside.markers], [0, 1, 2]);
    const policies = await validate(folder, ["policies"]);
    assert.deepEqual([policies.code, policies.files, policies.markers, policies.policies], [2, 3, 0, 2]);
    assert.ok(policies.problems.every(({ file }) => file?.startsWith("policies/")));
    assert.equal((await validate(folder, ["magos.yaml"])).problems.length, 1);
    // Without a path the whole repository is meant.
    assert.ok((await validate(folder, [], "stacks/web")).problems.length > 5);
  }));

Deno.test("validate refuses a path that is not there, and words it does not know", () =>
  withFolder({}, async (folder) => {
    const { code, out } = await folder.magos(["validate", "nowhere", "--json"]);
    assert.deepEqual([code, JSON.parse(out).problems[0].code], [2, "usage.invalid"]);
    assert.equal((await folder.magos(["validate", "a", "b"])).code, 2);
    assert.equal((await folder.magos(["validate"])).out, "0 files, 0 markers, 0 policies: nothing wrong\n");
  }));

Deno.test("validate looks at no link, no dot folder and nothing outside", () =>
  withFolder({
    "outside/compose.yaml": faulty["stacks/a/compose.yaml"],
    "home/.cache/compose.yaml": faulty["stacks/a/compose.yaml"],
    "home/magos.yaml": "",
  }, async (folder) => {
    await Deno.symlink("../outside", `${folder.path}/home/linked`);
    await Deno.symlink("../outside/compose.yaml", `${folder.path}/home/compose.yaml`);
    await Deno.symlink("/nowhere", `${folder.path}/home/dangling.yaml`);
    const { code, files, problems } = await validate(folder, [], "home");
    assert.deepEqual([code, files, problems], [0, 1, []]);
  }));

Deno.test("validate tells one broken file beside good ones, and a file that is too large", () =>
  withFolder(sound, async (folder) => {
    await folder.write("stacks/huge.yaml", `# ${"x".repeat(4 * 1024 * 1024)}\n`);
    await Deno.writeFile(`${folder.path}/stacks/latin.yaml`, new Uint8Array([0x61, 0x3a, 0x20, 0xe9]));
    const { code, markers, problems } = await validate(folder);
    assert.deepEqual([code, markers, problems.map((it) => it.code)], [2, 2, ["file.too_large", "file.unparsable"]]);
  }));

Deno.test("validate warns of keys that only the host may set, unless the file is the host's own", () =>
  withFolder({ ...sound, "magos.yaml": "repo: { url: you/homelab }\n", "sub/x.txt": "" }, async (folder) => {
    assert.deepEqual((await validate(folder)).problems, []);
    const [problem, ...others] = (await validate(folder, [], "sub")).problems;
    assert.deepEqual([problem?.code, problem?.severity, problem?.file, problem?.line], [
      "config.host_only",
      "warning",
      "magos.yaml",
      1,
    ]);
    assert.deepEqual(others, []);
  }));

Deno.test("validate checks the host's file when it is named, and goes on without it", () =>
  withFolder({ ...sound, "host.yaml": "repo: { ulr: x }\n" }, async (folder) => {
    const { code, out } = await folder.magos(["--config", "host.yaml", "validate", "--json"]);
    const report: Report = JSON.parse(out);
    assert.deepEqual([code, report.markers, report.problems.map((it) => it.code)], [2, 2, ["config.unknown_key"]]);
  }));

Deno.test("validate reads update.policies and flux.versioning of the repository's file", () => {
  const flux = `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: app, namespace: flux-system }
spec: { image: ghcr.io/you/app, interval: 5m }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: app, namespace: flux-system }
spec:
  imageRepositoryRef: { name: app }
  policy: { semver: { range: "^3.2.1.0" } }
`;
  const files = {
    "rules/guilliman.yml": policy,
    "cluster/app.yaml": flux,
    "a.yaml": `image: ghcr.io/you/app:1.4.2 # {"magos": {"policy": "guilliman"}}
other: ghcr.io/you/app:3.2.1.0 # {"$imagepolicy": "flux-system:app"}
`,
  };
  return withFolder(files, async (folder) => {
    assert.deepEqual((await validate(folder)).problems.map((it) => it.code), [
      "marker.unknown_policy",
      "policy.invalid",
    ]);
    await folder.write("magos.yaml", 'update: { policies: ["rules/*.yml"] }\nflux: { versioning: loose }\n');
    assert.deepEqual((await validate(folder)).problems, []);
  });
});

Deno.test("validate checks the apps of the repository, and takes them for users of policies", () => {
  const app = (service: string): string =>
    `apps: [{ name: web, compose: stacks/compose.yaml, service: ${service}, policy: guilliman }]\n`;
  const files = {
    "magos.yaml": app("web"),
    "policies/guilliman.yml": policy,
    "stacks/compose.yaml": "services:\n  web: { image: ghcr.io/you/web:1.4.2 }\n",
  };
  return withFolder(files, async (folder) => {
    assert.deepEqual((await validate(folder)).problems, []);
    await folder.write("magos.yaml", app("wbe"));
    const { code, problems: [problem] } = await validate(folder);
    assert.deepEqual([code, problem?.code, problem?.file], [2, "app.unknown_service", "stacks/compose.yaml"]);
    assert.match(problem?.cure ?? "", /"web"/);
    await folder.write("magos.yaml", app("web").replace("compose.yaml", "gone.yaml"));
    assert.deepEqual((await validate(folder)).problems.map((it) => it.code), ["app.no_file"]);
  });
});

const git = needs("git");

Deno.test({
  name: `validate works in a clone, before its first commit too, and passes over what git ignores${git.suffix}`,
  ignore: git.ignore,
  fn: () =>
    withFolder(
      { ...sound, "vendor/x.yaml": faulty["stacks/broken.yaml"], ".gitignore": "vendor/\n" },
      async (folder) => {
        await runGitAs(folder.path, ["init", "-q"]);
        // Without a commit git lists nothing, and the folder is walked.
        assert.deepEqual((await validate(folder, ["stacks"])).problems, []);
        await runGitAs(folder.path, ["add", "-A"]);
        await runGitAs(folder.path, ["commit", "-q", "-m", "first"]);
        const { code, files, problems } = await validate(folder);
        assert.deepEqual([code, files, problems], [0, 3, []]);
        // Named by the user it is looked at all the same.
        const named = await validate(folder, ["vendor/x.yaml"]);
        assert.deepEqual([named.files, named.problems.map((it) => it.code)], [1, ["file.unparsable"]]);
      },
    ),
});
