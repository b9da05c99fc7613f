// The search for a login: which file is asked first, what helpers are told, and what the user hears of it.
import assert from "node:assert/strict";
import { authPlaces } from "../../../../../src/adapters/registry/credentials/auth_places.ts";
import {
  createCredentialSource,
  type CredentialParts,
  type CredentialSource,
} from "../../../../../src/adapters/registry/credentials/credential_source.ts";
import { denoFiles } from "../../../../../src/adapters/system/deno_files.ts";
import type { Credential } from "../../../../../src/core/model/credential.ts";
import { failure, success } from "../../../../../src/core/model/problem.ts";
import type { Command, Output } from "../../../../../src/core/ports/process.ts";
import { type ManualClock, manualClock } from "../../../../fakes/manual_clock.ts";
import { repositoryOf } from "../../../../fakes/test_registry.ts";

const podman = "/home/me/.config/containers/auth.json";
const docker = "/home/me/.docker/config.json";
const app = repositoryOf("ghcr.io/you/app");

interface Setting {
  readonly source: CredentialSource;
  readonly clock: ManualClock;
  readonly reads: readonly string[];
  readonly commands: readonly Command[];
  readonly secrets: readonly string[];
}

type Answer = { readonly code: number; readonly stdout: string; readonly stderr?: string; readonly ended?: "timeout" };

/** A machine with these files (a number is the mode of one that cannot be read) and helpers. */
function setting(
  contents: Readonly<Record<string, unknown>>,
  helpers: Readonly<Record<string, Answer>> = {},
  changes: Partial<CredentialParts> = {},
): Setting {
  const reads: string[] = [];
  const commands: Command[] = [];
  const secrets: string[] = [];
  const clock = manualClock();
  const source = createCredentialSource({
    env: { HOME: "/home/me", PATH: "/usr/bin", GITHUB_TOKEN: "foreign" },
    cwd: "/work",
    uid: 1000,
    authFile: null,
    clock,
    files: {
      ...denoFiles,
      read(path) {
        reads.push(path);
        const content = contents[path];
        if (content === undefined) return Promise.resolve(success(null));
        if (content === "denied") return Promise.resolve(failure("file.unreadable", `${path}: permission denied`));
        const text = typeof content === "string" ? content : JSON.stringify(content);
        return Promise.resolve(success(new TextEncoder().encode(text)));
      },
      stat: () => Promise.resolve(success({ kind: "file", size: 1, uid: 1000, mode: 0o600, modified: null })),
    },
    process: {
      run(command) {
        commands.push(command);
        const answer = helpers[command.program];
        if (answer === undefined) {
          return Promise.resolve(failure("process.missing", `the program ${command.program} is not installed`));
        }
        const { code, stdout, stderr = "", ended = null } = answer;
        const output: Output = { code, stdout: new TextEncoder().encode(stdout), stderr, ended };
        return Promise.resolve(success(output));
      },
    },
    keepSecret: (secret) => void secrets.push(secret.reveal()),
    ...changes,
  });
  return { source, clock, reads, commands, secrets };
}

const login = (text: string): { readonly auth: string } => ({ auth: btoa(text) });
const logins = (host: string, text: string): unknown => ({ auths: { [host]: login(text) } });
const gives = (user: string, secret: string): Answer => ({
  code: 0,
  stdout: JSON.stringify({ ServerURL: "x", Username: user, Secret: secret }),
});

function shown(credential: Credential | null): string | null {
  if (credential === null) return null;
  return credential.kind === "password"
    ? `${credential.user}:${credential.password.reveal()}`
    : `${credential.kind} ${credential.token.reveal()}`;
}

