// Whatever the values are, the YAML that magos writes is read as the same values by a library that knows nothing of it.
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAllDocuments, parseDocument } from "yaml";
import { writeYaml, writeYamlDocuments, type YamlTable } from "../../src/core/documents/write_yaml.ts";

const awkward = fc.constantFrom(
  ..."true no null ~ 1 1e3 0x1F 1.5 .5 - ? : # ' \" | > & * ! % @ ` [ ] { } 2026-01-01 1:30 y N .nan on =".split(" "),
  "a: b",
  "a #b",
  " lead",
  "trail ",
  "a:",
  "- a",
  "two\nlines",
  "two\nlines\n",
  "\n",
  "a\n\nb\n",
  "a\n b\n  c",
  "tab\there",
  "tab\t\nend",
  "\u2028",
  "\ufeff",
  "\u0085",
  "a\r\nb",
  "",
  '# {"magos": 1}',
  "---",
  "...",
  "{{ .x }}\n{{ end -}}\n",
);
const text = fc.oneof(awkward, fc.string({ maxLength: 30 }), fc.string({ unit: "binary", maxLength: 20 }));
const wellFormed = text.filter((it) => it.isWellFormed());
const key = wellFormed.filter((it) => it !== "__proto__");
const scalar = fc.oneof(wellFormed, fc.boolean(), fc.integer());
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(fc.oneof(scalar, tie("table")), { maxLength: 4 }),
    tie("table"),
  ),
  table: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));

Deno.test("writeYaml() is read back as it was, under both versions of YAML", () => {
  fc.assert(fc.property(fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true }), (table) => {
    const written = writeYaml(table as YamlTable);
    for (const version of ["1.1", "1.2"] as const) {
      const document = parseDocument(written, { version, merge: false });
      assert.deepEqual(document.errors, [], written);
      assert.deepEqual(document.toJS() ?? {}, table, written);
    }
  }));
});

Deno.test("writeYamlDocuments() keeps documents apart, and comments out of them", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ comments: fc.array(text, { maxLength: 2 }), body: wellFormed })), (list) => {
      const written = writeYamlDocuments(list.map(({ comments, body }) => ({ comments, value: { body } })));
      const read = list.length === 0 ? [] : parseAllDocuments(written);
      assert.ok(Array.isArray(read));
      assert.deepEqual(read.map((it) => it.toJS()), list.map(({ body }) => ({ body })), written);
    }),
  );
});
