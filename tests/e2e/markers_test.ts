// Every form of marker that the seed documents show, through a whole pass.
import assert from "node:assert/strict";
import { release, withHomelab } from "./homelab.ts";

const images = [
  {
    name: "ghcr.io/you/app",
    releases: [release("0.0.1"), release("0.0.2", "latest"), release("0.1.0-rc1"), release("stable")],
  },
];

const before = `a: ghcr.io/you/app:0.0.1 # {"magos": {"policy": "semver", "repo": "https://ghcr.io/you/app"}}
b: ghcr.io/you/app:latest # {"magos": {"policy": "latest", "repo": "ghcr.io/you/app"}}
c: ghcr.io/you/app@sha256:abcd1234 # {"magos": {"policy": "digest", "repo": "docker://ghcr.io/you/app"}}
d: ghcr.io/you/app:stable@sha256:${"0".repeat(64)} # {"magos": {"policy": "digest"}}
e: '0.0.1' # {"magos": {"policy": "semver", "repo": "ghcr.io/you/app"}}
f: ghcr.io/you/app:0.0.1 # {"magos": {"policy": "semver", "pin": "tag"}}
g: ghcr.io/you/app:0.0.1 # {"magos": {"policy": "semver", "pin": "digest"}}
h: ghcr.io/you/app:0.0.1 # {"magos": {"policy": "semver", "prerelease": true}}
i: ghcr.io/you/app # {"magos": {"policy": "latest", "tag": "stable"}}
j: ghcr.io/you/app:0.0.1 # just a comment about {"magos": {"policy": "semver"}}
`;

Deno.test("update writes each marker's value in its own form, and a second pass finds nothing", () =>
  withHomelab({ tree: { "all.yaml": before }, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0, ran.out);
    const digests = await homelab.digestsOf("ghcr.io/you/app", ["0.0.2", "stable", "0.1.0-rc1"]);
    const [version, stable, candidate] = digests;
    const expected = before
      .replace("a: ghcr.io/you/app:0.0.1", `a: ghcr.io/you/app:0.0.2@${version}`)
      .replace("b: ghcr.io/you/app:latest", `b: ghcr.io/you/app:latest@${version}`)
      .replace("@sha256:abcd1234", `@${version}`)
      .replace(`stable@sha256:${"0".repeat(64)}`, `stable@${stable}`)
      .replace("e: '0.0.1'", "e: '0.0.2'")
      .replace("f: ghcr.io/you/app:0.0.1", "f: ghcr.io/you/app:0.0.2")
      .replace("g: ghcr.io/you/app:0.0.1", `g: ghcr.io/you/app@${version}`)
      .replace("h: ghcr.io/you/app:0.0.1", `h: ghcr.io/you/app:0.1.0-rc1@${candidate}`)
      .replace("i: ghcr.io/you/app #", `i: ghcr.io/you/app:stable@${stable} #`);
    assert.equal(await homelab.text(await homelab.remote.revision(), "all.yaml"), expected);
    const again = JSON.parse((await homelab.magos(["update", "--json"])).out);
    assert.equal(again.result, "nothing", JSON.stringify(again.plan.files));
  }));

const variables: Readonly<Record<string, string>> = {
  "web/compose.yaml": `services:
  web:
    image: ghcr.io/you/app:\${APP_TAG:-0.0.1} # {"magos": {"policy": "semver"}}
  side:
    image: ghcr.io/you/app:\${SIDE_TAG:-0.0.1} # {"magos": {"policy": "semver"}}
`,
  "web/.env": "PASSWORD=hunter2\r\nAPP_TAG=0.0.1\r\n",
  "units/app.container":
    '[Container]\n# {"magos": {"policy": "semver", "pin": "tag"}}\nImage=ghcr.io/you/app:0.0.1\n# end',
};

Deno.test("update follows variables to .env and defaults, and writes units", () =>
  withHomelab({ tree: variables, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0, ran.out);
    assert.ok(!ran.out.includes("hunter2"));
    const head = await homelab.remote.revision();
    assert.equal(await homelab.text(head, "web/.env"), "PASSWORD=hunter2\r\nAPP_TAG=0.0.2\r\n");
    assert.equal(
      await homelab.text(head, "web/compose.yaml"),
      variables["web/compose.yaml"]?.replace("${SIDE_TAG:-0.0.1}", "${SIDE_TAG:-0.0.2}"),
    );
    assert.equal(
      await homelab.text(head, "units/app.container"),
      variables["units/app.container"]?.replace("app:0.0.1", "app:0.0.2"),
    );
    const explained = await homelab.magos(["explain", "--json", "web/.env:2"]);
    assert.equal(JSON.parse(explained.out).items[0].decision.target.file, "web/compose.yaml");
    assert.equal(JSON.parse((await homelab.magos(["update", "--json"])).out).result, "nothing");
  }));

Deno.test("a value in a .env file that update.paths leaves out stays, and is reported", () =>
  withHomelab({ tree: variables, images, settings: "update: { paths: ['web/*.yaml'] }\n" }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 4, ran.out);
    const problems: readonly { readonly code: string; readonly line: number }[] = JSON.parse(ran.out).problems;
    assert.deepEqual(problems.map(({ code, line }) => [code, line]), [["marker.outside_paths", 3]]);
    const head = await homelab.remote.revision();
    assert.equal(await homelab.text(head, "web/.env"), variables["web/.env"]);
    assert.match(await homelab.text(head, "web/compose.yaml"), /SIDE_TAG:-0\.0\.2/);
  }));
