// Headers and bodies are chosen by the other side: no text may break a reader or lead it astray.
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseChallenges } from "../../../../src/adapters/registry/challenge.ts";
import { nextPage } from "../../../../src/adapters/registry/link.ts";
import { parseManifest } from "../../../../src/adapters/registry/manifest_document.ts";
import { checkRealm } from "../../../../src/adapters/registry/realm.ts";
import { refuseRedirect } from "../../../../src/adapters/registry/redirect_rules.ts";
import { readRetryAfter } from "../../../../src/adapters/registry/retry_after.ts";
import { reachOfHost } from "../../../../src/core/model/host_reach.ts";

const bits = [
  "Bearer",
  "Basic",
  "realm",
  "service",
  "=",
  ",",
  " ",
  '"',
  "\\",
  "<",
  ">",
  ";",
  "rel",
  "next",
  "?",
  "last=",
  "a",
  "%",
  "\t",
];
const headerText = fc.oneof(fc.string(), fc.array(fc.constantFrom(...bits)).map((parts) => parts.join("")));

Deno.test("parseChallenges() reads back what is written by the grammar", () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const challenge = fc.tuple(
    token,
    fc.uniqueArray(fc.tuple(token, fc.string()), { selector: ([name]) => name, maxLength: 4 }),
  );
  fc.assert(fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
    const header = challenges.map(([scheme, parameters]) =>
      `${scheme} ${parameters.map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&")}"`).join(", ")}`.trim()
    ).join(", ");
    const read = parseChallenges(header).map(({ scheme, parameters }) => [scheme, [...parameters]]);
    assert.deepEqual(read, challenges.map(([scheme, parameters]) => [scheme, parameters]));
  }));
});

Deno.test("no header text breaks a reader or exceeds its limits", () => {
  fc.assert(fc.property(headerText, (text) => {
    const challenges = parseChallenges(text);
    assert.ok(challenges.length <= 8);
    const wait = readRetryAfter(new Headers(), text, 0, true);
    assert.ok(wait === null || wait >= 0);
  }));
});

Deno.test("nextPage() never leaves the origin of the page", () => {
  const current = new URL("https://reg.example:5000/v2/you/app/tags/list?n=100");
  const target = fc.oneof(headerText, fc.webUrl(), fc.webUrl().map((url) => `${url}/tags/list?last=a`));
  fc.assert(fc.property(target, (text) => {
    for (const header of [text, `<${text}>; rel="next"`]) {
      const next = nextPage(header, current);
      assert.ok(next === null || (next.origin === current.origin && next.pathname.endsWith("/tags/list")));
    }
  }));
});

Deno.test("checkRealm() and refuseRedirect() never allow an address of the inner network from a public registry", () => {
  const display = { host: "reg.example.org", path: "a" };
  const endpoint = { origin: "https://reg.example.org", host: "reg.example.org", path: "a", display };
  const host = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6().map((ip) => `[${ip}]`),
    fc.domain(),
    fc.constantFrom("localhost", "nas"),
  );
  fc.assert(fc.property(host, fc.constantFrom("https", "http", "ftp"), (name, scheme) => {
    const text = `${scheme}://${name}/token`;
    if (!URL.canParse(text)) return;
    const url = new URL(text);
    const safe = url.protocol === "https:" && reachOfHost(url.hostname) === "public";
    if (checkRealm(text, endpoint, []).allowed || refuseRedirect(new URL(endpoint.origin), url) === null) {
      assert.ok(safe);
    }
  }));
});

Deno.test("parseManifest() gives a document or a reason for any JSON", () => {
  const fields = fc.record({
    schemaVersion: fc.constantFrom(1, 2, "2"),
    mediaType: fc.string(),
    manifests: fc.jsonValue(),
    config: fc.jsonValue(),
    annotations: fc.jsonValue(),
  }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), fields), fc.option(fc.string()), (value, type) => {
    const read = parseManifest(new TextEncoder().encode(JSON.stringify(value)), type);
    assert.ok(typeof read === "string" || read.kind === "index" || read.kind === "manifest");
  }));
});
