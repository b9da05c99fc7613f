// A skipped test must say what it lacks, and must not be skipped where everything is installed.
import assert from "node:assert/strict";
import { isExecutable, type Machine, needsOf, type Right } from "../../fakes/needs.ts";

function machine(
  paths: readonly string[],
  env: Readonly<Record<string, string>>,
  rights: readonly Right[] = [],
): Machine {
  return {
    env: (name) => env[name],
    isExecutable: (path) => paths.includes(path),
    may: (right) => rights.includes(right),
  };
}

for (const right of ["tmpfs", "namespaces"] as const) {
  Deno.test(`needs() asks for the right to ${right}, not for a program of that name`, () => {
    assert.deepEqual(needsOf(machine([`/bin/${right}`], { PATH: "/bin" }), [right]), {
      ignore: true,
      suffix: ` [needs ${right}]`,
    });
    assert.equal(needsOf(machine([], {}, [right]), [right]).ignore, false);
  });
}

Deno.test("needs() runs the test and keeps the suffix when the program is in PATH", () => {
  const found = needsOf(machine(["/opt/bin/docker-registry"], { PATH: "/usr/bin:/opt/bin" }), ["docker-registry"]);
  assert.deepEqual(found, { ignore: false, suffix: " [needs docker-registry]" });
});

Deno.test("needs() ignores the test when one of the programs is missing", () => {
  const found = needsOf(machine(["/usr/bin/git"], { PATH: "/usr/bin" }), ["git", "docker-registry"]);
  assert.deepEqual(found, { ignore: true, suffix: " [needs git, docker-registry]" });
});

Deno.test("needs() does not take an empty part of PATH for the root folder", () => {
  assert.equal(needsOf(machine(["/git"], { PATH: ":/usr/bin:" }), ["git"]).ignore, true);
  assert.equal(needsOf(machine(["/git"], {}), ["git"]).ignore, true);
});

Deno.test("needs() fails with what to install when no skip is allowed", () => {
  const strict = machine(["/usr/bin/git"], { PATH: "/usr/bin", MAGOS_TEST_NO_SKIP: "1" });
  assert.throws(() => needsOf(strict, ["git", "docker-registry"]), {
    message:
      "MAGOS_TEST_NO_SKIP=1 allows no skip, and this machine lacks docker-registry (apt-get install docker-registry)",
  });
  assert.equal(needsOf(strict, ["git"]).ignore, false);
});

Deno.test("isExecutable() takes an executable file of this machine, and no folder or plain file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal(isExecutable(`${folder}/git`), false);
    await Deno.writeTextFile(`${folder}/git`, "", { mode: 0o644 });
    assert.equal(isExecutable(`${folder}/git`), false);
    assert.equal(isExecutable(`${folder}/git/git`), false);
    await Deno.chmod(`${folder}/git`, 0o755);
    assert.equal(isExecutable(`${folder}/git`), true);
    assert.equal(isExecutable(folder), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("needs() names the versions of the programs that the build server builds", async () => {
  const [run, needs] = await Promise.all(
    ["../../../.ci/run", "../../fakes/needs.ts"].map((path) => Deno.readTextFile(new URL(path, import.meta.url))),
  );
  for (const [program, module] of Object.entries(built)) {
    const version = new RegExp(`^${program}_version=(v[0-9.]+)$`, "m").exec(run ?? "")?.[1];
    assert.ok(version);
    assert.ok(run?.includes(`${module}@$${program}_version"`), program);
    assert.ok(needs?.includes(`${module}@${version}"`), program);
  }
});

const built = {
  crane: "github.com/google/go-containerregistry/cmd/crane",
  sops: "github.com/getsops/sops/v3/cmd/sops",
  compose: "github.com/docker/compose/v2",
  podman: "github.com/containers/podman/v4",
} as const;
