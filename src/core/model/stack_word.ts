// What a pass said of a stack in the end, kept for those who ask between two passes (contracts.md 1.3, `status`).
import type { Time } from "./time.ts";

/** The last word on a stack. Its row says how far it came; this says what it waits for, and why. */
export interface StackWord {
  readonly state: "current" | "waiting" | "held" | "rolled-back" | "failed";
  /** In one masked line; empty for one that is as git says. */
  readonly reason: string;
  /** `git`, `hold`, `retry`, `window` or the name of another stack. */
  readonly waitsFor: string | null;
  /** When it may go on by itself; null: not known. */
  readonly until: Time | null;
  /** The revision that the pass was to bring about. */
  readonly revision: string;
}
