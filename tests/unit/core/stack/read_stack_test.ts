import assert from "node:assert/strict";
import { sha256Of } from "../../../../src/core/model/digest.ts";
import { projectName } from "../../../../src/core/stack/read_stack.ts";
import { contentOf, readFrom, sampleStack, type StackTree } from "../../../fakes/stack_tree.ts";

const digest = `sha256:${"a".repeat(64)}`;
const plain = { "stacks/web/compose.yaml": "services:\n  web:\n    image: ghcr.io/you/web:1.0.0\n" };

function paths(tree: StackTree): readonly string[] {
  return contentOf(tree).files.map((file) => file.path);
}

function problemsOf(tree: StackTree): readonly string[] {
  return readFrom(tree).problems.map(({ code, file, line }) => `${code} ${file}:${line}`);
}

Deno.test("readStack() reads a plain stack: project, service, image, hash of scheme v1", () => {
  const content = contentOf(plain);
  assert.equal(content.project, "web");
  assert.equal(content.folder, "stacks/web");
  assert.deepEqual(content.composeFiles, ["stacks/web/compose.yaml"]);
  assert.deepEqual(content.files, [
    { path: "stacks/web/compose.yaml", digest: sha256Of(plain["stacks/web/compose.yaml"]) },
  ]);
  const [service] = content.services;
  assert.deepEqual(service?.image, { name: "ghcr.io/you/web", tag: "1.0.0", digest: null });
  assert.equal(service?.replicas, 1);
  assert.match(content.hash, /^v1:[0-9a-f]{64}$/);
  assert.match(service?.hash ?? "", /^v1:[0-9a-f]{64}$/);
});

Deno.test("readStack() finds every file that a stack uses, and no other", () => {
  const tree = {
    "stacks/web/compose.yaml": `
include: [../shared/compose.yaml]
services:
  web:
    extends: { file: ../base.yaml, service: base }
    image: web:\${TAG}
    env_file: [web.env, { path: absent.env, required: false }]
    volumes:
      - ./conf:/etc/web:ro
      - ./data:/data
      - named:/var
      - /srv/host:/host
      - { type: bind, source: ./one.conf, target: /one.conf }
    configs: [site]
    secrets: [{ source: word }]
    build: { context: ./image }
configs: { site: { file: ./site.conf }, unused: { file: ./unused.conf } }
secrets: { word: { file: ./word.txt } }
volumes: { named: {} }
`,
    "stacks/web/compose.override.yaml": "services: { web: { command: run } }",
    "stacks/web/.env": "TAG=1.2\n",
    "stacks/web/web.env": "A=1\n",
    "stacks/web/conf/a.conf": "a",
    "stacks/web/conf/deep/b.conf": "b",
    "stacks/web/one.conf": "1",
    "stacks/web/site.conf": "s",
    "stacks/web/word.txt": "w",
    "stacks/web/image/Dockerfile": "FROM scratch",
    "stacks/web/README.md": "no part of it",
    "stacks/base.yaml": "services: { base: { volumes: ['./base.conf:/base.conf'], restart: always } }",
    "stacks/base.conf": "base",
    "stacks/shared/compose.yaml": "services: { proxy: { image: 'proxy:1', volumes: ['./p.conf:/p.conf'] } }",
    "stacks/shared/p.conf": "p",
  };
  assert.deepEqual(paths(tree), [
    "stacks/base.conf",
    "stacks/base.yaml",
    "stacks/shared/compose.yaml",
    "stacks/shared/p.conf",
    "stacks/web/.env",
    "stacks/web/compose.override.yaml",
    "stacks/web/compose.yaml",
    "stacks/web/conf/a.conf",
    "stacks/web/conf/deep/b.conf",
    "stacks/web/image/Dockerfile",
    "stacks/web/one.conf",
    "stacks/web/site.conf",
    "stacks/web/web.env",
    "stacks/web/word.txt",
  ]);
  const content = contentOf(tree);
  assert.equal(content.includes, true);
  assert.equal(contentOf(plain).includes, false);
  assert.deepEqual(content.composeFiles, ["stacks/web/compose.yaml", "stacks/web/compose.override.yaml"]);
  assert.deepEqual(content.services.map((it) => [it.name, it.image?.tag, it.builds]), [
    ["proxy", "1", false],
    ["web", "1.2", true],
  ]);
});

