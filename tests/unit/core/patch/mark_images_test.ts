import assert from "node:assert/strict";
import { type Addition, addMarkers } from "../../../../src/core/patch/add_markers.ts";
import { type MarkContext, type MarkedImages, markImages } from "../../../../src/core/patch/mark_images.ts";

const noBook = { magos: new Map(), flux: new Map() };

function mark(text: string, file = "compose.yaml", siblings: Readonly<Record<string, string>> = {}): MarkedImages {
  const context: MarkContext = {
    defaultPin: "both",
    book: noBook,
    apps: [{ app: "web", compose: "apps/compose.yaml", service: "web", policy: "guilliman", pin: null }],
    readSibling: (path) => siblings[path] ?? null,
  };
  return markImages({ file, text }, context);
}

const semver = '# {"magos": {"policy": "semver", "range": "^1"}}';

/** A service whose image line is given. */
function service(line: string): string {
  return `services:\n  web:\n    ${line}\n    restart: always\n`;
}

Deno.test("markImages() puts the marker at the end of the line and leaves every other byte", () => {
  const lines: Readonly<Record<string, string>> = {
    "image: a/b:1.2": `image: a/b:1.2 ${semver}`,
    'image: "a/b:1.2"': `image: "a/b:1.2" ${semver}`,
    "image: 'a/b:1.2'": `image: 'a/b:1.2' ${semver}`,
    "image: a/b:1.2 \t": `image: a/b:1.2 \t${semver}`,
    "image: &x a/b:1.2": `image: &x a/b:1.2 ${semver}`,
    "image:\n      a/b:1.2": `image:\n      a/b:1.2 ${semver}`,
    "? image\n    : a/b:1.2": `? image\n    : a/b:1.2 ${semver}`,
  };
  for (const [line, expected] of Object.entries(lines)) {
    const { text, problems } = mark(service(line));
    assert.equal(text, service(expected), line);
    assert.deepEqual(problems, []);
  }
});

Deno.test("markImages() keeps CRLF, a byte order mark and a missing final newline", () => {
  const text = "\ufeffservices:\r\n  a:\r\n    image: a/b:1.2\r\n  b: { image: c/d:1.0 }";
  const marked = mark(text).text;
  assert.equal(
    marked,
    `\ufeffservices:\r\n  a:\r\n    image: a/b:1.2 ${semver}\r\n  b: { image: c/d:1.0 } ${semver}`,
  );
});

Deno.test("markImages() finds nothing more to do in what it has written", () => {
  const once = mark(service("image: a/b:1.2"));
  assert.ok(once.text);
  const again = mark(once.text);
  assert.deepEqual([again.text, again.additions, again.problems, again.marked], [null, [], [], 1]);
});

Deno.test("markImages() says where each marker's image stands, in the new text", () => {
  const { additions } = mark("[Container]\nImage=a/b:1.2\n[Image]\nImage=c/d:1.0\n", "web.container");
  assert.deepEqual(additions.map(({ line, column, setter }) => [line, column, setter]), [
    [3, 7, "semver"],
    [6, 7, "semver"],
  ]);
});

Deno.test("markImages() counts an image as marked whoever's marker it is", () => {
  for (const comment of [semver, '# {"magos": {"policy": "guilliman"}}', '# {"$imagepolicy": "flux-system:app"}']) {
    const { text, marked, problems } = mark(service(`image: a/b:1.2 ${comment}`));
    assert.deepEqual([text, marked, problems], [null, 1, []], comment);
  }
});

Deno.test("markImages() leaves the image that an app follows to the app", () => {
  const text = service("image: a/b:1.2") + "  db:\n    image: c/d:1.0\n";
  const { text: marked, marked: followed, additions } = mark(text, "apps/compose.yaml");
  assert.equal(marked, text.replace("c/d:1.0", `c/d:1.0 ${semver}`));
  assert.deepEqual([followed, additions.map((it) => it.line)], [1, [6]]);
});

