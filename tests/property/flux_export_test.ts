// Whatever a policy of magos says, magos reads the same in what is exported of it.
import assert from "node:assert/strict";
import fc from "fast-check";
import { magosPolicy } from "../../src/core/documents/magos_policy.ts";
import { readPolicyBook } from "../../src/core/documents/policy_book.ts";
import { writeYaml } from "../../src/core/documents/write_yaml.ts";
import type { Policy } from "../../src/core/model/policy.ts";
import { exportFlux } from "../../src/core/patch/export_flux.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { inlinePolicy } from "../../src/core/patch/marker_policy.ts";
import { selectTags } from "../../src/core/policy/select_tags.ts";

const tagList = [
  ..."1.37 1.38 v1.38 3.2.3.0 3.2.11.0 2.4.1-cuda v2.11.0-cuda 4.9.3.0-ls99 4.9.3.0-ls132 latest 17 18".split(" "),
  ..."release-6.0.4.10291 release-6.0.5.10300 RELEASE.2025-09-07T16-13-09Z RELEASE.2025-10-15T17-29-55Z".split(" "),
  ..."v2024.10.22-7ca5933 v2025.7.18-a0bc346 0.13.0-rc0 0.13.0 12.3.1 12.3.1-security-01 main-1a2b3c4-17".split(" "),
  ..."7.2.5-alpine3.20 5.1.2_v2.0.11-ls401 nightly-20250901 2.0.330-63-gab12cd34e 1.2.3-SNAPSHOT".split(" "),
] as const;
const tag = fc.constantFrom(...tagList);
const range = fc.constantFrom(
  null,
  "*",
  "^1",
  ">=1.30",
  ">=3 <4",
  "~2.4",
  "1.x || >=12",
  "!=17",
  ">=1.0-0",
  "<3.2.11.0",
  "~0.0.0",
);
const filter = fc.constantFrom<readonly [string | null, string | null]>(
  [null, null],
  ["^v?(?P<version>.*)$", "$version"],
  ["-cuda$", null],
  ["^release-(?P<v>[0-9.]+)$", "$v"],
  ["^[0-9]+$", null],
);

const policies: fc.Arbitrary<Policy> = fc.record(
  {
    kind: fc.constantFrom("semver", "semver", "alphabetical", "numerical", "latest", "digest"),
    range,
    order: fc.constantFrom("asc", "desc"),
    filter,
    skip: fc.uniqueArray(tag, { maxLength: 3 }),
    prerelease: fc.constantFrom(null, true, false),
    allowDowngrade: fc.boolean(),
    minAgeSeconds: fc.option(fc.integer({ min: 1, max: 10_000_000 })),
    group: fc.constantFrom(null, "photos"),
    repush: fc.constantFrom("report", "hold"),
    trustCreated: fc.boolean(),
    words: fc.constantFrom({}, { flavour: ["dev"], build: ["b"] }),
    tag: fc.option(tag),
    versioning: fc.constantFrom("loose", "loose", "flux"),
  } as const,
).map(({ filter: [pattern, extract], ...fields }): Policy => {
  const { kind } = fields;
  const isOrdered = kind === "alphabetical" || kind === "numerical";
  const isFollowing = kind === "latest" || kind === "digest";
  return {
    ...inlinePolicy(kind, "p"),
    ...fields,
    name: "rule",
    filter: pattern,
    extract,
    range: kind === "semver" ? fields.range : null,
    order: isOrdered ? fields.order : "asc",
    tag: isFollowing ? fields.tag : null,
    prerelease: kind === "semver" && fields.versioning === "loose" ? fields.prerelease : null,
    versioning: isFollowing ? "loose" : fields.versioning,
  };
});

/** What an export may change: names and places, and what Flux says in words of its own. */
function comparable(policy: Policy): Partial<Policy> {
  const { name: _1, namespace: _2, source: _3, exclusions: _4, pin: _5, digestReflection: _6, ...rest } = policy;
  // No range and the range of everything are one thing.
  return { ...rest, range: rest.range === "*" ? null : rest.range };
}

Deno.test("exportFlux() writes resources in which magos reads the same policy, and takes the same tag by it", () => {
  fc.assert(
    fc.property(policies, tag, (policy, current) => {
      const document = writeYaml(magosPolicy("rule", null, policy));
      const { book, problems } = readPolicyBook([{ file: "p.yaml", text: document, mayHoldPolicies: true }], {
        fluxVersioning: "flux",
      });
      assert.deepEqual(problems, [], document);
      const written = book.magos.get("rule")?.policy;
      assert.ok(written !== undefined);
      assert.deepEqual(comparable(written), comparable(policy), document);
      const context = { defaultPin: "both" as const, book, readSibling: () => null };
      const text = `a: ghcr.io/you/app:${current} # {"magos": {"policy": "rule"}}\n`;
      const file = findTargets("a.yaml", text, context);
      assert.deepEqual(file.problems, []);
      const exported = exportFlux([file], {
        namespace: "flux-system",
        scanSeconds: 3600,
        automation: {
          interval: "12h",
          checkout: null,
          push: null,
          author: { name: "magos", email: "magos@localhost" },
          message: null,
          path: "",
        },
        context,
      });
      const again = readPolicyBook(exported.resources.map((it) => ({ ...it, mayHoldPolicies: false })), {
        fluxVersioning: "flux",
      });
      assert.deepEqual(again.problems, [], exported.resources.map((it) => it.text).join("\n"));
      if (exported.policies.length === 0) {
        // A rule that says nothing to Flux, as a range is missing under its versioning, stays with magos.
        assert.equal(exported.problems[0]?.code, "flux.not_exported");
        return;
      }
      const read = again.book.flux.get("flux-system:rule")?.policy;
      assert.ok(read !== undefined);
      assert.deepEqual(comparable(read), comparable(policy), exported.resources[1]?.text);
      assert.equal(exported.swapped[0]?.text, `a: ghcr.io/you/app:${current} # {"$imagepolicy": "flux-system:rule"}\n`);
      const [one, other] = [selectTags(written, tagList, current), selectTags(read, tagList, current)];
      assert.equal(one.ok && one.value.selected, other.ok && other.value.selected);
    }),
    { numRuns: 300 },
  );
});
