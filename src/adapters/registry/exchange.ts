// One question to a server: redirects, limits, counting, and asking again when the server had a bad moment.
import { type Failure, failure, type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { HttpOptions } from "../../core/ports/http.ts";
import { dropBody, readBounded } from "./bounded.ts";
import { looksLikeJson } from "./json_body.ts";
import { requestStep } from "./observe.ts";
import type { Answer, Order } from "./order.ts";
import { findPause, longestWait, noteAnswer, noteVerdict } from "./pause.ts";
import { refuseRedirect } from "./redirect_rules.ts";
import { isTrouble, registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";
import { waitHint } from "./retry_after.ts";

const maxHops = 5;
const maxErrorBody = 64 * 1024;
const maxHeader = 8192;
const attempts = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Asks up to three times, unless once is enough; the last answer is given whatever its status. Waits as registries 4.6
 * says, and not at all when the server wants more than a minute. A host that is paused by then is not asked.
 */
export async function exchange(state: RegistryState, order: Order): Promise<Result<Answer>> {
  const { clock, random } = state.parts;
  for (let attempt = 1;; attempt++) {
    const isList = order.purpose === "list";
    const outcome = await state.hosts.queue(order.url).run(isList, order.signal, () => attemptOnce(state, order));
    if (outcome === null) return aborted(order);
    const last = attempt === attempts || order.once || order.method === "POST";
    if (last || !isPassing(outcome, order) || order.signal?.aborted) return outcome;
    const now = clock.now();
    const hint = outcome.ok ? waitHint(outcome.value, now) : null;
    if ((hint !== null && hint > longestWait) || state.hosts.pausedUntil(order.host, now) !== null) return outcome;
    const backoff = Math.round((0.5 + random.number() / 2) * 2 ** attempt * 1000);
    await clock.sleep(Math.min(Math.max(hint ?? 0, backoff, 1000), longestWait), order.signal);
    if (order.signal?.aborted) return aborted(order);
    // Others may have met the same trouble meanwhile: what is known is said again, without a request.
    if (state.hosts.pausedUntil(order.host, clock.now()) !== null) return outcome;
  }
}

/** One attempt, unless the host was paused while this one stood in the queue. */
async function attemptOnce(state: RegistryState, order: Order): Promise<Result<Answer>> {
  const paused = findPause(state, order.host, order.subject);
  if (paused !== null) return paused;
  const outcome = await follow(state, order);
  if (outcome.ok) noteAnswer(state, order, outcome.value);
  return outcome;
}

/** Whether asking again may help: the classes "rate limit" and "transient" of registries 5.3. */
function isPassing(outcome: Result<Answer>, order: Order): boolean {
  if (!outcome.ok) return outcome.failure.code === "registry.unreachable";
  const { status, body } = outcome.value;
  if (status === 429 || isTrouble(outcome.value)) return true;
  return status === 200 && order.json && order.method === "GET" && !looksLikeJson(body);
}

async function follow(state: RegistryState, order: Order): Promise<Result<Answer>> {
  const { clock } = state.parts;
  const begun = clock.monotonic();
  let url = order.url;
  for (let hop = 0; hop <= maxHops; hop++) {
    const sent = await send(state, order, url);
    if (!sent.ok) return sent;
    const response = sent.value;
    const location = redirects.has(response.status) ? response.headers.get("Location") : null;
    if (location === null) {
      const read = await readAnswer(state, order, url, response);
      return read.ok ? success({ ...read.value, took: clock.monotonic() - begun }) : read;
    }
    await dropBody(response);
    if (order.form !== undefined) return refuse(order, `${url.host} redirects a request that carries a secret`);
    const target = parseTarget(location, url);
    const refused = target === null ? "its target is no URL" : refuseRedirect(url, target) ??
      order.refuseTarget?.(target) ?? null;
    if (target === null || refused !== null) {
      return refuse(order, `a redirect of ${url.host} is not followed: ${refused}`);
    }
    url = target;
  }
  return refuse(order, `${order.url.host} redirects more than ${maxHops} times`);
}

async function send(state: RegistryState, order: Order, url: URL): Promise<Result<Response>> {
  if (order.signal?.aborted) return aborted(order);
  const headers: Record<string, string> = { ...order.headers, "User-Agent": state.parts.userAgent };
  if (order.authorization !== null && url.origin === order.url.origin) headers["Authorization"] = order.authorization;
  const identity = url.protocol === "https:" ? await state.tls(url) : null;
  if (identity !== null && !identity.ok) return unusable(order, identity.failure);
  const tls = identity?.value ?? null;
  const options: HttpOptions = {
    headersTimeout: 10_000,
    bodyTimeout: order.bodyTimeout,
    ...(order.signal === undefined ? {} : { signal: order.signal }),
    ...(tls === null ? {} : { tls }),
  };
  state.counts.add(order.subject.host);
  const body = order.form === undefined ? {} : { body: order.form };
  const request = new Request(url, { method: order.method, headers, redirect: "manual", ...body });
  const { clock, observe } = state.parts;
  const begun = clock.monotonic();
  const sent = await state.parts.http.send(request, options);
  observe?.(requestStep(request, sent, clock.monotonic() - begun, clock.now()));
  if (sent.ok) return sent;
  // A name that is not found, or a refused connection, costs the server nothing: waiting would only delay the cure.
  if (sent.failure.code === "http.timeout") noteVerdict(state, order, "failed");
  return { ok: false, failure: translate(order, url, sent.failure) };
}

async function readAnswer(
  state: RegistryState,
  order: Order,
  url: URL,
  response: Response,
): Promise<Result<Omit<Answer, "took">>> {
  const { status, headers } = response;
  if (order.method === "HEAD") {
    await dropBody(response);
    return success({ status, headers, url, body: new Uint8Array() });
  }
  const read = await readBounded(response, response.ok ? order.limit : maxErrorBody);
  if (read.state === "broken") {
    if (order.signal?.aborted) return aborted(order);
    noteVerdict(state, order, "failed");
    return unreachable(order, `the answer of ${url.host} broke off: ${read.why}`);
  }
  if (read.state === "cut" && response.ok) {
    return registryFailure(
      "registry.too_large",
      order.subject,
      `${url.host} answers with more than ${Math.floor(order.limit / 1024)} KiB for ${formatRepository(order.subject)}`,
      { cure: "magos reads no more than that; exclude the image if the registry is right" },
    );
  }
  return success({ status, headers, url, body: read.bytes });
}

function parseTarget(location: string, from: URL): URL | null {
  if (location.length > maxHeader) return null;
  try {
    return new URL(location, from);
  } catch {
    return null;
  }
}

// The port speaks of servers in general; a user of registries wants to read of the registry.
function translate(order: Order, url: URL, failed: Failure): Failure {
  if (failed.code === "http.aborted" && order.signal?.aborted) return failed;
  const code = failed.code === "http.tls" ? "registry.tls" : "registry.unreachable";
  const cure = failed.cure ??
    (code === "registry.tls"
      ? `give its CA: /etc/containers/certs.d/${url.host}/ca.crt or registries.hosts.${url.host}.caFile`
      : "check the name, the network and the proxy");
  return registryFailure(code, order.subject, failed.message, { retry: "later", cure }).failure;
}

// A file of the user's own stands in the way, wherever the request would have gone.
function unusable(order: Order, failed: Failure): Result<never> {
  return registryFailure(failed.code, order.subject, failed.message, failed);
}

function unreachable(order: Order, message: string): Result<never> {
  const cure = "check the name, the network and the proxy";
  return registryFailure("registry.unreachable", order.subject, message, { retry: "later", cure });
}

function refuse(order: Order, message: string): Result<never> {
  return registryFailure("registry.refused", order.subject, message, {
    cure: "ask the registry's owner; magos follows redirects only to public hosts, and never from https to http",
  });
}

function aborted(order: Order): Result<never> {
  return failure("http.aborted", `asking ${order.url.host} was ended before the answer came`, { retry: "later" });
}
