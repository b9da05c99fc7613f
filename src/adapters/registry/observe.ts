// What of a request, a challenge or a token may be seen by whoever looks for a fault: never a pass, never a query.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Result } from "../../core/model/problem.ts";
import type { Time } from "../../core/model/time.ts";
import type { ChallengeStep, ProfileStep, RealmStep, RequestStep } from "../../core/ports/examiner.ts";
import type { HostProfile } from "../../core/ports/store.ts";
import type { Challenge } from "./challenge.ts";
import type { RealmCheck } from "./realm.ts";

const limitHeader = /^(x-)?ratelimit-|^docker-ratelimit-|^(x-)?retry-after$/;
const mostLimits = 10;
const longestText = 200;

/** One request, as it went. `at` is the clock of this machine when the answer was there. */
export function requestStep(
  request: Request,
  sent: Result<Response>,
  milliseconds: number,
  at: Time,
): RequestStep {
  const headers = sent.ok ? sent.value.headers : new Headers();
  const location = headers.get("Location");
  return {
    step: "request",
    method: request.method,
    url: withoutQuery(new URL(request.url)),
    pass: request.headers.get("Authorization")?.split(" ")[0] ?? null,
    status: sent.ok ? sent.value.status : null,
    failure: sent.ok ? null : sent.failure,
    milliseconds,
    date: readDate(headers.get("Date")),
    at,
    limits: limitsOf(headers),
    redirect: location === null ? null : parse(location, request.url)?.host ?? "a malformed address",
  };
}

/** One challenge. A realm may bring a query of its own, which is left out. */
export function challengeStep({ scheme, parameters }: Challenge, endpoint: Endpoint): ChallengeStep {
  const value = (name: string): string | null => parameters.get(name)?.slice(0, longestText) ?? null;
  const realm = parameters.get("realm") ?? null;
  // The realm of Basic is a name for people, no address.
  const address = realm === null || scheme !== "bearer" ? null : parse(realm, endpoint.origin);
  return {
    step: "challenge",
    scheme: scheme.slice(0, longestText),
    realm: address === null ? value("realm")?.split("?")[0] ?? null : withoutQuery(address),
    service: value("service"),
    scope: value("scope"),
  };
}

/** What is known of a host; the address of its token service may bring a query of its own. */
export function profileStep(profile: HostProfile): ProfileStep {
  const address = profile.realm === null ? null : parse(profile.realm, "https://none.invalid");
  return { step: "profile", profile: { ...profile, realm: address === null ? null : withoutQuery(address) } };
}

/** Whether a realm may be asked. */
export function realmStep(realm: string, endpoint: Endpoint, check: RealmCheck): RealmStep {
  const host = parse(realm, endpoint.origin)?.host.slice(0, 255) ?? "a malformed address";
  return { step: "realm", host, refused: check.allowed ? null : check.why };
}

function limitsOf(headers: Headers): readonly string[] {
  const found = [...headers].filter(([name]) => limitHeader.test(name)).slice(0, mostLimits);
  // Docker Hub names the caller's own address or account here, which is nobody else's business.
  return found.filter(([name]) => name !== "docker-ratelimit-source")
    .map(([name, value]) => `${name}: ${value.slice(0, longestText)}`);
}

/** The format of HTTP (RFC 9110, section 5.6.7); null for anything else. */
function readDate(value: string | null): Time | null {
  const date = value !== null && /^[A-Z][a-z]{2}, \d{2} /.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? null : date;
}

/** Also without user and password, which an address from outside may carry. */
function withoutQuery(url: URL): string {
  return `${url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin}${url.pathname}`.slice(0, longestText);
}

function parse(address: string, base: string): URL | null {
  try {
    return new URL(address, base);
  } catch {
    return null;
  }
}
