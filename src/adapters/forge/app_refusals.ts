// What GitHub's answers to an App mean, told apart, each with its cure.
import { type Failure, failure } from "../../core/model/problem.ts";
import type { ProblemCode } from "../../core/model/problem_codes.ts";
import type { Time } from "../../core/model/time.ts";
import type { ApiAnswer } from "./api.ts";
import { waitUntil } from "./wait_until.ts";

/** For whom it was asked. */
export interface AppSubject {
  readonly appId: number;
  /** `owner/name`. */
  readonly repository: string;
  /** Of the API. */
  readonly host: string;
}

interface Rule {
  readonly when: (status: number, words: string, headers: Headers) => boolean;
  readonly code: ProblemCode;
  readonly says: (subject: AppSubject) => string;
  readonly cure: string;
  readonly retry?: Failure["retry"];
}

const suspended: Rule = {
  when: (_status, words) => /suspended/i.test(words),
  code: "forge.suspended",
  says: ({ appId }) => `the installation of GitHub App ${appId} is suspended`,
  cure: "unsuspend it in the settings of the account that owns the repository, under Installed GitHub Apps",
};

const denied: Rule = {
  when: (status, words) => status === 403 || (status === 422 && asksTooMuch(words)),
  code: "forge.denied",
  says: ({ appId, repository }) => `the installation of GitHub App ${appId} may not write to ${repository}`,
  cure: "give the App the permission Contents: read and write, and accept it in the installation's settings",
};

// The first rule that fits wins, so the more telling answers stand above the general ones.
const rules: readonly Rule[] = [
  {
    when: isRateLimit,
    code: "forge.rate_limited",
    says: ({ host }) => `${host} asks to wait`,
    cure: "wait; the next pass tries again",
    retry: "later",
  },
  {
    when: (status, words) => status === 401 && speaksOfTime(words),
    code: "forge.unauthorized",
    says: ({ host }) => `${host} does not accept the time at which the App's token was signed`,
    cure: "set the clock, and let it be kept by NTP (timedatectl set-ntp true)",
  },
  {
    when: (status) => status === 401,
    code: "forge.unauthorized",
    says: ({ host, appId }) => `${host} does not accept the key of GitHub App ${appId}`,
    cure: "see that repo.auth.githubApp.appId and privateKeyFile belong together, and that the key was not deleted",
  },
  suspended,
  denied,
  {
    when: (status, words) => status === 404 && /integration not found/i.test(words),
    code: "forge.unauthorized",
    says: ({ host, appId }) => `${host} knows no GitHub App ${appId}`,
    cure: "check repo.auth.githubApp.appId: the App ID on the App's settings page",
  },
  {
    when: (status) => status === 404 || status === 422,
    code: "forge.not_installed",
    says: ({ appId, repository }) => `GitHub App ${appId} is not installed on ${repository}`,
    cure: "install it from the App's page (Install App) and choose this repository; check repo.url, and " +
      "repo.auth.githubApp.installationId when it is set",
  },
  {
    when: (status) => status >= 300 && status < 400,
    code: "forge.protocol",
    says: ({ host }) => `${host} points to another address, where credentials do not follow`,
    cure: "set repo.forgeUrl to the address of the API, and repo.url to where the repository has moved",
  },
  {
    when: (status) => status >= 500,
    code: "forge.unreachable",
    says: ({ host }) => `${host} is out of order`,
    cure: "the next pass tries again",
    retry: "later",
  },
];

const unknown: Rule = {
  when: () => true,
  code: "forge.protocol",
  says: ({ host }) => `${host} answers as GitHub's API does not`,
  cure: "check repo.forgeUrl: it should be the address of GitHub's API, like https://HOST/api/v3",
};

/** The failure for an answer that is not good. */
export function refusalOf(answer: ApiAnswer, subject: AppSubject, now: Time): Failure {
  const words = answerWords(answer);
  const rule = rules.find(({ when }) => when(answer.status, words, answer.headers)) ?? unknown;
  const retryAt = rule.code === "forge.rate_limited" ? waitUntil(answer.headers, now) : null;
  const said = words === "" ? `status ${answer.status}` : `status ${answer.status}, "${words}"`;
  const { code, message, ...rest } = failureOf(rule, subject);
  return { ...rest, code, message: `${message}: ${said}`, ...(retryAt === null ? {} : { retryAt }) };
}

/** The App is suspended, as the installation itself says. */
export function suspendedFailure(subject: AppSubject): Failure {
  return failureOf(suspended, subject);
}

/** The token that was given may not write. */
export function deniedFailure(subject: AppSubject): Failure {
  return failureOf(denied, subject);
}

/** Whether the server did not accept when the token was signed, or until when it is good: a matter of clocks. */
export function isClockRefusal(answer: ApiAnswer): boolean {
  return answer.status === 401 && speaksOfTime(answerWords(answer));
}

/** Whether the installation lacks one of the permissions that were asked for. */
export function isPermissionRefusal(answer: ApiAnswer): boolean {
  return answer.status === 422 && asksTooMuch(answerWords(answer));
}

function failureOf({ code, says, cure, retry = "never" }: Rule, subject: AppSubject): Failure {
  return failure(code, says(subject), { host: subject.host, cure, retry }).failure;
}

/** The answer's own words: untrusted, so one line without control characters, and short (contracts 5.2). */
function answerWords({ data }: ApiAnswer): string {
  const message = typeof data === "object" && data !== null && "message" in data ? data.message : "";
  // deno-lint-ignore no-control-regex -- exactly these are to go, and marks that reorder what is shown
  const control = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
  return typeof message === "string" ? message.replace(control, " ").trim().slice(0, 200) : "";
}

function speaksOfTime(words: string): boolean {
  return /'(Expiration time|Issued at)' claim|\('(exp|iat)'\)/i.test(words);
}

function asksTooMuch(words: string): boolean {
  return /permissions? requested/i.test(words);
}

function isRateLimit(status: number, words: string, headers: Headers): boolean {
  const isOver = headers.get("x-ratelimit-remaining") === "0" || headers.has("retry-after") ||
    /rate limit/i.test(words);
  return status === 429 || (status === 403 && isOver);
}