Deno.test("markImages() reports the image that only a person can mark, with the marker it should have", () => {
  const cases: Readonly<Record<string, RegExp>> = {
    "image: a/b:1.2 # mine": /has a comment already/,
    'image: a/b:1.2 #{"magos": {"policy": "semver", "range": "^1"}}': /nearly a marker/,
    "image: >-\n      a/b:1.2": /over several lines/,
    'image: "a/b:\\\n      1.2"': /over several lines/,
  };
  for (const [line, message] of Object.entries(cases)) {
    const { text, problems } = mark(service(line));
    assert.equal(text, null, line);
    assert.equal(problems.length, 1, line);
    assert.match(problems[0]?.message ?? "", message);
    assert.ok(problems[0]?.cure?.includes(semver), line);
    assert.deepEqual([problems[0]?.code, problems[0]?.severity, problems[0]?.line], ["image.not_marked", "warning", 3]);
  }
});

Deno.test("markImages() reports a line that holds several values, and marks a flow map that holds one", () => {
  const text = `services:
  one: { image: a/b:1.2 }
  two: { image: a/b:1.2, restart: always }
  three: { restart: always, image: a/b:1.2 }
  four: {
    image: a/b:1.2,
    restart: always }
`;
  const { text: marked, problems } = mark(text);
  assert.equal(
    marked,
    text.replace("one: { image: a/b:1.2 }", (it) => `${it} ${semver}`).replace(
      "    image: a/b:1.2,",
      (it) => `${it} ${semver}`,
    ),
  );
  assert.deepEqual(problems.map(({ line, message }) => [line, message]), [
    [3, "the line holds several values"],
    [4, "the line holds several values"],
  ]);
});

Deno.test("markImages() follows variables to what they stand for", () => {
  const env = { "stacks/.env": "TAG=3.1.4\n" };
  const cases: Readonly<Record<string, string>> = {
    "${IMG:-a/b:1.2}": "^1",
    "a/b:${TAG}": "^3",
    "a/b:${TAG:-1.2}": "^3",
    "a/b:${OTHER-2.0}": "^2",
  };
  for (const [value, range] of Object.entries(cases)) {
    const { additions, problems } = mark(service(`image: ${value}`), "stacks/compose.yaml", env);
    assert.deepEqual(problems, [], value);
    assert.ok(additions[0]?.marker.includes(`"range": "${range}"`), `${value}: ${additions[0]?.marker}`);
  }
  for (const value of ["a/b:${UNSET}", "a/b:${A:?must}", "a/b:${A:-${B}}"]) {
    const { text, problems } = mark(service(`image: ${value}`), "stacks/compose.yaml", env);
    assert.deepEqual([text, problems.map((it) => it.code)], [null, ["image.not_marked"]], value);
  }
});

Deno.test("markImages() takes $ for what it is outside of Compose", () => {
  const pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: ${IMG:-a/b:1.2}\n";
  assert.deepEqual([mark(pod).text, mark(pod).problems.map((it) => it.code)], [null, ["image.not_marked"]]);
});

Deno.test("markImages() gives a unit's marker the line above, in the unit's own line ends", () => {
  const unit = "[Container]\r\n; theirs\r\nImage=a/b:1.2\r\n";
  assert.equal(mark(unit, "web.container").text, `[Container]\r\n; theirs\r\n${semver}\r\nImage=a/b:1.2\r\n`);
  assert.equal(mark("[Image]\nImage=a/b:1.2", "web.image").text, `[Image]\n${semver}\nImage=a/b:1.2`);
  assert.equal(mark(`[Image]\n${semver}\nImage=a/b:1.2\n`, "web.image").marked, 1);
});

Deno.test("markImages() leaves units that name another unit, and reports what no marker can rule", () => {
  const named = mark("[Container]\nImage=web.image\n", "web.container");
  assert.deepEqual([named.text, named.problems, named.builds], [null, [], 0]);
  assert.equal(mark("[Container]\nImage=web.build\n", "web.container").builds, 1);
  const continued = mark("[Container]\nImage=a/b:\\\n1.2\n", "web.container");
  assert.deepEqual([continued.text, continued.problems[0]?.code], [null, "image.not_marked"]);
  assert.equal(mark("[Service]\nImage=a/b:1.2\n", "web.container").text, null);
});

