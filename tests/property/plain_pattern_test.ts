// The engine's expression for a plain pattern finds what the linear matcher finds, group by group.
import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePattern, type Pattern } from "../../src/core/model/pattern.ts";
import { isPlainText, plainPattern } from "../../src/core/model/plain_pattern.ts";

const set = fc.constantFrom(
  ..."a b 1 - . \\. \\- \\d \\w \\s \\S \\D [0-9] [a-f0-9] [a-z] [^-] [^.-] [.-] [\\d.] [\\s-] [^\\w] [a-] [+-] [_-a]"
    .split(" "),
  " ",
  "]",
  "|",
  "\\b",
  "(?i)",
  "[[:alpha:]]",
);
const repeat = fc.constantFrom("", "", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,}", "{2,}", "*?", "+?");
const atom = fc.tuple(set, repeat).map((pair) => pair.join(""));
const atoms = fc.array(atom, { maxLength: 4 }).map((list) => list.join(""));
const group = fc.tuple(
  fc.constantFrom("(", "(?:", "(?P<n>", "(?<m>"),
  atoms,
  fc.constantFrom(")", ")", ")", ")?", ")+"),
)
  .map((parts) => parts.join(""));
const source = fc.tuple(
  fc.constantFrom("^", "^", ""),
  fc.array(fc.oneof({ weight: 3, arbitrary: atoms }, group), { maxLength: 4 }).map((list) => list.join("")),
  fc.constantFrom("$", "$", "", "\\$"),
).map((parts) => parts.join(""));
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."ab1f-._+Z]| \n\r\v\t$"), maxLength: 12 }),
  fc.string({ maxLength: 20 }).map((it) => it.replace(/[^\0-\x7f]/g, "")),
);

function groupsByMatcher(pattern: Pattern, subject: string): readonly (string | null)[] | null {
  const matcher = pattern.compiled.matcher(subject);
  if (!matcher.find()) return null;
  return Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? null);
}

Deno.test("plainPattern() finds what the linear matcher finds, group by group", () => {
  let plain = 0;
  let found = 0;
  fc.assert(
    fc.property(source, fc.array(text, { minLength: 4, maxLength: 8 }), (pattern, subjects) => {
      const compiled = compilePattern(pattern);
      if (!compiled.ok || compiled.value.plain === null) return;
      plain++;
      for (const subject of subjects.filter(isPlainText)) {
        const expected = groupsByMatcher(compiled.value, subject);
        const match: RegExpExecArray | null = compiled.value.plain.exec(subject);
        assert.deepEqual(
          match === null ? null : Array.from(match, (it) => it ?? null),
          expected,
          `${pattern} ${subject}`,
        );
        if (expected !== null) found++;
      }
    }),
    { numRuns: 5000 },
  );
  assert.ok(plain > 500 && found > 500, `${plain} plain patterns, ${found} matches: the generator is too wild`);
});

Deno.test("plainPattern() knows the patterns that people write", () => {
  const plain = [
    "^main-[a-f0-9]+-(?P<ts>[0-9]+)$",
    "^v(?P<version>.*)$",
    "^v?\\d+\\.\\d+\\.\\d+$",
    "^[0-9]+\\.[0-9]+\\.[0-9]+-alpine$",
    "^v1\\.[0-9]+",
    "^RELEASE\\.(?P<date>.*)Z$",
    "^sha-([0-9a-f]{7,40})$",
    "^(.*)-slim$",
  ];
  for (const pattern of plain) assert.ok(plainPattern(pattern) !== null, pattern);
});

Deno.test("plainPattern() leaves to the linear matcher what could make the engine go back again and again", () => {
  const wild = [
    "^(a+)+$",
    "(.*)x",
    "^.*.*.*$",
    "^[a-z]*[a-y]*b$",
    "^(a|a)*$",
    "a*ab",
    "[0-9]+[0-9]+",
    "^\\w+-?\\w+x$",
    "(?i)a",
    "^a{100}",
  ];
  for (const pattern of wild) assert.equal(plainPattern(pattern), null, pattern);
});
