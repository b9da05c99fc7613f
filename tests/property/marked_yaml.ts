// Makers of YAML files in which values of every style are marked, between lines of every other kind.
import fc from "fast-check";

/** Any digest. */
export const digest = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 }).map((
  hex,
) => `sha256:${hex}`);
/** A tag; one like the last part of its repository's name would read as an image without a tag. */
export const tag = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
  fc.constantFrom("1.10", "1", "yes", "null", "0777", "1e3", "2026-11-21", "1_000", "v1.2.3", "0x1F"),
).filter((text) => !["app", "b", "nginx", "redis"].includes(text));
const name = fc.constantFrom("nginx", "ghcr.io/you/app", "reg.lan:5000/a/b", "docker.io/library/redis");

/** One value's source text by style, and the marker that fits it. */
const markedLine = fc.record({
  image: fc.boolean(),
  name,
  tag,
  digest: fc.option(digest, { nil: null }),
  pin: fc.constantFrom("tag", "digest", "both", null),
  quote: fc.constantFrom("'", '"', ""),
  gap: fc.constantFrom(" ", "   ", "\t"),
  form: fc.constantFrom("map", "anchor", "list", "flow", "flowMap", "literal", "folded"),
}).map((it) => {
  const digestText = it.digest === null ? "" : `@${it.digest}`;
  const value = it.image ? `${it.name}:${it.tag}${digestText}` : `${it.tag}${digestText}`;
  const keys = { policy: "semver", repo: it.name, ...(it.pin === null ? {} : { pin: it.pin }) };
  const comment = `# ${JSON.stringify({ magos: keys })}`;
  const quoted = `${it.quote}${value}${it.quote}`;
  const lines: Readonly<Record<string, readonly string[]>> = {
    map: [`value: ${quoted}${it.gap}${comment}`],
    anchor: [`value: &KEY ${quoted}${it.gap}${comment}`, "follows: *KEY"],
    list: ["value:", `  - ${quoted}${it.gap}${comment}`],
    flow: [`value: [ ${quoted} ]${it.gap}${comment}`],
    flowMap: [`value: { image: ${quoted}, other: [1, "#"] }${it.gap}${comment}`],
    literal: [`value: |-${it.gap}${comment}`, `    ${value}`],
    folded: [`value: >${it.gap}${comment}`, `    ${value}`],
  };
  return lines[it.form] ?? [];
});

const otherLine = fc.constantFrom<readonly string[]>(
  ["plain: text # with a comment"],
  ["# a comment\twith a tab, ü and 😀"],
  ["ünïcode: 'ключ # 値'"],
  ["block: |", "  image: nginx:1.0 # {not a marker}", "", "  last"],
  ["flow: {a: [1, 2], 'b': \"x\\ty\"}"],
  [""],
  ["number: 1.10"],
  ["? complex", ": value"],
);

/** A whole file of marked and other lines. */
export const file = fc.record({
  pieces: fc.array(fc.oneof(markedLine, otherLine), { minLength: 1, maxLength: 8 }),
  documents: fc.boolean(),
  eol: fc.constantFrom("\n", "\r\n"),
  bom: fc.boolean(),
  finalNewline: fc.boolean(),
}).map(({ pieces, documents, eol, bom, finalNewline }) => {
  const lines = pieces.flatMap((piece, index) => [
    ...(documents && index > 0 ? ["---"] : []),
    // Keys of one mapping differ, and so do anchors.
    ...piece.map((line) =>
      line.replace(/^(value|plain|ünïcode|block|flow|number|follows)\b/u, `$1${index}`).replace(/^ünïcode/, `ü${index}`)
        .replaceAll("KEY", `n${index}`).replace(/^\? complex/, `? complex${index}`)
    ),
  ]);
  return `${bom ? "\ufeff" : ""}${lines.join(eol)}${finalNewline ? eol : ""}`;
});
