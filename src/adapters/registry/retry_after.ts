// When a registry wants to be asked again, in all the forms that registries say it (registries 4.5).
import type { Time } from "../../core/model/time.ts";
import type { Answer } from "./order.ts";

const bodyForm = /retry-after: ?([0-9]{1,12}(?:\.[0-9]{1,12})?)(ms|s|m)\b/i;
const httpDate = /^[A-Z][a-z]{2,8}, ?[0-9]{1,2}[ -][A-Z][a-z]{2}[ -]/;
const bodyUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

// A year of waiting is nonsense, whoever says it.
const longestSense = 365 * 86_400_000;

/**
 * Milliseconds to wait from now, at least 0, or null when the answer does not say or says nonsense. The end of a window
 * (`X-RateLimit-Reset`) stands on good answers too: it is a wait only where the status says so or nothing is left of it.
 */
export function readRetryAfter(headers: Headers, body: string, now: Time, isLimited: boolean): number | null {
  const isEmpty = headers.get("X-RateLimit-Remaining")?.trim() === "0";
  const names = ["Retry-After", "X-Retry-After", ...isLimited || isEmpty ? ["X-RateLimit-Reset"] : []];
  for (const name of names) {
    const value = headers.get(name);
    const wait = value === null ? null : readValue(value.trim(), now);
    if (wait !== null && wait <= longestSense) return wait;
  }
  const [, amount, unit] = bodyForm.exec(body) ?? [];
  // Whole milliseconds: times are kept as whole numbers.
  return amount === undefined ? null : Math.ceil(Number(amount) * (bodyUnits[unit?.toLowerCase() ?? ""] ?? 1));
}

/** The same of an answer; in its body the first 4 KiB count. */
export function waitHint(answer: Answer, now: Time): number | null {
  const body = new TextDecoder().decode(answer.body.subarray(0, 4096));
  return readRetryAfter(answer.headers, body, now, answer.status === 429);
}

function readValue(value: string, now: Time): number | null {
  if (/^[0-9]{1,14}$/.test(value)) {
    const number = Number(value);
    if (number > 1e12) return Math.max(0, number - now);
    if (number > 1e9) return Math.max(0, number * 1000 - now);
    return number * 1000;
  }
  if (!httpDate.test(value)) return null;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
