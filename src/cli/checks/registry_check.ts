// doctor registry: whether each registry answers, and how it came to that.
import { type Failure, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { Examination, ExaminedImage, HandshakeStep, RequestStep } from "../../core/ports/examiner.ts";
import { clockDifference, differenceText, handshakeLines } from "../../core/report/handshake_report.ts";
import type { Check, CheckContext, CheckItem, Finding, RegistryPlace } from "./check.ts";
import { mostClockDifference } from "./clock_check.ts";
import { findingOf } from "./problem_finding.ts";
import { namedPlace, placesInUse } from "./registry_places.ts";

/** Looks at the registries that are named, else at all that are in use. */
export const registryCheck: Check = {
  id: "registry",
  takesSubjects: true,
  async items(context, subjects) {
    if (subjects.length === 0) return success(await itemsInUse(context));
    const items: CheckItem[] = [];
    for (const word of subjects) {
      const place = await namedPlace(context, word);
      if (!place.ok) return place;
      items.push(itemOf(context, place.value));
    }
    return success(items);
  },
};

async function itemsInUse(context: CheckContext): Promise<readonly CheckItem[]> {
  const places = await placesInUse(context);
  if (places.ok && places.value !== null && places.value.length > 0) {
    return places.value.map((place) => itemOf(context, place));
  }
  const finding: Finding = !places.ok ? findingOf(places.failure) : {
    state: "skip",
    message: places.value === null ? "there is no repository here" : "the repository marks no image",
    cure: "name a registry: magos doctor registry ghcr.io",
  };
  return [{ subject: null, look: () => Promise.resolve([finding]) }];
}

function itemOf(context: CheckContext, place: RegistryPlace): CheckItem {
  return {
    subject: place.host,
    async look() {
      const seen = await context.examine(place);
      return [seen.ok ? judge(place, seen.value) : findingOf(seen.failure)];
    },
  };
}

/** What an examination comes to. */
export function judge(place: RegistryPlace, examination: Examination): Finding {
  const steps = handshakeLines(examination, place.host);
  return { ...verdictOf(place, examination), steps };
}

function verdictOf({ host, image }: RegistryPlace, examination: Examination): Finding {
  const { outcome, steps, pausedUntil } = examination;
  const asked = steps.some((step) => step.step === "request");
  if (!asked && pausedUntil !== null && !outcome.ok) {
    const { message, cure } = outcome.failure;
    return { state: "warn", message: `${message}, so it was not asked`, cure };
  }
  const isRefused = outcome.ok
    ? outcome.value === 401 || outcome.value === 403
    : outcome.failure.code === "registry.unauthorized";
  if (isRefused) return refusedVerdict(host, image, examination);
  if (!outcome.ok) return failedVerdict(host, image, outcome.failure);
  if (outcome.value === 404 && image !== null && askedForImage(steps)) return goneVerdict(image);
  if (outcome.value === 200) return goodVerdict(host, image, steps);
  return oddVerdict(host, outcome.value);
}

function oddVerdict(host: string, status: number): Finding {
  const message = `${host} answers ${status}`;
  if (status === 429) return { state: "warn", message: `${message}: it asks to wait`, cure: "wait, or log in" };
  if (status >= 500) return { state: "warn", message: `${message}: it has trouble of its own`, cure: "wait" };
  const cure = "check that this host is a registry and that no proxy answers in its place";
  return { state: "fail", message: `${message}: no registry should`, cure };
}

function goodVerdict(host: string, image: ExaminedImage | null, steps: readonly HandshakeStep[]): Finding {
  const difference = clockDifference(steps);
  if (difference !== null && Math.abs(difference) > mostClockDifference) {
    const message = `${host} answers, but ${differenceText(difference)}: ages of images cannot be trusted`;
    return { state: "warn", message, cure: "set the clock, and let it be kept by NTP (timedatectl set-ntp true)" };
  }
  const remaining = remainingPulls(steps);
  if (remaining === 0) {
    return {
      state: "warn",
      message: `${host} answers, but no pull is left`,
      cure: "wait, or log in for a higher limit",
    };
  }
  const what = image === null || !askedForImage(steps) ? "" : `, and gives ${nameOf(image)}`;
  const left = remaining === null ? "" : `; ${remaining} pulls are left`;
  return { state: "ok", message: `it answers${howText(steps)}${what}${left}` };
}

function howText(steps: readonly HandshakeStep[]): string {
  const login = steps.some((step) => step.step === "credential" && step.source !== null);
  if (steps.some((step) => step.step === "token")) {
    return login ? " with a token for the login" : " with a token for everybody";
  }
  return login ? " with the login" : " without a login";
}

/** A host alone has no name of a repository, which the words of failures would leave a gap for. */
function failedVerdict(host: string, image: ExaminedImage | null, failed: Failure): Finding {
  const gap = new RegExp(` (of|for) ${host.replaceAll(/[.[\]]/g, "\\$&")}/(?=\\W|$)`);
  return findingOf(image === null ? { ...failed, message: failed.message.replace(gap, "") } : failed);
}

function refusedVerdict(host: string, image: ExaminedImage | null, { steps, loginCure }: Examination): Finding {
  const wantsToken = steps.some((step) => step.step === "realm" && step.refused === null);
  const login = steps.find((step) => step.step === "credential")?.source ?? null;
  // Quay gives no token without a scope, and GHCR none for a login that may nothing (registries 1.7).
  if (image === null && wantsToken && login === null) {
    return {
      state: "warn",
      message: `${host} answers, and gives no token without an image to ask for`,
      cure: `name one: magos doctor registry ${host}/you/app`,
    };
  }
  const what = image === null ? `${host} refuses` : `${nameOf(image)} is not found or private`;
  return {
    state: "fail",
    message: login === null ? `${what}, and no login was found` : `${what}; the login from ${login} does not open it`,
    cure: loginCure ?? `check the name, or log in: podman login ${host}`,
  };
}

function goneVerdict(image: ExaminedImage): Finding {
  const message = `${image.repository.host} answers, but has no ${nameOf(image)}`;
  return { state: "warn", message, cure: "check the name and the tag" };
}

/** A server that fails before is asked for no image. */
function askedForImage(steps: readonly HandshakeStep[]): boolean {
  return steps.some((step) => step.step === "request" && step.method === "HEAD");
}

function nameOf({ repository, tag }: ExaminedImage): string {
  return tag === null ? formatRepository(repository) : `${formatRepository(repository)}:${tag}`;
}

/** By the last answer that says so (registries 4.1). */
function remainingPulls(steps: readonly HandshakeStep[]): number | null {
  const lines = steps.filter((step): step is RequestStep => step.step === "request").flatMap(({ limits }) => limits);
  const [, remaining] = /^ratelimit-remaining: (\d{1,15})(?:;|$)/.exec(
    lines.findLast((line) => line.startsWith("ratelimit-remaining:")) ?? "",
  ) ?? [];
  return remaining === undefined ? null : Number(remaining);
}