Deno.test("markImages() only reports name and tag that stand apart, unless the tag is marked", () => {
  const values = (comment = ""): string => `image:\n  repository: ghcr.io/you/app\n  tag: 1.2.3${comment}\n`;
  const { text, problems: [problem] } = mark(values(), "values.yaml");
  assert.equal(text, null);
  assert.equal(problem?.line, 3);
  assert.ok(problem?.cure?.includes('# {"magos": {"policy": "semver", "repo": "ghcr.io/you/app", "range": "^1"}}'));
  const marked = mark(values(' # {"magos": {"policy": "semver", "repo": "ghcr.io/you/app"}}'), "values.yaml");
  assert.deepEqual([marked.problems, marked.marked], [[], 1]);
});

Deno.test("markImages() warns of a single number, and says how to stay on it", () => {
  const { text, problems: [problem] } = mark(service("image: postgres:17"));
  assert.equal(text, service('image: postgres:17 # {"magos": {"policy": "semver"}}'));
  assert.equal(problem?.code, "image.takes_majors");
  assert.ok(problem?.cure?.includes('# {"magos": {"policy": "latest"}}'));
});

Deno.test("markImages() reports a broken file only when it holds an image", () => {
  assert.deepEqual(mark("services:\n  a: [\n  image: a/b:1\n").problems.map((it) => [it.code, it.severity]), [
    ["file.unparsable", "warning"],
  ]);
  assert.deepEqual(mark("a: [\n# no image here\n").problems, []);
  assert.deepEqual(mark("a: 1\n", "notes.txt").problems, []);
});

const text = "services:\n  a: { image: a/b:1.2 }\n  b: { image: c/d:1.0 }\n";

function addition(line: number, at: number, marker = semver): Addition {
  return {
    line,
    column: 15,
    setter: "semver",
    marker,
    edit: { start: at, end: at, text: ` ${marker}` },
    addsLine: false,
  };
}

const wanted = [addition(2, text.indexOf(" }\n") + 2), addition(3, text.length - 1)];

Deno.test("addMarkers() leaves out what a pass would not find, and adds the rest", () => {
  const target = (line: number): never => ({ line, column: 15, setter: "semver" }) as never;
  const { text: marked, problems, additions } = addMarkers({ file: "f.yaml", text }, wanted, {
    find: (it) => ({ targets: it.split("\n")[2]?.includes("#") ? [target(3)] : [], problems: [] }),
    readsAlike: () => true,
  });
  assert.deepEqual(additions.map((it) => it.line), [3]);
  assert.equal(marked?.split("\n")[1], "  a: { image: a/b:1.2 }");
  assert.deepEqual(problems.map(({ code, line }) => [code, line]), [["image.not_marked", 2]]);
});

Deno.test("addMarkers() leaves a file alone in which a pass would find more than was added", () => {
  const targets = [2, 3, 4].map((line) => ({ line, setter: "semver" }) as never);
  const { text: marked, problems } = addMarkers({ file: "f.yaml", text }, wanted, {
    find: (it) => ({ targets: it.includes("#") ? targets : [], problems: [] }),
    readsAlike: () => true,
  });
  assert.deepEqual([marked, problems.map((it) => it.code)], [null, ["file.unpatchable"]]);
});

Deno.test("addMarkers() leaves a file alone that would read differently", () => {
  const targets = (it: string): never[] =>
    it.includes("#") ? [2, 3].map((line) => ({ line, setter: "semver" }) as never) : [];
  const proof = { find: (it: string) => ({ targets: targets(it), problems: [] }), readsAlike: () => false };
  const { text: marked, problems, diff } = addMarkers({ file: "f.yaml", text }, wanted, proof);
  assert.deepEqual([marked, diff, problems.map((it) => it.code)], [null, "", ["file.unpatchable"]]);
  assert.notEqual(addMarkers({ file: "f.yaml", text }, wanted, { ...proof, readsAlike: () => true }).text, null);
});