Deno.test("authPlaces() names podman's places, then Docker's; a file that was named stands alone", () => {
  const paths = (env: Record<string, string>, authFile: string | null = null, uid: number | null = 1000) =>
    authPlaces({ env, cwd: "/work", uid, authFile }).map((place) => place.path);
  assert.deepEqual(paths({ HOME: "/home/me", XDG_RUNTIME_DIR: "/run/user/1000" }), [
    "/run/user/1000/containers/auth.json",
    podman,
    docker,
  ]);
  assert.deepEqual(paths({ HOME: "/home/me" }), ["/run/containers/1000/auth.json", podman, docker]);
  assert.deepEqual(paths({ HOME: "/h", XDG_CONFIG_HOME: "/c", DOCKER_CONFIG: "/d" }, null, null), [
    "/c/containers/auth.json",
    "/d/config.json",
  ]);
  assert.deepEqual(paths({}, null, null), []);
  assert.deepEqual(paths({ HOME: "/home/me", REGISTRY_AUTH_FILE: "my.json" }), ["/work/my.json"]);
  assert.deepEqual(paths({ HOME: "/home/me", REGISTRY_AUTH_FILE: "/my.json" }, "/etc/magos/a.json"), [
    "/etc/magos/a.json",
  ]);
});

Deno.test("find() takes the first file that has a login for the image", async () => {
  const runtime = "/run/containers/1000/auth.json";
  const { source } = setting({
    [runtime]: { auths: { "quay.io": login("runtime:1"), "ghcr.io": {} } },
    [podman]: logins("ghcr.io", "podman:2"),
    [docker]: { auths: { "ghcr.io": login("docker:3"), "docker.io": login("hub:4") } },
  });
  assert.equal(shown(await source.find(app)), "podman:2", "an empty entry is no login");
  assert.equal(shown(await source.find(repositoryOf("quay.io/a/b"))), "runtime:1");
  assert.equal(shown(await source.find(repositoryOf("busybox"))), "hub:4");
  assert.equal(await source.find(repositoryOf("registry.example/a")), null);
  assert.deepEqual(source.problems(), [], "what a later file makes good is no news");
});

Deno.test("find() reads nothing but the file that was named, and says when it is not there", async () => {
  const other = { [podman]: logins("ghcr.io", "podman:2") };
  const named = setting({ ...other, "/my.json": logins("quay.io", "me:pw") }, {}, { authFile: "/my.json" });
  assert.equal(await named.source.find(app), null);
  assert.deepEqual(named.reads, ["/my.json"]);
  const missing = setting(other, {}, { authFile: "/my.json" });
  assert.equal(await missing.source.find(app), null);
  const [problem] = missing.source.problems();
  assert.equal(problem?.code, "registry.auth_file");
  assert.equal(problem?.severity, "error");
  assert.equal(problem?.file, "/my.json");
});

Deno.test("each file is read once and each helper asked once in a pass, and anew ten minutes later", async () => {
  const { source, clock, reads, commands } = setting({ [docker]: { credHelpers: { "ghcr.io": "pass" } } }, {
    "docker-credential-pass": gives("me", "s3cret"),
  });
  const images = Array.from({ length: 20 }, (_, n) => repositoryOf(`ghcr.io/you/app${n}`));
  await Promise.all(images.map((image) => source.find(image)));
  assert.equal(reads.length, 3);
  assert.equal(commands.length, 1);
  clock.advance(10 * 60_000 - 1);
  await source.find(app);
  assert.equal(reads.length, 3);
  clock.advance(1);
  await source.find(app);
  assert.equal(reads.length, 6, "podman login between two passes counts");
  assert.equal(commands.length, 2);
});

Deno.test("a file that cannot be read or understood is an error, and the others still count", async (t) => {
  for (const content of ["{", "denied", "\u0000"]) {
    await t.step(JSON.stringify(content), async () => {
      const { source } = setting({ [podman]: content, [docker]: logins("ghcr.io", "docker:3") });
      assert.equal(shown(await source.find(app)), "docker:3");
      const [problem, ...more] = source.problems();
      assert.deepEqual(more, []);
      assert.equal(problem?.code, "registry.auth_file");
      assert.equal(problem?.severity, "error");
      assert.equal(problem?.file, podman);
      assert.ok(problem?.cure);
    });
  }
  const guessed = setting({ "/run/containers/1000/auth.json": "denied" });
  assert.equal(await guessed.source.find(app), null);
  assert.deepEqual(guessed.source.problems(), [], "root's folder of another session is none of ours");
});

