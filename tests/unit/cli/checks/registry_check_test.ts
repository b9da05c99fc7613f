// What an examination comes to: good, to look at, or failed.
import assert from "node:assert/strict";
import type { RegistryPlace } from "../../../../src/cli/checks/check.ts";
import { judge } from "../../../../src/cli/checks/registry_check.ts";
import { failure } from "../../../../src/core/model/problem.ts";
import type { Examination, HandshakeStep, RequestStep } from "../../../../src/core/ports/examiner.ts";

const host = "hub.example.org";
const bare: RegistryPlace = { host, image: null };
const withImage: RegistryPlace = { host, image: { repository: { host, path: "you/app" }, tag: "1" } };
const request: RequestStep = {
  step: "request",
  method: "GET",
  url: `https://${host}/v2/`,
  pass: null,
  status: 200,
  failure: null,
  milliseconds: 1,
  date: null,
  at: 0,
  limits: [],
  redirect: null,
};

function judged(place: RegistryPlace, steps: readonly HandshakeStep[], more: Partial<Examination>): string {
  const { state, message } = judge(place, {
    steps,
    outcome: { ok: true, value: 200 },
    pausedUntil: null,
    loginCure: null,
    ...more,
  });
  return `${state}: ${message}`;
}

const status = (value: number): Partial<Examination> => ({ outcome: { ok: true, value } });

Deno.test("judge() warns of a used-up quota and of a clock that is more than ten minutes off", () => {
  const limits = ["ratelimit-limit: 100;w=21600", "ratelimit-remaining: 0;w=21600"];
  assert.equal(judged(bare, [{ ...request, limits }], {}), `warn: ${host} answers, but no pull is left`);
  assert.equal(
    judged(bare, [{ ...request, limits: ["ratelimit-remaining: 7"] }], {}),
    "ok: it answers without a login; 7 pulls are left",
  );
  const minutes = (number: number): HandshakeStep => ({ ...request, at: number * 60_000, date: 0 });
  assert.match(judged(bare, [minutes(10)], {}), /^ok:/);
  assert.match(judged(bare, [minutes(11)], {}), /^warn: .*11 min ahead/);
  assert.match(judged(bare, [minutes(-11)], {}), /^warn: .*11 min behind/);
});

Deno.test("judge() fails what refuses, and tells a missing login from a wrong one", () => {
  const login: HandshakeStep = { step: "credential", source: "/auth.json", kind: "password" };
  assert.equal(judged(bare, [request], status(401)), `fail: ${host} refuses, and no login was found`);
  assert.equal(
    judged(withImage, [login, request], status(403)),
    `fail: ${host}/you/app:1 is not found or private; the login from /auth.json does not open it`,
  );
  const cured = judge(
    bare,
    { steps: [request], ...status(401), pausedUntil: null, loginCure: "the helper is missing" } as Examination,
  );
  assert.equal(cured.cure, "the helper is missing");
});

Deno.test("judge() takes no proxy's page for a registry, and no missing tag for a broken one", () => {
  assert.equal(judged(withImage, [request], status(404)), `fail: ${host} answers 404: no registry should`);
  const head: HandshakeStep = { ...request, method: "HEAD" };
  assert.equal(judged(withImage, [request, head], status(404)), `warn: ${host} answers, but has no ${host}/you/app:1`);
  assert.match(judged(bare, [request], status(302)), /^fail/);
  assert.match(judged(bare, [request], status(429)), /^warn/);
  assert.match(judged(bare, [request], status(503)), /^warn/);
});

Deno.test("judge() says what failed without the gap of a repository that was not named", () => {
  const message = `no login is sent for ${host}/, says ${host}/you`;
  const outcome = failure("registry.refused", message, { cure: "x" });
  assert.equal(judged(bare, [request], { outcome }), `fail: no login is sent, says ${host}/you`);
  assert.equal(judged(withImage, [request], { outcome }), `fail: ${message}`);
});
