// The WWW-Authenticate headers that registries really send, and such as none should.
import assert from "node:assert/strict";
import { parseChallenges } from "../../../../src/adapters/registry/challenge.ts";

function read(header: string): unknown {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

Deno.test("parseChallenges() reads what registries send", async (t) => {
  const cases: Readonly<Record<string, readonly [string, unknown]>> = {
    "Docker Hub": [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [["bearer", {
        realm: "https://auth.docker.io/token",
        service: "registry.docker.io",
        scope: "repository:a/b:pull,push",
      }]],
    ],
    "two lines joined, the second bare (Gitea)": [
      'Bearer realm="https://git.example/v2/token",service="container_registry",scope="*", Basic',
      [["bearer", { realm: "https://git.example/v2/token", service: "container_registry", scope: "*" }], ["basic", {}]],
    ],
    "joined without a space (Codeberg)": [
      'Bearer realm="https://codeberg.org/v2/token",scope="*",Basic realm="x"',
      [["bearer", { realm: "https://codeberg.org/v2/token", scope: "*" }], ["basic", { realm: "x" }]],
    ],
    "lower case and unquoted (zot)": [
      "bearer realm=https://zot.example/token,service=zot",
      [["bearer", { realm: "https://zot.example/token", service: "zot" }]],
    ],
    "bare Basic": ["Basic", [["basic", {}]]],
    "Basic first, then Bearer": [
      'Basic realm="a, b", Bearer realm="r"',
      [["basic", { realm: "a, b" }], ["bearer", { realm: "r" }]],
    ],
    "token68 before another": [
      'Negotiate YWJj/+==, Bearer realm="r"',
      [["negotiate", {}], ["bearer", { realm: "r" }]],
    ],
    "space around =": ['Bearer realm = "r" , service = s', [["bearer", { realm: "r", service: "s" }]]],
    "escapes in quotes": ['Bearer realm="a\\"b\\\\c"', [["bearer", { realm: 'a"b\\c' }]]],
    "the first of a repeated name": ['Bearer realm="one",REALM="two"', [["bearer", { realm: "one" }]]],
    "an open quote": ['Bearer realm="one', [["bearer", { realm: "one" }]]],
    "nothing": ["", []],
    "commas only": [" , ,", []],
  };
  for (const [name, [header, expected]] of Object.entries(cases)) {
    await t.step(name, () => assert.deepEqual(read(header), expected));
  }
});

Deno.test("parseChallenges() keeps to its limits", () => {
  assert.deepEqual(read(`Bearer realm="${"x".repeat(8192)}"`), []);
  assert.equal(parseChallenges(Array(20).fill('Basic realm="a"').join(", ")).length, 8);
  const many = Array.from({ length: 40 }, (_, index) => `p${index}=1`).join(",");
  assert.equal(parseChallenges(`Bearer ${many}`)[0]?.parameters.size, 16);
});
