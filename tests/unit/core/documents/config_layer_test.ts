import assert from "node:assert/strict";
import { readConfigFile, readEnvironment } from "../../../../src/core/documents/config_layer.ts";

const file = "/etc/magos/config.yaml";
const token = "ghp_notreallyatoken";

/** `line:column code message` of everything wrong with a file. */
function problemsOf(text: string, variables: Readonly<Record<string, string>> = {}): readonly string[] {
  return readConfigFile(text, file, variables).problems.map((problem) => {
    assert.equal(problem.severity, "error");
    assert.equal(problem.file, file);
    return `${problem.line}:${problem.column} ${problem.code} ${problem.message}`;
  });
}

function settingsOf(text: string, variables: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  const { settings, problems } = readConfigFile(text, file, variables);
  assert.deepEqual(problems, []);
  return Object.fromEntries(Array.from(settings, ([key, { value, source }]) => [key, [value, source]]));
}

Deno.test("readConfigFile() reads every key with the place that sets it", () => {
  const text = `repo:
  url: https://github.com/you/homelab.git
  branch: main
  auth: { tokenFile: token, user: bot }
update:
  paths: ["stacks", "apps/*.yaml"]
  pin: tag
  commit:
    author: { name: "Bot", email: bot@example.org }
registries:
  scanInterval: 1h30m
  registriesConf: /etc/containers/registries.conf
state: { dir: state }
log: { level: off, format: json }
`;
  assert.deepEqual(settingsOf(text), {
    "repo.url": ["https://github.com/you/homelab.git", `${file}:2`],
    "repo.branch": ["main", `${file}:3`],
    "repo.auth.tokenFile": ["token", `${file}:4`],
    "repo.auth.user": ["bot", `${file}:4`],
    "update.paths": [["stacks", "apps/*.yaml"], `${file}:6`],
    "update.pin": ["tag", `${file}:7`],
    "update.commit.author": [{ name: "Bot", email: "bot@example.org" }, `${file}:9`],
    "registries.scanInterval": ["1h30m", `${file}:11`],
    "registries.registriesConf": ["/etc/containers/registries.conf", `${file}:12`],
    "state.dir": ["state", `${file}:13`],
    "log.level": ["off", `${file}:14`],
    "log.format": ["json", `${file}:14`],
  });
});

Deno.test("readConfigFile() takes an empty file, comments, CRLF and a BOM", () => {
  for (const text of ["", "# nothing\n", "---\n", "{}"]) assert.deepEqual(settingsOf(text), {}, text);
  assert.deepEqual(settingsOf("\ufefflog:\r\n  level: debug # all\r\n"), { "log.level": ["debug", `${file}:2`] });
});

Deno.test("readConfigFile() tells everything wrong at once, with line, column and the nearest key", () => {
  const text = `repo:
  urll: x
  branch: 3
update:
  paths: "."
  pin: tags
registries: { scanInterval: soon }
servr: { listen: 1 }
log: { level: loud }
`;
  const found = problemsOf(text);
  const expected = [
    /^2:3 config\.unknown_key unknown key "repo\.urll"/,
    /^3:11 config\.invalid_value "repo\.branch": .*string/,
    /^5:10 config\.invalid_value "update\.paths": .*array/,
    /^6:8 config\.invalid_value "update\.pin": .*"tag"/,
    /^7:29 config\.invalid_value "registries\.scanInterval": not a duration/,
    /^8:1 config\.unknown_key unknown key "servr"/,
    /^9:15 config\.invalid_value "log\.level"/,
  ];
  assert.equal(found.length, expected.length, found.join("\n"));
  for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? "", pattern);
  const [first] = readConfigFile(text, file, {}).problems;
  assert.equal(first?.cure, 'did you mean "url"?');
});

Deno.test("readConfigFile() tells keys of a later version apart from misspelt ones", () => {
  const text = "apps:\n  - { name: web, compose: c.yaml, quadlet: units }\napply: { scope: user, scop: user }\n";
  const { problems } = readConfigFile(text, "magos.yaml", {});
  assert.deepEqual(problems.map(({ line, message }) => [line, message.replace(/; .*/, "")]), [
    [2, '"apps.0.quadlet" is for a later version of magos'],
    [3, '"apply.scope" is for a later version of magos'],
    [3, 'unknown key "apply.scop"'],
  ]);
  assert.match(problems[0]?.cure ?? "", /systemd/);
});

