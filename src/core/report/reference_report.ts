// Small parts that every JSON answer is made of (contracts.md 1.2).
import { type Digest } from "../model/digest.ts";
import type { Problem } from "../model/problem.ts";
import type { ImageReference } from "../model/reference.ts";
import { formatTime, formatTimeOrNull } from "../model/time.ts";
import type { RequestCount } from "../ports/registry.ts";

/** `Ref`: the name as written, and null for what does not apply. */
export function referenceReport(
  image: ImageReference,
): { readonly name: string; readonly tag: string | null; readonly digest: Digest | null } {
  return { name: image.name, tag: image.tag, digest: image.digest };
}

/** `Problem`: what does not apply is left out. */
export function problemReport(problem: Problem): Record<string, unknown> {
  const { code, severity, message, cure, retryAt, ...place } = problem;
  return {
    code,
    severity,
    message,
    ...(cure === undefined ? {} : { cure }),
    ...(retryAt === undefined ? {} : { retryAt: formatTime(retryAt) }),
    ...place,
  };
}

/** `Requests`. */
export function requestsReport(count: RequestCount): Record<string, unknown> {
  const { host, requests, cached, limit, remaining, resetAt } = count;
  return { host, requests, cached, limit, remaining, resetAt: formatTimeOrNull(resetAt) };
}

/** `magos.error/v1`: a verb that failed says so with this one document. */
export function errorReport(problems: readonly Problem[]): Record<string, unknown> {
  return { schema: "magos.error/v1", problems: problems.map(problemReport) };
}
