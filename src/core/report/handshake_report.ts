// The steps of an examination as lines: what people read, and what `doctor --json` holds.
import type { Time } from "../model/time.ts";
import { formatTime } from "../model/time.ts";
import type { ChallengeStep, EndpointStep, Examination, HandshakeStep, RequestStep } from "../ports/examiner.ts";
import type { HostProfile } from "../ports/store.ts";

/** A line for each step, and what they say together of TLS, pauses and clocks. `host` is what was asked for. */
export function handshakeLines({ steps, pausedUntil }: Examination, host: string): readonly string[] {
  const difference = clockDifference(steps);
  return [
    ...steps.flatMap((step) => describe(step, host)),
    ...tlsLine(steps),
    ...pausedUntil === null ? [] : [`paused: it is left alone until ${formatTime(pausedUntil)}`],
    ...difference === null ? [] : [`clock: ${differenceText(difference)}`],
  ];
}

/** This machine's clock minus the server's, in milliseconds, by the last `Date` that came; null when none did. */
export function clockDifference(steps: readonly HandshakeStep[]): number | null {
  const dated = steps.findLast((step): step is RequestStep & { readonly date: Time } =>
    step.step === "request" && step.date !== null
  );
  return dated === undefined ? null : dated.at - dated.date;
}

/** `this machine's is 12 s ahead of the server's`. A `Date` has whole seconds, so that one second is none. */
export function differenceText(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (Math.abs(seconds) <= 1) return "this machine's agrees with the server's";
  const amount = Math.abs(seconds) < 120 ? `${Math.abs(seconds)} s` : `${Math.round(Math.abs(seconds) / 60)} min`;
  return `this machine's is ${amount} ${seconds > 0 ? "ahead of" : "behind"} the server's`;
}

function describe(step: HandshakeStep, host: string): readonly string[] {
  switch (step.step) {
    case "endpoint":
      return [endpointText(step, host), ...step.mirrors.map((mirror) => `mirror for content by digest: ${mirror}`)];
    case "scheme":
      return [];
    case "credential":
      return [step.source === null ? "login: none found" : `login: ${step.source} (${step.kind ?? "password"})`];
    case "request":
      return [requestText(step)];
    case "challenge":
      return [challengeText(step)];
    case "realm":
      return [`token service: ${step.host} ${step.refused === null ? "is allowed" : `is refused: ${step.refused}`}`];
    case "token":
      return [
        `token: ${step.scope === null ? "for the host alone" : `for ${step.scope}`}, ${
          step.expiresIn === null ? "its life is not said" : `good for ${step.expiresIn} s`
        }`,
      ];
    case "profile":
      return [`learned: ${profileText(step.profile)}`];
  }
}

function endpointText({ origin, host, insecure }: EndpointStep, asked: string): string {
  const elsewhere = host === asked ? "" : `, where ${asked} is asked`;
  return `endpoint: ${origin}${elsewhere}${insecure ? "; registries.conf calls it insecure" : ""}`;
}

function requestText({ method, url, pass, status, failure, milliseconds, limits, redirect }: RequestStep): string {
  const with_ = pass === null ? "" : pass === "Bearer" ? " with the token" : " with the login";
  const answer = status === null ? failure?.message ?? "no answer" : String(status);
  const onward = redirect === null ? "" : `, leads to ${redirect}`;
  const more = limits.length === 0 ? "" : ` (${limits.join(", ")})`;
  return `${method} ${url}${with_}: ${answer} in ${Math.round(milliseconds)} ms${onward}${more}`;
}

function challengeText({ scheme, realm, service, scope }: ChallengeStep): string {
  const parts = [["realm", realm], ["service", service], ["scope", scope]]
    .flatMap(([name, value]) => value === null ? [] : `${name} ${value}`);
  return ["challenge: " + scheme, ...parts].join(", ");
}

function profileText(profile: HostProfile): string {
  const { auth, pageCap, headDigest, quota } = profile;
  const asks = {
    unknown: "nothing of how it wants to be asked",
    none: "it is open to everybody",
    bearer: "it wants tokens",
    basic: "it wants user and password",
  }[auth];
  return [
    asks,
    ...pageCap === null ? [] : [`pages of at most ${pageCap} tags`],
    ...headDigest ? [] : ["HEAD gives no digest"],
    ...quota === null || quota.remaining === null
      ? []
      : [`${quota.remaining} of ${quota.limit ?? "?"} pulls were left`],
  ].join(", ");
}

function tlsLine(steps: readonly HandshakeStep[]): readonly string[] {
  const scheme = steps.find((step) => step.step === "scheme");
  const origin = scheme?.origin ?? steps.find((step) => step.step === "endpoint")?.origin;
  if (origin === undefined) return [];
  if (origin.startsWith("http:")) return ["TLS: none, it is asked over plain HTTP"];
  const own = steps.filter((step): step is RequestStep => step.step === "request" && step.url.startsWith(`${origin}/`));
  const by = scheme === undefined || scheme.authorities === 0 ? "" : " by an authority of your own or a usual one";
  const shown = scheme?.showsCertificate ? ", and is shown yours" : "";
  if (own.some(({ status }) => status !== null)) return [`TLS: the certificate is trusted${by}${shown}`];
  return own.some(({ failure }) => failure?.code === "http.tls") ? ["TLS: no connection that can be trusted"] : [];
}