Deno.test("readConfigFile() still sets what is right beside what is wrong", () => {
  const { settings, problems } = readConfigFile("log: { level: debug, format: xml }\nrepoo: {}\n", file, {});
  assert.equal(problems.length, 2);
  assert.deepEqual([...settings.keys()], ["log.level"]);
});

Deno.test("readConfigFile() refuses wrong shapes of the whole file", () => {
  const cases: Readonly<Record<string, RegExp>> = {
    "- a\n": /^1:1 config\.invalid_value/,
    "just text\n": /^1:1 config\.invalid_value/,
    "repo: [1]\n": /^1:7 config\.invalid_value "repo"/,
    "repo:\n": /config\.invalid_value "repo"/,
    "repo: {url: x\n": /^2:1 config\.unreadable/,
    "repo: 1\nrepo: 2\n": /^2:1 config\.unreadable .*twice/,
    "a: 1\n---\nb: 1\n": /config\.unreadable .*several/,
    "---\n---\nlog: {level: debug}\n": /config\.unreadable .*several/,
    "repo: *nowhere\n": /config\.unreadable .*alias/i,
  };
  for (const [text, pattern] of Object.entries(cases)) {
    const found = problemsOf(text);
    assert.equal(found.length, 1, `${text}: ${found.join("\n")}`);
    assert.match(found[0] ?? "", pattern, text);
  }
});

Deno.test("readConfigFile() refuses an alias bomb and a nest without end", () => {
  const line = (name: string, of: string): string => `${name}: &${name} [${Array(10).fill(of).join(", ")}]\n`;
  const bomb = line("a", "x") + line("b", "*a") + line("c", "*b") + line("d", "*c");
  assert.match(problemsOf(bomb)[0] ?? "", /config\.unreadable .*alias/i);
  assert.match(problemsOf(`a: ${"[".repeat(5000)}`)[0] ?? "", /config\.unreadable/);
});

Deno.test("readConfigFile() takes no key of an object's prototype for a setting", () => {
  for (const key of ["__proto__", "constructor", "toString"]) {
    const found = problemsOf(`${key}: {url: x}\n`);
    assert.match(found[0] ?? "", /config\.unknown_key/, key);
  }
});

Deno.test("readConfigFile() refuses a secret in the file and names the file that it belongs into", () => {
  const { problems, settings } = readConfigFile(`repo:\n  auth:\n    token: ${token}\n`, file, {});
  assert.deepEqual(problems.map(({ code, line, column }) => [code, line, column]), [["config.secret_inline", 3, 5]]);
  assert.match(problems[0]?.cure ?? "", /repo\.auth\.tokenFile/);
  assert.equal(settings.size, 0);
  assert.doesNotMatch(JSON.stringify(problems), new RegExp(token));
});

Deno.test("repo.url holds no user or password, and no message repeats one", () => {
  for (
    const url of [
      `https://${token}@github.com/you/x.git`,
      `https://you:${token}@github.com/you/x.git`,
      `HTTPS://you:${token}@github.com/`,
      `ssh://git:${token}@host/x.git`,
    ]
  ) {
    const layer = readConfigFile(`repo: { url: "${url}" }\n`, file, {});
    assert.deepEqual(layer.problems.map(({ code }) => code), ["config.secret_inline"], url);
    assert.doesNotMatch(JSON.stringify(layer.problems), new RegExp(token));
    assert.equal(layer.settings.size, 0);
    for (const name of ["MAGOS_REPO", "MD_REPO", "MAGOS_REPO_URL"]) {
      const env = readEnvironment({ [name]: url }, "/srv");
      assert.deepEqual(env.problems.map(({ code }) => code), ["config.secret_inline"], name);
      assert.doesNotMatch(JSON.stringify(env.problems), new RegExp(token));
      assert.equal(env.settings.size, 0);
    }
  }
  for (
    const url of [
      "git@github.com:you/x.git",
      "ssh://git@host:22/x.git",
      "https://host/a@b:c@d.git",
      "/srv/x@y.git",
      "you/x",
    ]
  ) {
    assert.deepEqual(readConfigFile(`repo: { url: "${url}" }\n`, file, {}).problems, [], url);
  }
});

