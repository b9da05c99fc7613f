// Patterns and templates as Go's regexp has them.
import assert from "node:assert/strict";
import { compilePattern, compileTemplate, matchesPattern, type Pattern } from "../../../../src/core/model/pattern.ts";

function compiled(source: string): Pattern {
  const pattern = compilePattern(source);
  assert.ok(pattern.ok, source);
  return pattern.value;
}

function expand(source: string, template: string, text: string): string | null {
  return compileTemplate(compiled(source), template)(text);
}

Deno.test("compilePattern() refuses what Go's regexp refuses", () => {
  const refused = [
    ["(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(?x)a", "(?#c)a", "(a)\\1", "a\\Z", "(?P=n)"],
    ["a++", "a*+", "a?+", "a**", "a{2}{3}", "a{1001}", "(a{1000}){2}", "*a", "x{2,1}"],
    ["[", "(", "a)", "\\", "[b-a]", "[[:foo:]]", "\\p{Foo}", "(?P<>a)", "(?P<n-1>a)", "(?'n'a)"],
    ["\\h", "\\R", "\\e", "\\u0061", "\\cA", "\\k<n>"],
  ].flat();
  for (const source of refused) {
    const pattern = compilePattern(source);
    assert.equal(pattern.ok ? "accepted" : pattern.failure.code, "policy.invalid_filter", source);
    assert.ok(!pattern.ok && pattern.failure.message.includes(source) && pattern.failure.cure !== undefined, source);
  }
});

Deno.test("compilePattern() refuses what is too long or too large to run on many tags", () => {
  for (const source of ["a".repeat(1001), "(a{100}){10}".repeat(20)]) assert.ok(!compilePattern(source).ok, source);
  assert.ok(compilePattern("a".repeat(1000)).ok);
});

Deno.test("matchesPattern() searches with Go's syntax", () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["b", "abc", true],
    ["^b", "abc", false],
    ["", "abc", true],
    ["(?i)ABC", "abc", true],
    ["a(?i)B", "ab", true],
    ["(?i:A)b", "aB", false],
    ["\\Aabc\\z", "abc", true],
    ["[[:digit:]]", "a1", true],
    ["[[:^alpha:]]", "abc", false],
    ["\\Qa.b\\E", "a.b", true],
    ["\\Qa.b\\E", "axb", false],
    ["\\x{61}\\142", "ab", true],
    ["[]a]", "]", true],
    ["a{,5}", "a{,5}", true],
    ["\\-\\_\\:", "-_:", true],
    ["\\pL", "1", false],
    ["^\\pL\\p{Nd}\\P{L}$", "a1-", true],
    ["^\\p{^L}$", "a", false],
    ["[[:^digit:]x]", "1", false],
    ["[^]a]", "]a", false],
    ["[^]a]", "b", true],
    ["^\\Qa.b", "a.bc", true],
    ["\\a|\\f|\\v", "afv", false],
    ["^\\d+$", "\u0661", false],
    ["a$", "a\n", false],
    ["(?m)a$", "a\nb", true],
    ["a.b", "a\nb", false],
    ["(?s)a.b", "a\nb", true],
    ["(?i)a(?-i)B", "Ab", false],
    ["(?i)a(?-i)B", "AB", true],
    ["(a(?i)b)c", "aBC", false],
    ["^a{1000}$", "a".repeat(1000), true],
    ["^[[:word:].-]+$", "v1.2-rc_3", true],
    ["^[\\w.-]+$", "v1.2-rc_3", true],
  ];
  for (const [source, text, expected] of rows) assert.equal(matchesPattern(compiled(source), text), expected, source);
});

Deno.test("compileTemplate() expands references as Go does", () => {
  const rows: readonly (readonly [string, string, string, string | null])[] = [
    ["^v(?P<version>.*)$", "$version", "v1.2", "1.2"],
    ["^v(?<version>.*)$", "${version}-x", "v1.2", "1.2-x"],
    ["^v(.*)$", "$1", "v1.2", "1.2"],
    ["([0-9])x", "$1x", "a1xb", ""],
    ["([0-9])x", "${1}x", "a1xb", "1x"],
    ["(?P<1x>[0-9])x", "$1x", "a1xb", "1"],
    ["(?P<a>[a-z])(?P<b>[0-9])", "$a_$b", "a1", "1"],
    ["(?P<a>[a-z])(?P<b>[0-9])", "${a}_$b", "a1", "a_1"],
    ["[0-9]", "$0", "a1b", "1"],
    ["[0-9]", "<$$0>", "a1b", "<$0>"],
    ["[0-9]", "$2$nobody$01", "1", ""],
    ["[0-9]", "$& $ ${ ${0 $-", "1", "$& $ ${ ${0 $-"],
    ["(a)|(b)", "[$1$2]", "b", "[b]"],
    ["^a$", "$0", "b", null],
    ["(?U)a+", "$0", "aaa", "a"],
    ["(?U)a+?", "$0", "aaa", "aaa"],
    ["(?U:a+)(a*)", "$1", "aaa", "aa"],
    ["a|ab", "$0", "ab", "a"],
    ["(a*)?b", "<$1>", "b", "<>"],
    ["(?:(a)|b)+", "<$1>", "ab", "<a>"],
    ["[0-9]+", "$0", "v12.34", "12"],
    ["(?P<2024>.)(.)", "$2024$2", "ab", "b"],
    ["(?P<1st>.)", "${1st}", "ab", "a"],
  ];
  for (const [source, template, text, expected] of rows) {
    assert.equal(expand(source, template, text), expected, `${source} ${template}`);
  }
});

Deno.test("compileTemplate() uses the first group of a name that took part", () => {
  assert.equal(expand("(?P<n>a)|(?P<n>b)", "$n", "b"), "b");
  assert.equal(expand("(?P<n>a)(?P<n>b)", "$n", "ab"), "a");
  assert.equal(expand("(?P<n>x)?(?P<n>b)", "$n$2", "b"), "bb");
  assert.equal(expand("(?P<n>1)(?P<n_0>2)(?P<n>3)", "$n$n_0", "123"), "12");
  assert.equal(expand("[(?P<n>]+(?P<n>1)", "$n", "<1"), "1", "no group within a class");
  assert.equal(expand("\\Q(?P<n>\\E(?P<n>1)", "$n", "(?P<n>1"), "1", "no group within quotes");
});
