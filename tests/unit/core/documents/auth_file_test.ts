// Files of registry logins: which entry counts for which image, and what is said of those that cannot be read.
import assert from "node:assert/strict";
import { parseAuthFile } from "../../../../src/core/documents/auth_file.ts";
import { type AuthFinding, findAuth } from "../../../../src/core/documents/find_auth.ts";
import type { Credential } from "../../../../src/core/model/credential.ts";
import { repositoryOf } from "../../../fakes/test_registry.ts";

function find(document: unknown, image: string, isDocker = false): AuthFinding | null {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const file = parseAuthFile(text, "/etc/auth.json");
  if (!file.ok) throw new Error(file.failure.message);
  return findAuth(file.value, repositoryOf(image), isDocker);
}

/** What a finding says, with its secret in the open. */
function shown(finding: AuthFinding | null): string {
  if (finding === null) return "nothing";
  if (finding.kind === "login") return plain(finding.credential);
  if (finding.kind === "helper") return `${finding.helper} ${finding.server} ${finding.why}`;
  return `${finding.kind} ${finding.key}`;
}

function plain(credential: Credential): string {
  return credential.kind === "password"
    ? `${credential.user}:${credential.password.reveal()}`
    : `${credential.kind} ${credential.token.reveal()}`;
}

const login = (text: string): { readonly auth: string } => ({ auth: btoa(text) });

Deno.test("findAuth() takes the most specific key that fits the image", () => {
  const auths = {
    "ghcr.io": login("host:1"),
    "ghcr.io/you": login("namespace:2"),
    "ghcr.io/you/app": login("repository:3"),
    "ghcr.io/you/ap": login("wrong:4"),
    "ghcr.io:444": login("port:5"),
  };
  assert.equal(shown(find({ auths }, "ghcr.io/you/app")), "repository:3");
  assert.equal(shown(find({ auths }, "ghcr.io/you/app/deep")), "repository:3");
  assert.equal(shown(find({ auths }, "ghcr.io/you/other")), "namespace:2");
  assert.equal(shown(find({ auths }, "ghcr.io/others/app")), "host:1");
  assert.equal(shown(find({ auths }, "ghcr.io:444/you/app")), "port:5");
  assert.equal(shown(find({ auths }, "ghcr.io:445/you/app")), "nothing");
  assert.equal(shown(find({ auths }, "quay.io/you/app")), "nothing");
  assert.equal(shown(find({ auths }, "sub.ghcr.io/you/app")), "nothing");
});

Deno.test("findAuth() reads URLs as keys for their host, and paths without scheme for that path alone", () => {
  for (const key of ["https://ghcr.io", "https://ghcr.io/v2/", "http://ghcr.io/v1/", "HTTPS://GHCR.IO", "GHCR.io"]) {
    assert.equal(shown(find({ auths: { [key]: login("me:pw") } }, "ghcr.io/you/app")), "me:pw", key);
  }
  assert.equal(shown(find({ auths: { "ghcr.io/others": login("me:pw") } }, "ghcr.io/you/app")), "nothing");
  const both = { "https://ghcr.io": login("url:1"), "ghcr.io": login("plain:2") };
  assert.equal(shown(find({ auths: both }, "ghcr.io/you/app")), "plain:2");
});

Deno.test("findAuth() knows Docker Hub by all its names, and gives its login to no other host", () => {
  const usual = "https://index.docker.io/v1/";
  for (const key of [usual, "docker.io", "index.docker.io", "registry-1.docker.io", "https://registry-1.docker.io"]) {
    assert.equal(shown(find({ auths: { [key]: login("me:pw") } }, "busybox")), "me:pw", key);
  }
  assert.equal(shown(find({ auths: { "docker.io/library": login("me:pw") } }, "busybox")), "me:pw");
  const several = {
    "index.docker.io": login("old:1"),
    [usual]: login("usual:2"),
    [`${usual}access-token`]: login("x:y"),
  };
  assert.equal(shown(find({ auths: several }, "busybox")), "usual:2");
  assert.equal(shown(find({ auths: { [`${usual}access-token`]: login("x:y") } }, "busybox")), "nothing");
  assert.equal(shown(find({ auths: { [usual]: login("me:pw") } }, "hub.docker.com/library/busybox")), "nothing");
});

