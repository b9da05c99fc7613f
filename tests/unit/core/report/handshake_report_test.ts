import assert from "node:assert/strict";
import type { EndpointStep, Examination, HandshakeStep, RequestStep } from "../../../../src/core/ports/examiner.ts";
import { clockDifference, differenceText, handshakeLines } from "../../../../src/core/report/handshake_report.ts";

const at = Date.UTC(2026, 0, 20, 12);
const request: RequestStep = {
  step: "request",
  method: "GET",
  url: "https://ghcr.io/v2/",
  pass: null,
  status: 401,
  failure: null,
  milliseconds: 12.4,
  date: at - 5000,
  at,
  limits: [],
  redirect: null,
};
const endpoint: EndpointStep = {
  step: "endpoint",
  origin: "https://ghcr.io",
  host: "ghcr.io",
  insecure: false,
  mirrors: [],
};

function examination(steps: readonly HandshakeStep[], more: Partial<Examination> = {}): Examination {
  return { steps, outcome: { ok: true, value: 200 }, pausedUntil: null, loginCure: null, ...more };
}

Deno.test("handshakeLines() has a line for each kind of step", () => {
  const steps: readonly HandshakeStep[] = [
    endpoint,
    { step: "credential", source: "/home/you/auth.json", kind: "password" },
    request,
    { step: "challenge", scheme: "bearer", realm: "https://ghcr.io/token", service: "ghcr.io", scope: null },
    { step: "realm", host: "ghcr.io", refused: null },
    { step: "token", scope: "repository:you/app:pull", expiresIn: null },
    { ...request, pass: "Bearer", status: 307, redirect: "cdn.example", limits: ["ratelimit-remaining: 98;w=21600"] },
    {
      step: "profile",
      profile: {
        auth: "bearer",
        realm: "https://ghcr.io/token",
        service: "ghcr.io",
        pageCap: 100,
        headDigest: false,
        pausedUntil: null,
        quota: { host: "ghcr.io", requests: 1, cached: 0, limit: 100, remaining: 98, resetAt: null },
      },
    },
  ];
  assert.deepEqual(handshakeLines(examination(steps, { pausedUntil: at }), "lscr.io"), [
    "endpoint: https://ghcr.io, where lscr.io is asked",
    "login: /home/you/auth.json (password)",
    "GET https://ghcr.io/v2/: 401 in 12 ms",
    "challenge: bearer, realm https://ghcr.io/token, service ghcr.io",
    "token service: ghcr.io is allowed",
    "token: for repository:you/app:pull, its life is not said",
    "GET https://ghcr.io/v2/ with the token: 307 in 12 ms, leads to cdn.example (ratelimit-remaining: 98;w=21600)",
    "learned: it wants tokens, pages of at most 100 tags, HEAD gives no digest, 98 of 100 pulls were left",
    "TLS: the certificate is trusted",
    "paused: it is left alone until 2026-01-20T12:00:00Z",
    "clock: this machine's is 5 s ahead of the server's",
  ]);
});

Deno.test("handshakeLines() claims no trusted certificate where no answer came", () => {
  const failed = (code: "http.tls" | "http.unreachable"): readonly string[] =>
    handshakeLines(
      examination([endpoint, {
        ...request,
        status: null,
        date: null,
        failure: { code, message: "no", retry: "later" },
      }]),
      "ghcr.io",
    );
  assert.deepEqual(failed("http.tls").slice(2), ["TLS: no connection that can be trusted"]);
  assert.deepEqual(failed("http.unreachable").slice(2), []);
  const elsewhere = { ...request, url: "https://ghcr.io.evil.example/v2/" };
  assert.ok(!handshakeLines(examination([endpoint, elsewhere]), "ghcr.io").some((line) => line.startsWith("TLS")));
});

Deno.test("handshakeLines() tells mirrors, what registries.conf allows, and whose certificates are believed", () => {
  const steps: readonly HandshakeStep[] = [
    { ...endpoint, origin: "https://nas:5000", insecure: true, mirrors: ["https://mirror.lan"] },
    { step: "scheme", origin: "https://nas:5000", authorities: 1, showsCertificate: true },
    { ...request, url: "https://nas:5000/v2/", date: null },
  ];
  assert.deepEqual(handshakeLines(examination(steps), "ghcr.io"), [
    "endpoint: https://nas:5000; registries.conf calls it insecure",
    "mirror for content by digest: https://mirror.lan",
    "GET https://nas:5000/v2/: 401 in 12 ms",
    "TLS: the certificate is trusted by an authority of your own or a usual one, and is shown yours",
  ]);
  const plain: HandshakeStep = { step: "scheme", origin: "http://nas:5000", authorities: 0, showsCertificate: false };
  assert.deepEqual(handshakeLines(examination([...steps.slice(0, 1), plain]), "ghcr.io").slice(2), [
    "TLS: none, it is asked over plain HTTP",
  ]);
});

Deno.test("clockDifference() takes the last answer with a date; differenceText() says who is ahead", () => {
  assert.equal(clockDifference([]), null);
  assert.equal(clockDifference([request, { ...request, date: null }]), 5000);
  assert.equal(clockDifference([request, { ...request, date: at + 7000 }]), -7000);
  const texts = [0, 1999, -1999, 2000, -119_000, 11 * 60_000].map(differenceText);
  assert.deepEqual(texts, [
    "this machine's agrees with the server's",
    "this machine's agrees with the server's",
    "this machine's agrees with the server's",
    "this machine's is 2 s ahead of the server's",
    "this machine's is 119 s behind the server's",
    "this machine's is 11 min ahead of the server's",
  ]);
});