Deno.test("readStack() follows COMPOSE_FILE, COMPOSE_PROFILES and COMPOSE_PROJECT_NAME of the .env file", () => {
  const content = contentOf({
    "stacks/web/compose.yaml":
      "services:\n  web: { image: 'web:1' }\n  debug: { image: 'debug:1', profiles: [debug] }\n  off: { image: 'off:1', profiles: [off] }\n",
    "stacks/web/more.yaml": "services: { web: { scale: 2 } }",
    "stacks/web/.env": "COMPOSE_FILE=compose.yaml:more.yaml\nCOMPOSE_PROFILES=debug\nCOMPOSE_PROJECT_NAME=My.Web\n",
  });
  assert.deepEqual(content.composeFiles, ["stacks/web/compose.yaml", "stacks/web/more.yaml"]);
  assert.deepEqual(content.services.map(({ name, replicas }) => [name, replicas]), [["debug", 1], ["web", 2]]);
  assert.equal(content.project, "myweb");
  assert.deepEqual(content.profiles, ["debug"]);
});

Deno.test("readStack() takes the project's name from the Compose file before all else", () => {
  assert.equal(
    contentOf({ "stacks/web/compose.yaml": "name: shop\nservices: { a: { image: 'a:1' } }" }).project,
    "shop",
  );
  assert.equal(projectName("_My App.1"), "myapp1");
  assert.equal(projectName("..."), "stack");
});

Deno.test("readStack() brings in the keys of `<<`, nearer ones winning", () => {
  const [service] = contentOf({
    "stacks/web/compose.yaml":
      "x-base: &base { image: 'base:1', restart: 'no' }\nservices:\n  web:\n    <<: *base\n    image: web:2\n",
  }).services;
  assert.equal(service?.image?.tag, "2");
  assert.equal(service?.mayEnd, true);
});

Deno.test("readStack() knows which services may end: those that say so, and jobs that others wait for", () => {
  const content = contentOf({
    "stacks/web/compose.yaml": `
services:
  web: { image: 'web:1', depends_on: { job: { condition: service_completed_successfully } } }
  job: { image: 'job:1' }
  once: { image: 'once:1', restart: on-failure:3 }
  server: { image: 'server:1', restart: unless-stopped, healthcheck: { test: [CMD, ok], start_period: 1m30s } }
`,
  });
  assert.deepEqual(content.services.map(({ name, mayEnd }) => [name, mayEnd]), [
    ["job", true],
    ["once", true],
    ["server", false],
    ["web", false],
  ]);
  assert.deepEqual(content.services.find((it) => it.name === "server")?.healthCheck, { startPeriodSeconds: 90 });
});

Deno.test("readStack() tells missing files by file and line, and gives no content", () => {
  const tree = {
    "stacks/web/compose.yaml": [
      "include:",
      "  - gone.yaml",
      "services:",
      "  web:",
      "    image: web:1",
      "    env_file: gone.env",
      "    configs: [site]",
      "configs:",
      "  site:",
      "    file: ./gone.conf",
    ].join("\n"),
  };
  assert.deepEqual(problemsOf(tree), [
    "stack.missing_file stacks/web/compose.yaml:2",
    "stack.missing_file stacks/web/compose.yaml:6",
    "stack.missing_file stacks/web/compose.yaml:10",
  ]);
  const { content, problems } = readFrom(tree);
  assert.equal(content, null);
  assert.ok(problems.every((problem) => problem.stack === "web" && problem.cure !== undefined));
});

Deno.test("readStack() refuses paths out of the repository: by dots and by links", () => {
  const compose =
    "services:\n  web:\n    image: web:1\n    volumes:\n      - ../../../etc:/etc\n      - ./link:/link\n";
  const outside = { code: "file.outside", message: "it leads out", retry: "never" } as const;
  const { problems } = readFrom(
    { "stacks/web/compose.yaml": compose },
    sampleStack(),
    new Map([["stacks/web/link", { ok: false, failure: outside }]]),
  );
  assert.deepEqual(problems.map(({ code, line }) => [code, line]), [["file.outside", 5], ["file.outside", 6]]);
});

