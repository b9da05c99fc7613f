import assert from "node:assert/strict";
import { Lexer } from "yaml";
import { notingComments, type YamlComment } from "../../../../src/core/yaml/comments.ts";

function textsOf(text: string): readonly string[] {
  const comments: YamlComment[] = [];
  assert.deepEqual([...notingComments(text, new Lexer().lex(text), comments)], [...new Lexer().lex(text)]);
  return comments.map((comment) => {
    assert.equal(text.slice(comment.start, comment.start + comment.text.length), comment.text);
    return `${comment.alone ? "alone" : "behind"} ${comment.text}`;
  });
}

Deno.test("notingComments() finds comments alone and behind a value", () => {
  assert.deepEqual(textsOf("# top\na: 1 # one\n  # in\nb:\t# tab\n- x   #two words\n#"), [
    "alone # top",
    "behind # one",
    "alone # in",
    "behind # tab",
    "behind #two words",
    "alone #",
  ]);
});

Deno.test("notingComments() takes no `#` inside strings, blocks, keys and plain text for a comment", () => {
  const text = [
    `a: "x # no" # 1`,
    `b: 'x # no' # 2`,
    `c: x#no # 3`,
    `d: |- # 4`,
    `  # no`,
    `  text # no`,
    `e: >2 # 5`,
    `   # no`,
    ``,
    `f: "two`,
    `  # no`,
    `  lines" # 6`,
    `g: plain`,
    `  goes on # 7`,
    `"h # no": 1 # 8`,
    `i: [x, "# no", {k: '# no'}] # 9`,
    `j: http://x/#no # 10`,
    ``,
  ].join("\n");
  assert.deepEqual(textsOf(text), Array.from({ length: 10 }, (_, index) => `behind # ${index + 1}`));
});

Deno.test("notingComments() keeps its offsets over BOM, CRLF, emoji, directives and documents", () => {
  const text =
    "\ufeff# bom\r\n%YAML 1.2 # directive\r\n---\r\na: 😀 # emoji\r\n--- # doc\r\nb: [ # flow\r\n 1 ] # end\r\n... # stop\r\n";
  assert.deepEqual(textsOf(text), [
    "alone # bom",
    "behind # directive",
    "behind # emoji",
    "behind # doc",
    "behind # flow",
    "behind # end",
    "behind # stop",
  ]);
});

Deno.test("notingComments() sees a comment right behind an empty block and an empty value", () => {
  assert.deepEqual(textsOf("a: |- # one\nb: # two\nc: '' # three\n"), [
    "behind # one",
    "behind # two",
    "behind # three",
  ]);
});

Deno.test("notingComments() takes no text of a block at the margin for a comment", () => {
  assert.deepEqual(textsOf("--- |\n# no\ntext\n"), []);
});
