// A policy of magos told to Flux: every recorded answer of policies/ is Flux's own too, or a note says why not.
import assert from "node:assert/strict";
import { defaultExclusions } from "../../../../src/core/documents/flux_fields.ts";
import { readPolicyBook } from "../../../../src/core/documents/policy_book.ts";
import { readPolicyCases } from "../../../../src/core/documents/policy_test_cases.ts";
import type { Policy } from "../../../../src/core/model/policy.ts";
import { inlinePolicy } from "../../../../src/core/patch/marker_policy.ts";
import { type FluxForm, fluxForm } from "../../../../src/core/policy/flux_form.ts";
import { selectFlux } from "../../../../src/core/policy/flux/select.ts";
import { selectTags } from "../../../../src/core/policy/select_tags.ts";

const folder = new URL("../../../../policies/", import.meta.url).pathname;
const groups = Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => name.endsWith(".test.yaml"))
  .map((name) => name.replace(".test.yaml", "")).sort();

function formOf(policy: Policy, current: string | null): FluxForm {
  const form = fluxForm(policy, current);
  assert.ok(form.ok, JSON.stringify(form));
  return form.value;
}

function answerOf(form: FluxForm, tags: readonly string[]): string | null {
  const { kind } = form;
  assert.ok(kind === "semver" || kind === "alphabetical" || kind === "numerical");
  const answer = selectFlux(tags, { ...form, kind, exclusions: defaultExclusions, skip: [] }, null);
  return answer.ok ? answer.value.selected : null;
}

for (const group of groups) {
  Deno.test(`fluxForm() lets Flux give every recorded answer of policies/${group}`, async () => {
    const text = await Deno.readTextFile(`${folder}${group}.yaml`);
    const { book } = readPolicyBook([{ file: "p.yaml", text, mayHoldPolicies: true }], { fluxVersioning: "flux" });
    const { cases } = readPolicyCases(await Deno.readTextFile(`${folder}${group}.test.yaml`), "cases");
    let asked = 0;
    for (const { policy: named, tags, current, id } of cases) {
      const policy = named.kind === "named" ? book.magos.get(named.name)?.policy : undefined;
      if (policy === undefined || policy.kind === "latest" || policy.kind === "digest") continue;
      const form = formOf(policy, current);
      const names = tags.map(({ tag }) => tag);
      const wanted = selectTags(policy, names, current);
      assert.ok(wanted.ok);
      asked++;
      // Between a version and its repair Flux cannot choose: the repair is the lower text to it.
      if (wanted.value.selected === "12.3.1-security-01" && current === "12.3.1") continue;
      assert.equal(answerOf(form, names), wanted.value.selected, `${id} ${current} ${JSON.stringify(form)}`);
    }
    assert.ok(asked > 0);
  });
}

/** A policy, the tag in the file, all tags, and what Flux is to answer. */
const answers: readonly (readonly [range: string | null, current: string, tags: string, expected: string])[] = [
  [">=1.30", "1.37", "latest 1 1.9 1.37.0 1.38 1.38.0 1.38.0-musl", "1.38"],
  [">=3", "3.2.3.0", "1.28.5 3.2.9.0 3.2.11.0 3.2.11.0-full 3.3.0.0-BETA1", "3.2.11.0"],
  ["<3.2.11", "3.2.3.0", "3.2.9.0 3.2.10.7 3.2.11.0", "3.2.10.7"],
  ["^3", "3.2.3.0", "3.2.9.0 4.0.0.1", "3.2.9.0"],
  [
    "^2",
    "2.5.2-alpine",
    "2.10.2 2.10-alpine 2.10.2-alpine 2.10.2-builder-alpine 2.11.0-beta.1-alpine",
    "2.10.2-alpine",
  ],
  [">=2024", "v2024.10.22-7ca5933", "v2024.5.13-a0bc346 v2025.7.18-a0bc346 sha-a0bc346", "v2025.7.18-a0bc346"],
  [">=4.0.0", "4.9.3.0-ls99", "4.9.3 4.9.3.0 4.9.3.0-ls132 amd64-4.9.4.0-ls140 version-4.9.4.0", "4.9.3.0-ls132"],
  [null, "5.1.2_v2.0.11-ls401", "5.1.4_v2.0.12-ls405 5.1.4-r1-ls405 5.2.0beta1_v2.0.12-ls406", "5.1.4_v2.0.12-ls405"],
  [">=0.1.0", "0.13.0-rc0", "0.12.9 0.13.0-rc1 0.13.0-rc1-rocm 0.14.0-rc0", "0.13.0-rc1"],
  [">=0.1.0", "0.13.0-rc0", "0.13.0-rc1 0.13.0 0.14.0-rc0 0.14.1", "0.14.1"],
  [null, "nightly-20250901", "nightly nightly-20250907 nightly-20250907-ab12cd3 1.2.3", "nightly-20250907"],
  ["!=2.1.3", "17", "16 17 18 18.1 18-alpine", "18"],
  [
    ">=12",
    "12.3.1-security-01",
    "12.3.1 12.3.1-security-01 12.3.1-security-02 12.3.0-security-12",
    "12.3.1-security-02",
  ],
  [">=12", "12.3.1-security-01", "12.3.1 12.3.1-security-01 12.4.0", "12.4.0"],
  [">=1.0.0-0 <2", "1.9.9", "1.9.10-beta.2 2.0.0-rc.1", "1.9.10-beta.2"],
  ["!=1.4", "1.3.0", "1.3.9 1.4.2 1.5.1", "1.5.1"],
  ["1.2 || >=3 <4", "1.2.0", "1.2.7 2.0.0 3.1.0 4.0.0", "3.1.0"],
];

