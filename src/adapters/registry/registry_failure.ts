// From what a registry answered to the failure that a user can act upon (registries 5).
import { type Failure, failure, type Result } from "../../core/model/problem.ts";
import type { ProblemCode } from "../../core/model/problem_codes.ts";
import { formatRepository, type Repository } from "../../core/model/reference.ts";
import type { Time } from "../../core/model/time.ts";
import { longestPause } from "./circuit.ts";
import { parseJson } from "./json_body.ts";
import type { Answer } from "./order.ts";
import { waitHint } from "./retry_after.ts";

/** A failure with the place that every registry failure has. */
export function registryFailure(
  code: ProblemCode,
  subject: Repository,
  message: string,
  more: Partial<Omit<Failure, "code" | "message">> = {},
): { readonly ok: false; readonly failure: Failure } {
  return failure(code, message, { host: subject.host, image: formatRepository(subject), ...more });
}

/** Whether the answer says "too often", in whatever way. */
export function isRateLimit(answer: Answer): boolean {
  return answer.status === 429 || (answer.status === 403 && /rate limit|toomanyrequests/i.test(bodyText(answer)));
}

/** Whether the answer tells of the server's own trouble, which may pass (registries 5.3, "transient"). */
export function isTrouble(answer: Answer): boolean {
  const { status } = answer;
  if (status === 408 || status === 425) return true;
  return status >= 500 && status !== 501 && status !== 505 && !isWrappedRefusal(answer);
}

/**
 * The failure behind an answer that is no success. `what` names the thing asked for: "the tags", "manifest 1.4.2".
 * The status decides, the registry's own code is only shown (registries 5.1).
 */
export function refusal(answer: Answer, subject: Repository, what: string, now: Time): Result<never> {
  const name = formatRepository(subject);
  const said = `${subject.host} answers ${answer.status}${ownCode(answer)} for ${what} of ${name}`;
  const hint = waitHint(answer, now);
  const retryAt = hint === null ? {} : { retryAt: now + Math.min(Math.max(hint, 1000), longestPause) };
  if (isRateLimit(answer) || answer.status === 413) {
    return registryFailure("registry.rate_limited", subject, `${said}: it asks to wait`, {
      retry: "later",
      cure: "wait, raise registries.scanInterval, or log in for a higher limit",
      ...retryAt,
    });
  }
  if (answer.status === 401 || answer.status === 403 || isWrappedRefusal(answer)) {
    return registryFailure("registry.unauthorized", subject, `${said}: not found or private`, {
      cure: `check the name or give credentials (podman login ${subject.host})`,
    });
  }
  if (isAbsence(answer)) {
    return registryFailure("registry.not_found", subject, said, { cure: "check the name and the tag" });
  }
  if (isTrouble(answer)) {
    return registryFailure("registry.unavailable", subject, said, {
      retry: "later",
      cure: "the registry has trouble of its own; the next pass asks again",
      ...retryAt,
    });
  }
  return registryFailure("registry.protocol", subject, `${said}: no registry should`, {
    retry: "later",
    cure: "check that this host is a registry and that no proxy answers in its place",
  });
}

// A proxy's own 404 page says nothing about the repository.
function isAbsence(answer: Answer): boolean {
  if (answer.status !== 404 && answer.status !== 410) return false;
  return errorEntry(answer) !== null || answer.url.pathname.includes("/manifests/");
}

// A pull-through cache answers 500 UNKNOWN around the refusal of the registry behind it (registries 5.2).
function isWrappedRefusal(answer: Answer): boolean {
  if (answer.status < 500) return false;
  const entry = errorEntry(answer);
  return entry !== null && holdsRefusal(entry["detail"] ?? entry["details"], 4);
}

function holdsRefusal(value: unknown, depth: number): boolean {
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.slice(0, 8).some((item) => holdsRefusal(item, depth - 1));
  if (!isRecord(value)) return false;
  const { code, errors } = value;
  return code === "DENIED" || code === "UNAUTHORIZED" || holdsRefusal(errors, depth - 1);
}

function ownCode(answer: Answer): string {
  const code = errorEntry(answer)?.["code"];
  // deno-lint-ignore no-control-regex
  const shown = typeof code === "string" ? code.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "") : "";
  return shown === "" ? "" : ` ${shown.slice(0, 64)}`;
}

function errorEntry(answer: Answer): Readonly<Record<string, unknown>> | null {
  const body = parseJson(answer.body);
  const errors: unknown = isRecord(body) ? body["errors"] : null;
  const first: unknown = Array.isArray(errors) ? errors[0] : null;
  return isRecord(first) ? first : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bodyText(answer: Answer): string {
  return new TextDecoder().decode(answer.body.subarray(0, 4096));
}