Deno.test("readConfigFile() expands the known variables and refuses the unset and the secret ones", () => {
  const variables = {
    HOME: "/home/you",
    HOSTNAME: "pi4",
    MAGOS_X: "x",
    MAGOS_TOKEN: token,
    PATH: "/bin",
    EMPTY: "",
    MAGOS_EMPTY: "",
  };
  assert.deepEqual(settingsOf("state: { dir: '${HOME}/${HOSTNAME}-${MAGOS_X}' }\n", variables), {
    "state.dir": ["/home/you/pi4-x", `${file}:1`],
  });
  for (const name of ["MAGOS_TOKEN", "PATH", "MAGOS_UNSET", "MAGOS_EMPTY", "XDG_RUNTIME_DIR"]) {
    const found = problemsOf(`log: { level: debug }\nstate: { dir: "a/\${${name}}" }\n`, variables);
    assert.equal(found.length, 1, name);
    assert.match(found[0] ?? "", /^2:15 config\.unset_variable/, name);
    assert.doesNotMatch(found[0] ?? "", new RegExp(token));
  }
  assert.deepEqual(settingsOf("state: { dir: '$HOME/x' }\n", variables), { "state.dir": ["$HOME/x", `${file}:1`] });
});

Deno.test("readEnvironment() knows each key by its name in upper snake case, scalars only", () => {
  const { settings, problems } = readEnvironment(
    {
      MAGOS_REPO_AUTH_TOKEN_FILE: "secrets/token",
      MAGOS_REGISTRIES_SCAN_INTERVAL: "2h",
      MAGOS_UPDATE_PIN: "digest",
      MAGOS_UPDATE_PATHS: "apps",
      MAGOS_LOG_LEVEL: "loud",
      MAGOS_TOKEN: token,
      MAGOS_STATE_DIR: "",
      LOG_LEVEL: "debug",
    },
    "/srv",
    "",
  );
  assert.deepEqual(Object.fromEntries(settings), {
    "repo.auth.tokenFile": { value: "secrets/token", source: "MAGOS_REPO_AUTH_TOKEN_FILE", folder: "/srv" },
    "registries.scanInterval": { value: "2h", source: "MAGOS_REGISTRIES_SCAN_INTERVAL", folder: "/srv" },
    "update.pin": { value: "digest", source: "MAGOS_UPDATE_PIN", folder: "/srv" },
  });
  assert.deepEqual(problems.map(({ code, message }) => [code, message.split(":")[0]]), [
    ["config.invalid_value", "MAGOS_UPDATE_PATHS"],
    ["config.invalid_value", "MAGOS_LOG_LEVEL"],
  ]);
});

Deno.test("readEnvironment() lets MAGOS_REPO beat MD_REPO, and both the long name", () => {
  const of = (env: Readonly<Record<string, string>>): unknown =>
    readEnvironment(env, "/").settings.get("repo.url")?.value;
  assert.equal(of({ MD_REPO: "a", MAGOS_REPO: "b", MAGOS_REPO_URL: "c" }), "b");
  assert.equal(of({ MD_REPO: "a", MAGOS_REPO_URL: "c" }), "a");
  assert.equal(of({ MAGOS_REPO_URL: "c" }), "c");
  assert.equal(of({ MD_REPO: "a", MAGOS_REPO: "" }), "a");
});

Deno.test("readEnvironment() expands variables; an unset one is an error, never an empty text", () => {
  const env = { HOME: "/home/you", MAGOS_REPO: "${HOME}/lab.git", MAGOS_STATE_DIR: "${MAGOS_NOWHERE}/x" };
  const { settings, problems } = readEnvironment(env, "/", ".env: ");
  assert.deepEqual(Array.from(settings, ([key, { value }]) => [key, value]), [["repo.url", "/home/you/lab.git"]]);
  assert.deepEqual(problems.map(({ code, message }) => [code, message]), [
    ["config.unset_variable", ".env: MAGOS_STATE_DIR: ${MAGOS_NOWHERE} is not set"],
  ]);
  const dotEnv = readEnvironment({ MD_REPO: "${HOME}/lab" }, "/", ".env: ", { HOME: "/home/you" });
  assert.equal(dotEnv.settings.get("repo.url")?.value, "/home/you/lab");
});
