// What a check of `magos doctor` is: an id of contracts.md 1.3 and what it looks at, item by item.
import type { Target } from "../../core/model/decision.ts";
import type { Result } from "../../core/model/problem.ts";
import type { Examination, ExaminedImage } from "../../core/ports/examiner.ts";
import type { CheckState } from "../../core/report/doctor_report.ts";
import type { Session } from "../session.ts";
import type { ValuesInUse } from "../values_in_use.ts";
import type { RemoteAccess, World } from "../wire.ts";

/** What checks share: each thing is opened, read or asked once, by the first that wants it. */
export interface CheckContext {
  readonly session: Session;
  world(): Promise<Result<World>>;
  /** The git remote, with the login for it. Nothing is asked yet. */
  remote(): Promise<Result<RemoteAccess>>;
  /** What the repository holds; null when there is none. */
  repository(): Promise<Result<ValuesInUse | null>>;
  /** What the repository follows; null when there is no repository. */
  inUse(): Promise<Result<readonly Target[] | null>>;
  examine(place: RegistryPlace): Promise<Result<Examination>>;
}

/** A registry, and one of its images to ask for. */
export interface RegistryPlace {
  readonly host: string;
  readonly image: ExaminedImage | null;
}

/** What was found. */
export interface Finding {
  readonly state: CheckState;
  readonly message: string;
  readonly cure?: string | undefined;
  readonly steps?: readonly string[];
}

/** One thing to look at. */
export interface CheckItem {
  readonly subject: string | null;
  look(): Promise<readonly Finding[]>;
}

/** A check of one id. Its items are looked at side by side. */
export interface Check {
  readonly id: string;
  /** Whether words after the id name what to look at. */
  readonly takesSubjects: boolean;
  /** Fails with `usage.invalid` for a word that names nothing. */
  items(context: CheckContext, subjects: readonly string[]): Promise<Result<readonly CheckItem[]>>;
}
