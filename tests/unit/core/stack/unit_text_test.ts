// The text of units: words quoted as systemd reads them, and a stamp that tells a changed unit.
import assert from "node:assert/strict";
import { isUnchangedUnit, unitText, unitVariable, unitWord } from "../../../../src/core/stack/unit_text.ts";

const text = unitText("magos 1.2.3", ["for a test"], [
  { name: "Unit", settings: [{ name: "Description", value: "a test" }] },
  { name: "Service", settings: [{ name: "Type", value: "oneshot", why: "it ends" }] },
]);

Deno.test("unitText() writes sections with the reasons above their settings", () => {
  assert.equal(
    text.slice(text.indexOf("\n") + 1),
    "# for a test\n\n[Unit]\nDescription=a test\n\n[Service]\n# it ends\nType=oneshot\n",
  );
  assert.match(text, /^# written by magos 1\.2\.3; /);
});

Deno.test("isUnchangedUnit() takes what magos wrote, and nothing that differs in a byte", () => {
  assert.equal(isUnchangedUnit(text), true);
  assert.equal(isUnchangedUnit(`${text}\n`), false);
  assert.equal(isUnchangedUnit(text.replace("oneshot", "simple")), false);
  assert.equal(isUnchangedUnit("[Service]\nType=oneshot\n"), false);
  assert.equal(isUnchangedUnit(""), false);
});

Deno.test("unitWord() keeps blanks, quotes, specifiers and variables from meaning anything", () => {
  assert.equal(unitWord("/usr/local/bin/magos"), "/usr/local/bin/magos");
  assert.equal(unitWord("/srv/my files/100%.yaml"), '"/srv/my files/100%%.yaml"');
  assert.equal(unitWord("/a$HOME"), "/a$$HOME");
  assert.equal(unitWord('/a"b\\c'), '"/a\\"b\\\\c"');
});

Deno.test("unitVariable() quotes, and doubles the sign of specifiers unless they are meant", () => {
  assert.equal(unitVariable("A", "/x y%"), '"A=/x y%%"');
  assert.equal(unitVariable("A", "%d/token", false), "A=%d/token");
});