for (const [range, current, tags, expected] of answers) {
  Deno.test(`fluxForm() lets Flux take ${expected} after ${current} within ${range ?? "any range"}`, () => {
    const policy = { ...inlinePolicy("semver", "compose.yaml:1"), range };
    const names = tags.split(" ");
    const wanted = selectTags(policy, [...names, current], current);
    assert.equal(wanted.ok && wanted.value.selected, expected, "the example itself");
    const form = formOf(policy, current);
    assert.equal(answerOf(form, [...names, current]), expected, JSON.stringify(form));
  });
}

Deno.test("fluxForm() leaves a range alone that means the same to Flux, and needs no filter for plain versions", () => {
  const policy = { ...inlinePolicy("semver", "compose.yaml:1"), range: "^1.2, !=1.4.1" };
  const { range, filter, extract, notes } = formOf(policy, "v1.3.0");
  assert.deepEqual([range, filter, extract, notes], ["^1.2, !=1.4.1", null, null, []]);
});

Deno.test("fluxForm() follows a channel by the one tag", () => {
  const { kind, filter } = formOf(inlinePolicy("latest", "compose.yaml:1"), "release-1.x");
  assert.deepEqual([kind, filter], ["alphabetical", "^release-1\\.x$"]);
  assert.equal(formOf(inlinePolicy("digest", "compose.yaml:1"), null).filter, "^latest$");
});

Deno.test("fluxForm() says where Flux cannot follow", () => {
  const noteOf = (current: string | null, changes: Partial<Policy> = {}): string =>
    formOf({ ...inlinePolicy("semver", "compose.yaml:1"), ...changes }, current).notes.join("; ");
  assert.match(noteOf("7.2.5-alpine3.20"), /alpine3\.20/);
  assert.match(noteOf("RELEASE.2025-09-07T16-13-09Z", { range: ">=2025" }), /no ranges of dates/);
  assert.match(noteOf(null), /holds no version/);
  assert.match(noteOf("1.0.0", { range: ">=1-0" }), /rc10/);
  assert.match(noteOf("1.37", { kind: "numerical", order: "desc", filter: "^1" }), /decimal|letter/);
});

const shapes = [
  ..."1.37 1.38 v1.38 1.38.1 1.39.0-beta.2 3.2.3.0 3.2.11.0 2.4.1 2.4.1-cuda v2.11.0-cuda v2.12.0-rc.2-cuda".split(" "),
  ..."4.9.3.0-ls99 4.9.3.0-ls132 latest 17 18 4-alpine 3-alpine release-6.0.4.10291 release-6.0.5.10300".split(" "),
  ..."RELEASE.2025-09-07T16-13-09Z RELEASE.2025-10-15T17-29-55Z RELEASE.2025-10-15T17-29-55Z.fips".split(" "),
  ..."v2024.10.22-7ca5933 v2025.7.18-a0bc346 0.13.0-rc0 0.13.0 0.13.1 12.3.1 12.4.0 main-1a2b3c4-17".split(" "),
  ..."server-b4567 server-b4570 12.4.0-18024316531-ubuntu 7.2.5-alpine3.20 5.1.2_v2.0.11-ls401".split(" "),
  ..."5.1.4_v2.0.12-ls405 nightly-20250901 nightly-20250907 2.0.330-63-gab12cd34e 1.2.3-SNAPSHOT 2025.08.0".split(" "),
  ..."2025.10.0 9.6.24-r1 9.6.24-r12 1.4.2-1 1.4.2-2 1.0.0-dev 20250901 20250907".split(" "),
];
const ranges = [
  null,
  "^1",
  ">=1.30",
  ">=3 <4",
  "~2.4",
  "1.x || >=12",
  "!=17",
  ">=1.0-0",
  "<3.2.11.0",
  "~0.0.0",
  ">1.2",
];

for (const range of [...ranges, "<=2.4", "^0", "1.2 - 5", ">=2024", "=1.38", ">=0.13.0-rc.1"]) {
  Deno.test(`fluxForm() within ${range} lets Flux take no other newer tag without a note`, () => {
    for (const current of shapes) {
      for (const prerelease of [null, true, false]) {
        const policy = { ...inlinePolicy("semver", "p"), range, prerelease };
        const wanted = selectTags(policy, shapes, current);
        assert.ok(wanted.ok);
        const form = formOf(policy, current);
        const taken = answerOf(form, shapes);
        if (taken === wanted.value.selected || taken === null || form.notes.length > 0) continue;
        // A step down, which magos refuses and Flux never does.
        const open = selectTags({ ...policy, range: null, prerelease: true }, [current, taken], current);
        assert.equal(open.ok && open.value.selected, current, `${current}: ${taken} ${JSON.stringify(form)}`);
      }
    }
  });
}
