// How long one decision over a long list of tags takes: `deno run -q tests/bench/select_bench.ts [count]`, and once more
// with `--v8-flags=--lite-mode`, which is how a small host runs.
import { compileLoose, type LooseRule } from "../../src/core/policy/loose/rule.ts";
import { selectCompiled } from "../../src/core/policy/loose/select.ts";

const rule: LooseRule = {
  kind: "semver",
  range: ">=1.0",
  filter: null,
  extract: null,
  prerelease: null,
  allowDowngrade: false,
  order: "asc",
  exclusions: [],
  skip: [],
  words: {},
};

interface Case {
  readonly name: string;
  readonly rule: LooseRule;
  readonly current: string | null;
  readonly tagAt: (n: number) => string;
}

const cases: readonly Case[] = [
  { name: "all of one shape, all newer", rule, current: "1.0.0", tagAt: (n) => `${1 + n % 7}.${n % 1000}.${n}` },
  {
    name: "mixed forms",
    rule,
    current: "v1.2.0-ls9",
    tagAt: (n) =>
      [
        `v1.${n}.0-ls${n % 99}`,
        `amd64-1.${n}.0`,
        `sha-${(n * 2654435761 % 2 ** 32).toString(16).padStart(8, "0")}`,
        `1.${n}.1-rc.${n % 9}-alpine3.20`,
        `nightly-${20240101 + n % 28}-${n}`,
      ][n % 5] ?? "",
  },
  { name: "no current tag", rule, current: null, tagAt: (n) => (n % 2 === 0 ? `1.${n}` : `1.${n}-slim`) },
  {
    name: "alphabetical, names only",
    rule: { ...rule, kind: "alphabetical" },
    current: null,
    tagAt: (n) => `main-x${n}y`,
  },
  {
    name: "with a filter",
    rule: { ...rule, filter: "^v1\\.[0-9]+" },
    current: "v1.1.0",
    tagAt: (n) => (n % 2 === 0 ? `v1.${n}.0` : `edge-${n}`),
  },
  {
    name: "numerical, with filter and extract",
    rule: { ...rule, kind: "numerical", filter: "^main-[a-f0-9]+-(?P<ts>[0-9]+)$", extract: "$ts" },
    current: null,
    tagAt: (n) => `main-1a2b3c4-${1_700_000_000 + n}`,
  },
];

const count = Number(Deno.args[0] ?? "100000");
for (const { name, rule, current, tagAt } of cases) {
  // As they come out of an answer: flat texts, not the joined pieces of a template.
  const tags = JSON.parse(JSON.stringify(Array.from({ length: count }, (_, n) => tagAt(n)))) as string[];
  const compiled = compileLoose(rule);
  if (!compiled.ok) throw new Error(compiled.failure.message);
  const times: number[] = [];
  let told = "";
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    const { candidates, selected } = selectCompiled(tags, compiled.value, current);
    times.push(performance.now() - start);
    told = `${selected} of ${candidates.length} candidates`;
  }
  const [first = 0] = times;
  // deno-lint-ignore no-console
  console.log(`${first.toFixed(0).padStart(6)} ms, best of 3 ${Math.min(...times).toFixed(0)} ms  ${name}: ${told}`);
}
