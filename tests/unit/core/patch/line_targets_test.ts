import assert from "node:assert/strict";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { patchFile } from "../../../../src/core/patch/patch_file.ts";
import { digestA, digestB, marker, moveAll, plainContext } from "./cases.ts";
import { foundIn } from "./flux_cases.ts";

/** The file after every marked value has moved to 2.0. */
function patched(file: string, text: string): string {
  const marked = findTargets(file, text, plainContext);
  assert.deepEqual(marked.problems, []);
  assert.equal(marked.found.length, 1);
  const patch = patchFile(marked, moveAll(marked, "2.0", digestB));
  assert.deepEqual(patch.problems, []);
  return patch.text ?? text;
}

const app = "ghcr.io/you/app";
const tagOnly = marker({ repo: app });

Deno.test("a value of a .env file changes and no byte around it", () => {
  const cases: readonly (readonly [before: string, after: string])[] = [
    ["TAG=1.0\n", "TAG=2.0\n"],
    ["export TAG=1.0\n", "export TAG=2.0\n"],
    ['TAG="1.0"\n', 'TAG="2.0"\n'],
    ["TAG='1.0' # why\n", "TAG='2.0' # why\n"],
    ["TAG=1.0 # why\n", "TAG=2.0 # why\n"],
    ["  TAG = 1.0  \r\nB=1\r\n", "  TAG = 2.0  \r\nB=1\r\n"],
    ["TAG=1.0", "TAG=2.0"],
    ["TAG: 1.0\n", "TAG: 2.0\n"],
    [`TAG=1.0@${digestA}\n`, `TAG=2.0@${digestB}\n`],
  ];
  for (const [before, after] of cases) {
    assert.equal(patched(".env", `A=1\n${tagOnly}\n${before}`), `A=1\n${tagOnly}\n${after}`, before);
    assert.equal(patched("x/prod.env", `\ufeff${tagOnly}\r\n${before}`), `\ufeff${tagOnly}\r\n${after}`, before);
  }
  assert.equal(patched(".env.prod", `${marker()}\nI=${app}:1.0\n`), `${marker()}\nI=${app}:2.0@${digestB}\n`);
});

Deno.test("a value of a Quadlet unit changes and no byte around it", () => {
  for (const file of ["web.container", "web.image", "data.volume", "pod.kube", "web.container.d/image.conf"]) {
    assert.equal(
      patched(file, `[X]\r\nA=b\r\n${marker()}\r\nImage=${app}:1.0\r\n# end`),
      `[X]\r\nA=b\r\n${marker()}\r\nImage=${app}:2.0@${digestB}\r\n# end`,
    );
  }
  assert.equal(
    patched("web.container", `[Container]\n  ${marker()}\n  Image = "${app}:1.0"  \n`),
    `[Container]\n  ${marker()}\n  Image = "${app}:2.0@${digestB}"  \n`,
  );
});

Deno.test("findTargets() reports what it cannot follow in .env files and units", () => {
  const cases: readonly (readonly [file: string, text: string, problem: string])[] = [
    [".env", `TAG=1.0 ${tagOnly}\n`, "1 marker.misplaced"],
    [".env", `${tagOnly}\n\nTAG=1.0\n`, "1 marker.misplaced"],
    [".env", `${tagOnly}\n# more\nTAG=1.0\n`, "1 marker.misplaced"],
    [".env", `${tagOnly}`, "1 marker.misplaced"],
    [".env", `${tagOnly}\nTAG="1.0\n2.0"\n`, "1 marker.misplaced"],
    [".env", `${tagOnly}\nTAG=\n`, "1 marker.not_an_image"],
    [".env", `${tagOnly}\nTAG=\${OTHER}\n`, "1 marker.not_an_image"],
    [".env", `${marker({ policy: "none" })}\nTAG=1.0\n`, "1 marker.unknown_policy"],
    [".env", `# {"magos": \nTAG=1.0\n`, "1 marker.invalid"],
    ["a.container", `[Container]\nImage=${app}:1.0 ${marker()}\n`, "2 marker.misplaced"],
    ["a.container", `[Container]\n${marker()}\nImage=${app}:1.0 \\\n\n`, "2 marker.misplaced"],
    ["a.container", `[Container]\nExec=a \\\n${marker()}\nImage=${app}:1.0\n`, "3 marker.misplaced"],
    ["a.container", `[Container]\n${marker()}\nImage=app.image\n`, "2 marker.not_an_image"],
    ["a.container", `${marker()}\n[Container]\nImage=${app}:1.0\n`, "1 marker.misplaced"],
    ["a.container", `[Container]\n${marker()}\nImage=${app}:%i\n`, "2 marker.not_an_image"],
  ];
  for (const [file, text, problem] of cases) {
    assert.deepEqual(foundIn(text, file), { values: [], problems: [problem] }, `${file} ${text}`);
  }
});

Deno.test("the lines inside a quoted text of several lines are no settings", () => {
  const text = `KEY="-----BEGIN\n${tagOnly}\nTAG=1.0\n"\nTAG=1.0\n`;
  assert.deepEqual(foundIn(text, ".env"), { values: [], problems: ["2 marker.misplaced"] });
});

Deno.test("no message quotes a value of a .env file, which may be a secret", () => {
  const marked = findTargets(".env", `${marker()}\nTOKEN=s3cr3t Word!\n`, plainContext);
  assert.deepEqual(marked.problems.map(({ code }) => code), ["marker.not_an_image"]);
  assert.ok(!JSON.stringify(marked.problems).includes("s3cr3t"));
});

Deno.test("the diff of a .env file shows no line but the changed one", () => {
  const text = `PASSWORD=hunter2\n${tagOnly}\nTAG=1.0\nTOKEN=hunter3\n`;
  const marked = findTargets(".env", text, plainContext);
  const { diff } = patchFile(marked, moveAll(marked, "2.0", digestB));
  assert.equal(diff, "--- a/.env\n+++ b/.env\n@@ -3 +3 @@\n-TAG=1.0\n+TAG=2.0\n");
});

Deno.test("patchFile() refuses a .env file that would read differently elsewhere", () => {
  const marked = findTargets(".env", `${tagOnly}\nTAG=1.0\n`, plainContext);
  const patch = patchFile({ ...marked, text: `X=1\n${marked.text}` }, moveAll(marked, "2.0", digestB));
  assert.deepEqual([patch.text, patch.problems.map(({ code }) => code)], [null, ["file.unpatchable"]]);
});