Deno.test("logins that everybody may read are warned of once, an empty entry is not", async () => {
  const open = { kind: "file", size: 1, uid: 1000, mode: 0o644, modified: null } as const;
  const files = (contents: unknown) => {
    const inner = (path: string) => path === docker ? new TextEncoder().encode(JSON.stringify(contents)) : null;
    return {
      ...denoFiles,
      read: (path: string) => Promise.resolve(success(inner(path))),
      stat: () => Promise.resolve(success(open)),
    };
  };
  const held = setting({}, {}, { files: files(logins("ghcr.io", "me:pw")) });
  await held.source.find(app);
  await held.source.find(repositoryOf("ghcr.io/you/other"));
  assert.deepEqual(held.source.problems().map(({ severity, cure }) => [severity, cure]), [
    ["warning", `chmod 600 ${docker}`],
  ]);
  const empty = setting({}, {}, { files: files({ auths: {} }) });
  await empty.source.find(app);
  assert.deepEqual(empty.source.problems(), []);
});

Deno.test("a helper gets its key on stdin, `get` as its only argument, and a small environment", async () => {
  const { source, commands, secrets } = setting({ [docker]: { credHelpers: { "ghcr.io": "pass" } } }, {
    "docker-credential-pass": gives("me", "s3cret"),
  });
  assert.equal(shown(await source.find(app)), "me:s3cret");
  const [command] = commands;
  assert.equal(command?.program, "docker-credential-pass");
  assert.deepEqual(command?.args, ["get"]);
  assert.equal(String(command?.stdin).trim(), "ghcr.io");
  assert.deepEqual(command?.env, { PATH: "/usr/bin", HOME: "/home/me" });
  assert.ok((command?.timeout ?? Infinity) <= 60_000);
  assert.ok((command?.maxOutput ?? Infinity) <= 1024 * 1024);
  assert.ok(secrets.includes("s3cret"));
  assert.ok(secrets.includes(btoa("me:s3cret")));
});

Deno.test("what a helper answers is a login, an identity token, nothing, or a failure that is told", async (t) => {
  const json = JSON.stringify({ Username: "me", Secret: "s3cret" });
  const cases: Readonly<Record<string, readonly [Answer | null, string | null, RegExp | null]>> = {
    "a login": [gives("me", "s3cret"), "me:s3cret", null],
    "an identity token": [gives("<token>", "id"), "identity id", null],
    "an empty secret": [gives("me", ""), null, null],
    "none kept": [{ code: 1, stdout: "credentials not found in native keychain\n" }, null, null],
    "not installed": [null, null, /docker-credential-pass cannot be run here/],
    "too slow": [{ code: 143, stdout: "", ended: "timeout" }, null, /timeout/],
    "no JSON": [{ code: 0, stdout: "s3cret" }, null, /no answer that the helper protocol knows/],
    "no secret": [{ code: 0, stdout: '{"Username": "me"}' }, null, /no answer/],
    "locked": [{ code: 1, stdout: "gpg: decryption failed\u001b[31m" }, null, /code 1: gpg: decryption failed\[31m$/],
    "locked, on stderr": [{ code: 2, stdout: "", stderr: "no agent\nmore" }, null, /code 2: no agent$/],
    "an answer and a failure": [{ code: 1, stdout: json }, null, /code 1: $/],
    "a user with a colon": [gives("a:b", "s3cret"), null, /colon/],
  };
  for (const [name, [answer, expected, told]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const document = { credHelpers: { "ghcr.io": "pass" } };
      const helpers: Record<string, Answer> = answer === null ? {} : { "docker-credential-pass": answer };
      const { source } = setting({ [docker]: document }, helpers);
      assert.equal(shown(await source.find(app)), expected);
      const problems = source.problems();
      assert.equal(problems.length, told === null ? 0 : 1);
      assert.ok(!JSON.stringify(problems).includes("s3cret"));
      if (told === null) return;
      assert.match(problems[0]?.message ?? "", told);
      assert.match(source.cure(app) ?? "", /podman login --authfile/);
    });
  }
});