Deno.test("readStack() takes a mounted folder that git does not hold for a container's data", () => {
  const { content, problems } = readFrom({
    "stacks/web/compose.yaml": "services: { web: { image: 'web:1', volumes: ['./data:/data'] } }",
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(content?.files.map((file) => file.path), ["stacks/web/compose.yaml"]);
});

Deno.test("readStack() warns of a variable that nothing sets, and goes on", () => {
  const { content, problems } = readFrom({
    "stacks/web/compose.yaml": "services:\n  web:\n    image: web:1\n    environment:\n      A: ${GONE}\n",
  });
  assert.ok(content);
  assert.deepEqual(problems.map(({ code, severity, line }) => [code, severity, line]), [
    ["stack.unset_variable", "warning", 5],
  ]);
});

for (
  const [what, text] of [
    ["no YAML", "services: ["],
    ["a list", "- a"],
    ["two documents", "services: {}\n---\nservices: {}\n"],
    ["no service", "services: {}"],
    ["a service without an image", "services: { web: { restart: always } }"],
    ["an image that is none", "services: { web: { image: 'Not An Image' } }"],
    ["a required variable", "services: { web: { image: 'web:${TAG:?set it}' } }"],
    ["a circle of extends", "services: { a: { extends: b, image: 'a:1' }, b: { extends: a } }"],
    ["an include of itself", "include: [compose.yaml]\nservices: { a: { image: 'a:1' } }"],
  ] as const
) {
  Deno.test(`readStack() refuses ${what} as stack.invalid`, () => {
    const { content, problems } = readFrom({ "stacks/web/compose.yaml": text });
    assert.equal(content, null);
    assert.ok(
      problems.length > 0 && problems.every((problem) => problem.code === "stack.invalid"),
      JSON.stringify(problems),
    );
  });
}

Deno.test("readStack() finds secrets by ${MAGOS_SECRETS}, tells env files from mounts, and hashes the ciphertext", () => {
  const tree = {
    "stacks/web/compose.yaml": `
services:
  web:
    image: web:1
    env_file: ["\${MAGOS_SECRETS}/db.env"]
    volumes: ["\${MAGOS_SECRETS}/tls.yaml:/tls.yaml:ro"]
  api:
    image: api:1
    secrets: [token]
secrets: { token: { external: true } }
`,
    "stacks/web/db.sops.env": "ENC1",
    "stacks/web/tls.sops.yaml": "ENC2",
    "stacks/web/token.sops.txt": "ENC3",
    "stacks/web/unused.sops.json": "ENC4",
  };
  const content = contentOf(tree);
  assert.deepEqual(
    content.secrets.map(({ name, source, format, use, engineName }) => ({ name, source, format, use, engineName })),
    [
      { name: "db.env", source: "stacks/web/db.sops.env", format: "dotenv", use: "env", engineName: null },
      { name: "tls.yaml", source: "stacks/web/tls.sops.yaml", format: "yaml", use: "mount", engineName: null },
      { name: "token.txt", source: "stacks/web/token.sops.txt", format: "binary", use: "engine", engineName: "token" },
    ],
  );
  const rotated = contentOf({ ...tree, "stacks/web/db.sops.env": "ENC9" });
  assert.notEqual(rotated.hash, content.hash);
  assert.deepEqual(changedServices(content, rotated), ["web"]);
  const other = contentOf({ ...tree, "stacks/web/token.sops.txt": "ENC9" });
  assert.deepEqual(changedServices(content, other), ["api"]);
  assert.equal(contentOf({ ...tree, "stacks/web/unused.sops.json": "ENC9" }).hash, content.hash);
});

Deno.test("readStack() refuses a direct name of an encrypted file, and a secret without one", () => {
  const { content, problems } = readFrom({
    "stacks/web/compose.yaml":
      "services:\n  web:\n    image: web:1\n    env_file: db.sops.env\n    volumes:\n      - ${MAGOS_SECRETS}/gone.yaml:/x\n",
    "stacks/web/db.sops.env": "ENC",
  });
  assert.equal(content, null);
  assert.deepEqual(problems.map(({ code, line }) => [code, line]), [
    ["secrets.direct_reference", 4],
    ["secrets.not_found", 6],
  ]);
  assert.match(problems[0]?.cure ?? "", /\$\{MAGOS_SECRETS\}\/db\.env/);
  assert.match(problems[1]?.cure ?? "", /stacks\/web\/gone\.sops\.yaml/);
});

Deno.test("readStack() changes the hash of exactly the services that a change touches", () => {
  const compose = (more = ""): string => `
services:
  web: { image: 'web:1', volumes: ['./conf:/conf'] }
  db: { image: 'db@${digest}' }
${more}`;
  const tree = { "stacks/web/compose.yaml": compose(), "stacks/web/conf/a.conf": "a" };
  const before = contentOf(tree);
  const mounted = contentOf({ ...tree, "stacks/web/conf/a.conf": "b" });
  assert.deepEqual(changedServices(before, mounted), ["web"]);
  assert.notEqual(mounted.hash, before.hash);
  const comment = contentOf({ ...tree, "stacks/web/compose.yaml": compose("# only a comment\n") });
  assert.deepEqual(changedServices(before, comment), []);
  assert.notEqual(comment.hash, before.hash);
  const added = contentOf({ ...tree, "stacks/web/conf/b.conf": "b" });
  assert.deepEqual(changedServices(before, added), ["web"]);
  const elsewhere = contentOf({ ...tree, "stacks/other/compose.yaml": "services: {}" });
  assert.equal(elsewhere.hash, before.hash);
});

Deno.test("readStack() tells 1.10 from 1.1 in an environment", () => {
  const tree = (value: string): StackTree => ({
    "stacks/web/compose.yaml": `services: { web: { image: 'web:1', environment: { VERSION: ${value} } } }`,
  });
  assert.deepEqual(changedServices(contentOf(tree("1.1")), contentOf(tree("1.10"))), ["web"]);
});

function changedServices(before: ReturnType<typeof contentOf>, after: ReturnType<typeof contentOf>): readonly string[] {
  return after.services.filter((service) =>
    before.services.find((it) => it.name === service.name)?.hash !== service.hash
  )
    .map((service) => service.name);
}

Deno.test("readStack() sees secrets of an extended service, and refuses ciphertext that a variable or it names", () => {
  const compose = "services:\n  web: { extends: { file: ../base.yaml, service: app }, image: 'web:1' }\n";
  const base = (env: string): string =>
    `services:\n  app:\n    env_file: ${env}\n  other: { image: 'x:1', env_file: "\${MAGOS_SECRETS}/other.env" }\n`;
  const tree = { "stacks/web/compose.yaml": compose, "stacks/web/db.sops.env": "ENC" };
  const named = contentOf({ ...tree, "stacks/base.yaml": base("${MAGOS_SECRETS}/db.env") });
  assert.deepEqual(
    named.secrets.map(({ name, use }) => [name, use]),
    [["db.env", "env"]],
    "not those of the other one",
  );
  const direct = readFrom({ ...tree, "stacks/base.yaml": base("web/db.sops.env") });
  assert.deepEqual(direct.problems.map(({ code, file, line }) => [code, file, line]), [
    ["secrets.direct_reference", "stacks/base.yaml", 3],
  ]);
  const byVariable = readFrom({
    "stacks/web/compose.yaml": "services:\n  web:\n    image: web:1\n    env_file: ${FILE}\n",
    "stacks/web/.env": "FILE=db.sops.env\n",
    "stacks/web/db.sops.env": "ENC",
  });
  assert.deepEqual(byVariable.problems.map(({ code, line }) => [code, line]), [["secrets.direct_reference", 4]]);
});

Deno.test("readStack() hashes what goes into a build from outside of its context", () => {
  const tree = {
    "stacks/web/compose.yaml": "services:\n  web:\n    build:\n      context: app\n      dockerfile: ../Dockerfile\n" +
      "      additional_contexts: { lib: ../lib, base: 'docker-image://alpine:3' }\n",
    "stacks/web/app/main": "1",
    "stacks/web/Dockerfile": "FROM a",
    "stacks/lib/a": "1",
  };
  assert.deepEqual(paths(tree), [
    "stacks/lib/a",
    "stacks/web/Dockerfile",
    "stacks/web/app/main",
    "stacks/web/compose.yaml",
  ]);
});
