import assert from "node:assert/strict";
import { isMagosMarker, parseMagosMarker } from "../../../../src/core/documents/magos_marker.ts";

Deno.test("isMagosMarker() wants exactly the start that the design names", () => {
  assert.ok(isMagosMarker('# {"magos": {"policy": "semver"}}'));
  assert.ok(isMagosMarker('# {"magos":{}}'));
  for (const comment of ['#{"magos"', '# { "magos"', '#  {"magos"', "# {'magos'", '# {"Magos"', '# x {"magos"']) {
    assert.ok(!isMagosMarker(comment), comment);
  }
});

Deno.test("parseMagosMarker() reads every key that the design lists", () => {
  const keys = {
    policy: "semver",
    repo: "ghcr.io/you/app",
    range: ">=1.2 <2",
    filter: "^v",
    extract: "$1",
    prerelease: false,
    arch: ["amd64", "arm64"],
    minAge: "3d",
    pin: "both",
    tag: "stable",
  };
  assert.deepEqual(parseMagosMarker(`# ${JSON.stringify({ magos: keys })}`), { ok: true, value: keys });
  assert.deepEqual(parseMagosMarker('# {"magos":{"policy":"x","arch":"arm"}}\r'), {
    ok: true,
    value: { policy: "x", arch: "arm" },
  });
});

Deno.test("parseMagosMarker() fails with a code, the key and a cure, and in a few words however long the comment is", () => {
  const long = "x".repeat(100_000);
  for (
    const keys of [{ policy: long }, { policy: "semver", minAge: long }, { policy: "semver", arch: `${long} ` }, {
      policy: "semver",
      [long]: 1,
    }, { policy: "semver", repo: long }]
  ) {
    const parsed = parseMagosMarker(`# ${JSON.stringify({ magos: keys })}`);
    assert.ok(!parsed.ok);
    assert.equal(parsed.failure.code, "marker.invalid");
    assert.ok(parsed.failure.cure);
    assert.ok(parsed.failure.message.length < 500, `${parsed.failure.message.length}`);
  }
});

Deno.test("parseMagosMarker() lets no key of the prototype in", () => {
  const parsed = parseMagosMarker('# {"magos": {"policy": "semver", "__proto__": {"range": ">=1"}}}');
  assert.ok(!parsed.ok || parsed.value.range === undefined);
});
