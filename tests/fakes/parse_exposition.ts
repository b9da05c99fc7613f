// Prometheus' text format read strictly (exposition format 0.0.4), so that what is printed can be proved to be some.
import assert from "node:assert/strict";

/** One family as its reader sees it. */
export interface ReadFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*/;

/** Reads it, and fails at the first thing that a reader might refuse. */
export function parseExposition(text: string): ReadonlyMap<string, ReadFamily> {
  assert.ok(text.endsWith("\n"), "the last line ends with a line feed");
  const families = new Map<string, { type: string; help: string; samples: ReadFamily["samples"][number][] }>();
  const series = new Set<string>();
  const seen: string[] = [];
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    const name = comment?.[2] ?? metricName.exec(line)?.[0] ?? "";
    assert.equal(metricName.exec(name)?.[0], name, `a name: ${line}`);
    if (seen.at(-1) !== name) {
      assert.ok(!seen.includes(name), `all lines of ${name} stand together`);
      seen.push(name);
    }
    const family = families.get(name) ?? { type: "", help: "", samples: [] };
    families.set(name, family);
    if (comment?.[1] === "HELP") {
      assert.equal(family.help, "", `one help: ${name}`);
      assert.doesNotMatch(comment[3] ?? "", /\\(?![\\n])/, line);
      family.help = comment[3] ?? "";
    } else if (comment?.[1] === "TYPE") {
      assert.deepEqual([family.type, family.samples.length], ["", 0], `one type, before the first sample: ${name}`);
      assert.match(comment[3] ?? "", /^(counter|gauge|histogram|summary|untyped)$/);
      family.type = comment[3] ?? "";
    } else {
      const { labels, rest } = readLabels(line.slice(name.length));
      assert.match(rest, /^ [+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?( -?\d+)?$/, line);
      const key = JSON.stringify([name, Object.entries(labels).sort()]);
      assert.ok(!series.has(key), `each series once: ${line}`);
      series.add(key);
      family.samples.push({ labels, value: Number(rest.trim().split(" ")[0]) });
    }
  }
  return families;
}

function readLabels(text: string): { readonly labels: Record<string, string>; readonly rest: string } {
  const labels: Record<string, string> = {};
  if (!text.startsWith("{")) return { labels, rest: text };
  let rest = text.slice(1);
  while (!rest.startsWith("}")) {
    const name = labelName.exec(rest)?.[0] ?? "";
    assert.ok(name !== "" && !(name in labels) && !name.startsWith("__"), `a label: ${rest}`);
    const value = /^="((?:[^"\\\n]|\\[\\"n])*)"(,|(?=\}))/.exec(rest.slice(name.length));
    assert.ok(value !== null, `a value with its escapes: ${rest}`);
    labels[name] = (value[1] ?? "").replaceAll(/\\(.)/g, (_, it: string) => it === "n" ? "\n" : it);
    rest = rest.slice(name.length + value[0].length);
  }
  return { labels, rest: rest.slice(1) };
}
