// What a registry and magos say to each other before the first answer, step by step, for whoever looks for a fault.
import type { Failure, Result } from "../model/problem.ts";
import type { Repository } from "../model/reference.ts";
import type { Time } from "../model/time.ts";
import type { HostProfile } from "./store.ts";

/** How the registry is reached by registries.conf. */
export interface EndpointStep {
  readonly step: "endpoint";
  /** Scheme, host and port. */
  readonly origin: string;
  /** Where registries.conf sends the name; the same as asked for where it says nothing. */
  readonly host: string;
  /** Whether plain HTTP is allowed there. */
  readonly insecure: boolean;
  /** Origins that are asked first for content by digest. */
  readonly mirrors: readonly string[];
}

/** By which scheme the server is asked, and what is believed of it. */
export interface SchemeStep {
  readonly step: "scheme";
  readonly origin: string;
  /** Certificate authorities of the user's own. */
  readonly authorities: number;
  /** Whether a certificate is shown to the server. */
  readonly showsCertificate: boolean;
}

/** The login that was found. Where it came from, never what it is. */
export interface CredentialStep {
  readonly step: "credential";
  /** The file or helper; null where none holds a login. */
  readonly source: string | null;
  readonly kind: string | null;
}

/** One request and its answer. */
export interface RequestStep {
  readonly step: "request";
  readonly method: string;
  /** Scheme, host and path; a query may hold what nobody should see. */
  readonly url: string;
  /** The scheme of the pass that was sent with it: `Basic`, `Bearer`, or null. */
  readonly pass: string | null;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly failure: Failure | null;
  readonly milliseconds: number;
  /** What the server's `Date` says, and the clock of this machine at that moment. */
  readonly date: Time | null;
  readonly at: Time;
  /** What the headers say of limits, as they are: `ratelimit-remaining: 98;w=21600`. */
  readonly limits: readonly string[];
  /** The host that a redirect leads to; where on it is not for eyes. */
  readonly redirect: string | null;
}

/** One challenge of a 401, as it was read. */
export interface ChallengeStep {
  readonly step: "challenge";
  readonly scheme: string;
  /** Scheme, host and path. */
  readonly realm: string | null;
  readonly service: string | null;
  readonly scope: string | null;
}

/** Whether the token service that a challenge names may be asked. */
export interface RealmStep {
  readonly step: "realm";
  readonly host: string;
  /** Why it is refused; null where it is allowed. */
  readonly refused: string | null;
}

/** A token came. */
export interface TokenStep {
  readonly step: "token";
  /** What was asked for; null where no repository was named. */
  readonly scope: string | null;
  /** How long it may be used, as the service says; null where it does not. */
  readonly expiresIn: number | null;
}

/** What is known of the host now, and used from here on. */
export interface ProfileStep {
  readonly step: "profile";
  readonly profile: HostProfile;
}

/** One thing that happened. */
export type HandshakeStep =
  | EndpointStep
  | SchemeStep
  | CredentialStep
  | RequestStep
  | ChallengeStep
  | RealmStep
  | TokenStep
  | ProfileStep;

/** What to try beside the handshake itself: whether this repository may be read, and what it costs. */
export interface ExaminedImage {
  readonly repository: Repository;
  /** Asked for by HEAD, which is no pull; null asks for nothing more than a token for the repository. */
  readonly tag: string | null;
}

/** How far it went. */
export interface Examination {
  readonly steps: readonly HandshakeStep[];
  /** The status of the last answer, or why there was none. */
  readonly outcome: Result<number>;
  readonly pausedUntil: Time | null;
  /** What would cure a refusal, where more is known than to log in. */
  readonly loginCure: string | null;
}

/** Looks at one registry from the beginning, whatever was learned before. What is learned is kept. */
export interface Examiner {
  /** `host` as in the name of an image. Never asks a host that wants to be left alone. */
  examine(host: string, image: ExaminedImage | null, signal?: AbortSignal): Promise<Examination>;
}
