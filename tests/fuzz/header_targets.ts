// Headers and bodies that a registry chooses: none breaks a reader or leads it to a stranger.
import assert from "node:assert/strict";
import { parseChallenges } from "../../src/adapters/registry/challenge.ts";
import { nextPage } from "../../src/adapters/registry/link.ts";
import { parseManifest } from "../../src/adapters/registry/manifest_document.ts";
import { checkRealm } from "../../src/adapters/registry/realm.ts";
import { readRetryAfter } from "../../src/adapters/registry/retry_after.ts";
import { reachOfHost } from "../../src/core/model/host_reach.ts";
import type { FuzzTarget } from "./target.ts";

/** `WWW-Authenticate`. */
export const challenges: FuzzTarget = {
  name: "www-authenticate",
  seeds: [
    'Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull"',
    'Basic realm="x", Negotiate YWJj==, Bearer realm=y , error="invalid_token"',
  ],
  words: [...`Bearer Basic realm= service= scope= error= " \\" , = == ; "" \\\\`.split(" "), " ", "\t"],
  longest: 9000,
  check: (text) => {
    const read = parseChallenges(text);
    assert.ok(read.length <= 8);
    for (const { scheme, parameters } of read) {
      assert.equal(scheme, scheme.toLowerCase());
      assert.ok(parameters.size <= 16);
    }
  },
};

/** `Link`. */
export const links: FuzzTarget = {
  name: "link",
  seeds: [
    '</v2/you/app/tags/list?last=a&n=100>; rel="next"',
    '<https://other.example/v2/x/tags/list?last=b>; rel=prev, <?last=c>; title="a,b"; rel="x next"',
  ],
  words: [...'< > ; , rel= "next" rel=next ?last= &n= # // https:// \\ .. %2e%2e @ :5000 /tags/list'.split(" "), " "],
  longest: 9000,
  check: (text) => {
    const current = new URL("https://reg.example:5000/v2/you/app/tags/list?n=100");
    for (const header of [text, `<${text}>; rel="next"`]) {
      const next = nextPage(header, current);
      if (next === null) continue;
      assert.equal(next.origin, current.origin);
      assert.ok(next.pathname.endsWith("/tags/list") && next.username === "" && next.hash === "");
    }
  },
};

/** The realm of a challenge. */
export const realms: FuzzTarget = {
  name: "realm",
  seeds: [
    "https://auth.example.org/token",
    "/token",
    "http://169.254.169.254/latest",
    "https://[::ffff:10.0.0.1]/",
    "https://reg.example.org:444/t?x=y",
  ],
  words: [
    ..."https:// http:// // / @ : # ? [ ] [::1] 127.0.0.1 0x7f.1 2130706433 localhost .example.org auth. 10.0.0.1 。 % ．"
      .split(" "),
  ],
  longest: 2048,
  check: (text) => {
    const display = { host: "reg.example.org", path: "a" };
    const endpoint = { origin: "https://reg.example.org", host: "reg.example.org", path: "a", display };
    const checked = checkRealm(text, endpoint, []);
    if (!checked.allowed) return;
    assert.equal(checked.url.protocol, "https:");
    assert.equal(reachOfHost(checked.url.hostname), "public");
    assert.ok(
      checked.url.hostname === "example.org" || checked.url.hostname.endsWith(".example.org"),
      checked.url.href,
    );
    assert.ok(checked.url.username === "" && checked.url.password === "");
  },
};

/** `Retry-After` and its kin, in header and body. */
export const retryAfter: FuzzTarget = {
  name: "retry-after",
  seeds: [
    "120",
    "Wed, 21 Oct 2026 07:28:00 GMT",
    "1795259540",
    "retry-after: 12.5s, allowed: 44000/minute",
    "1795259540123",
  ],
  words: [..."Wed, Oct GMT -1 1e9 0x10 ms s m retry-after: . 99999999999999 +02:00".split(" "), " "],
  longest: 4096,
  check: (text) => {
    const headers = new Headers();
    const value = text.replace(/[^\x20-\x7e\x80-\xff]/g, "");
    headers.set("Retry-After", value);
    for (
      const wait of [
        readRetryAfter(headers, text, 1_795_259_540_000, true),
        readRetryAfter(new Headers(), text, 0, true),
      ]
    ) {
      assert.ok(wait === null || (Number.isFinite(wait) && wait >= 0), String(wait));
    }
  },
};

/** Manifests and indexes: the first line is the content type. */
export const manifests: FuzzTarget = {
  name: "manifest",
  seeds: [
    `application/vnd.oci.image.index.v1+json\n${
      JSON.stringify({
        schemaVersion: 2,
        manifests: [{
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest: `sha256:${"a".repeat(64)}`,
          size: 1,
          platform: { os: "linux", architecture: "amd64" },
        }],
      })
    }`,
    `application/vnd.oci.image.manifest.v1+json\n${
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: "a", digest: `sha256:${"b".repeat(64)}`, size: 2 },
        annotations: { a: 1 },
      })
    }`,
  ],
  words: [
    ...'{ } [ ] , : " null 1e999 -1 "__proto__" "manifests" "config" "layers" "mediaType" "schemaVersion" application/json'
      .split(" "),
    "\n",
  ],
  longest: 8192,
  check: (text) => {
    const line = text.indexOf("\n");
    const parsed = parseManifest(new TextEncoder().encode(text.slice(line + 1)), line < 0 ? null : text.slice(0, line));
    if (typeof parsed === "string") assert.ok(parsed.length < 300 && !/[^\x20-\x7e]/.test(parsed), parsed);
    else assert.equal(parsed.value.schemaVersion, 2);
  },
};