Deno.test("parseAuthFile() reads every form of an entry", async (t) => {
  const cases: Readonly<Record<string, readonly [unknown, string]>> = {
    "user and password": [login("me:pw"), "me:pw"],
    "a colon in the password": [login("me:p:w:"), "me:p:w:"],
    "no padding": [{ auth: btoa("me:p").replaceAll("=", "") }, "me:p"],
    "NUL at the end": [login("me:pw\0\0"), "me:pw"],
    "UTF-8": [{ auth: "bcO8OnDDpA==" }, "mü:pä"],
    "fields of their own": [{ username: "me", password: "pw" }, "me:pw"],
    "auth before fields": [{ ...login("me:pw"), username: "old", password: "old" }, "me:pw"],
    "identity token": [{ ...login("00000000:"), identitytoken: "id" }, "identity id"],
    "registry token": [{ registrytoken: "rt", identitytoken: "id" }, "bearer rt"],
    "nothing": [{}, "marker ghcr.io"],
    "empty fields": [{ auth: "", identitytoken: null }, "marker ghcr.io"],
    "an address alone": [{ email: "me@example.org" }, "marker ghcr.io"],
    "no Base64": [{ auth: "!" }, "broken ghcr.io"],
    "no colon": [login("mepw"), "broken ghcr.io"],
    "no user": [login(":pw"), "broken ghcr.io"],
    "a number": [{ auth: 7 }, "broken ghcr.io"],
    "a text": ["me:pw", "broken ghcr.io"],
    "a token with a line break": [{ registrytoken: "a\nb" }, "broken ghcr.io"],
    "more than any login": [{ auth: "A".repeat(40_000) }, "broken ghcr.io"],
  };
  for (const [name, [entry, expected]] of Object.entries(cases)) {
    await t.step(name, () => assert.equal(shown(find({ auths: { "ghcr.io": entry } }, "ghcr.io/a/b")), expected));
  }
});

Deno.test("findAuth() leaves a host to its helper, whatever auths says", () => {
  const document = { credHelpers: { "ghcr.io": "pass" }, auths: { "ghcr.io/you": login("me:pw") } };
  assert.equal(shown(find(document, "ghcr.io/you/app")), "pass ghcr.io host");
  const hub = { credHelpers: { "https://index.docker.io/v1/": "pass" } };
  assert.equal(shown(find(hub, "busybox")), "pass https://index.docker.io/v1/ host");
  assert.equal(shown(find({ credHelpers: { "ghcr.io/you": "pass" } }, "ghcr.io/you/app")), "nothing", "a host only");
});

Deno.test("findAuth() follows credsStore only in Docker's own file", () => {
  const marked = { credsStore: "desktop", auths: { "https://index.docker.io/v1/": {}, "ghcr.io": {} } };
  assert.equal(shown(find(marked, "busybox", true)), "desktop https://index.docker.io/v1/ marked");
  assert.equal(shown(find(marked, "ghcr.io/a/b", true)), "desktop ghcr.io marked");
  assert.equal(shown(find(marked, "quay.io/a/b", true)), "desktop quay.io maybe");
  assert.equal(shown(find({ credsStore: "desktop" }, "busybox", true)), "desktop https://index.docker.io/v1/ maybe");
  assert.equal(shown(find(marked, "ghcr.io/a/b", false)), "marker ghcr.io");
  assert.equal(shown(find(marked, "quay.io/a/b", false)), "nothing");
  const held = { credsStore: "desktop", auths: { "ghcr.io": login("me:pw") } };
  assert.equal(shown(find(held, "ghcr.io/a/b", true)), "me:pw");
  const exempt = { credsStore: "desktop", credHelpers: { "ghcr.io": "" }, auths: { "ghcr.io": login("me:pw") } };
  assert.equal(shown(find(exempt, "ghcr.io/a/b", true)), "me:pw");
  assert.equal(shown(find({ ...exempt, auths: {} }, "ghcr.io/a/b", true)), "nothing");
});

Deno.test("parseAuthFile() refuses what is no file of logins, names it, and repeats nothing of it", async (t) => {
  const canary = "c4n4ry";
  const cases: Readonly<Record<string, string>> = {
    "no JSON": `{"auths": {"ghcr.io": {"auth": "${canary}"`,
    "a list": `["${canary}"]`,
    "auths is a list": `{"auths": ["${canary}"]}`,
    "a helper without name": `{"credHelpers": {"ghcr.io": {"x": "${canary}"}}}`,
    "credsStore is a list": `{"credsStore": ["${canary}"]}`,
  };
  for (const [name, text] of Object.entries(cases)) {
    await t.step(name, () => {
      const parsed = parseAuthFile(text, "/home/me/auth.json");
      assert.ok(!parsed.ok);
      assert.equal(parsed.failure.code, "registry.auth_file");
      assert.equal(parsed.failure.file, "/home/me/auth.json");
      assert.match(parsed.failure.cure ?? "", /podman login --authfile \/home\/me\/auth\.json/);
      assert.ok(!JSON.stringify(parsed).includes(canary));
    });
  }
});

Deno.test("parseAuthFile() bears a blank file, a byte order mark, nulls, and keys that objects have by themselves", () => {
  for (const text of ["", " \n", "{}", '\ufeff{"auths": null, "credHelpers": null, "credsStore": null}']) {
    assert.equal(find(text, "ghcr.io/a/b"), null);
  }
  const odd = '{"auths": {"__proto__": {"auth": "bWU6cHc="}, "constructor": {}}, "credHelpers": {"__proto__": "x"}}';
  assert.equal(find(odd, "ghcr.io/a/b"), null);
});