Deno.test("a helper that is not here is told once for each host, with file, helper and cure", async () => {
  const { source } = setting({ [docker]: { credsStore: "desktop", auths: { "ghcr.io": {}, "quay.io": {} } } });
  for (const name of ["ghcr.io/you/app", "ghcr.io/you/other", "quay.io/a/b", "docker.io/library/busybox"]) {
    assert.equal(await source.find(repositoryOf(name)), null);
  }
  const problems = source.problems();
  assert.deepEqual(problems.map(({ code, severity, host, file }) => [code, severity, host, file]), [
    ["registry.login_helper", "warning", "ghcr.io", docker],
    ["registry.login_helper", "warning", "quay.io", docker],
  ]);
  assert.match(problems[0]?.message ?? "", /config\.json .*ghcr\.io.*"desktop".*without one/);
  assert.equal(problems[0]?.cure, `log in without a helper: podman login --authfile ${podman} ghcr.io`);
  assert.match(source.cure(app) ?? "", /"desktop".*podman login --authfile/);
  assert.equal(source.cure(repositoryOf("busybox")), null);
});

Deno.test("a host's own helper has to be taken out before podman keeps the login itself", async () => {
  const { source } = setting({ "/my.json": { credHelpers: { "ghcr.io": "x" } } }, {}, { authFile: "/my.json" });
  await source.find(app);
  assert.equal(
    source.problems()[0]?.cure,
    'take "ghcr.io" out of credHelpers in /my.json, and log in without a helper: podman login --authfile /my.json ghcr.io',
  );
});

Deno.test("a helper's name that is no program name is not run", async () => {
  for (const name of ["../evil", "a b", "x/y", "a;b", "é", "x".repeat(101)]) {
    const { source, commands } = setting({ [docker]: { credHelpers: { "ghcr.io": name } } });
    assert.equal(await source.find(app), null);
    assert.deepEqual(commands, []);
    assert.equal(source.problems()[0]?.code, "registry.login_helper");
  }
});

Deno.test("an empty or broken entry that nothing makes good is told", async () => {
  const { source } = setting({ [podman]: { auths: { "ghcr.io": {}, "quay.io": { auth: "!" } } } });
  await source.find(app);
  await source.find(repositoryOf("quay.io/a/b"));
  assert.deepEqual(source.problems().map(({ code, host }) => [code, host]), [
    ["registry.login_helper", "ghcr.io"],
    ["registry.auth_file", "quay.io"],
  ]);
});

Deno.test("the helpers of registries.conf are asked in its order, with the files where it puts them", async () => {
  const contents = { [podman]: logins("ghcr.io", "podman:2") };
  const first = { helpers: ["pass", "containers-auth.json"] };
  const kept = setting(contents, { "docker-credential-pass": gives("me", "s3cret") }, first);
  assert.equal(shown(await kept.source.find(app)), "me:s3cret");
  const none = { "docker-credential-pass": { code: 1, stdout: "credentials not found in native keychain" } };
  assert.equal(shown(await setting(contents, none, first).source.find(app)), "podman:2");
  assert.equal(await setting(contents, none, { helpers: ["pass"] }).source.find(app), null, "the files are not named");
  const missing = setting({}, {}, first);
  await missing.source.find(app);
  await missing.source.find(repositoryOf("quay.io/a/b"));
  assert.deepEqual(missing.source.problems().map(({ code }) => code), ["registry.login_helper"]);
});

Deno.test("the cure of a refused login names the file that holds it", async () => {
  const { source } = setting({ [docker]: logins("ghcr.io", "me:pw") });
  await source.find(app);
  assert.match(source.cure(app) ?? "", /\/home\/me\/\.docker\/config\.json was refused; log in again: podman login/);
});
