// The shape of an apply plan: ordered steps that bring a host's stacks to what git says (design 2, contracts 4.3).
import type { BackupOccasion } from "../model/backup.ts";
import type { Holds } from "../model/hold.ts";
import type { Problem } from "../model/problem.ts";
import type { StackContent, StackHash, StackRow } from "../model/stack.ts";
import type { Time } from "../model/time.ts";
import type { Container } from "../ports/engine.ts";

/** Everything that the plan depends on. */
export interface ApplyInput {
  readonly host: string;
  readonly revision: string;
  readonly now: Time;
  readonly contents: readonly StackContent[];
  /** Stacks of this host that cannot be read: what runs of them stays. */
  readonly broken: readonly string[];
  /** All containers of Compose projects. */
  readonly containers: readonly Container[];
  readonly rows: readonly StackRow[];
  /** Id (at least its first twelve digits) or name of the container that magos itself runs in. */
  readonly self: string | null;
  /** What is held: a quarantined digest is started by no host. */
  readonly holds: Omit<Holds, "human">;
  /** Whether what left git is removed. */
  readonly prune: boolean;
  /** Only these stacks; null: all. */
  readonly only: readonly string[] | null;
  /** When volumes are exported; null: never. */
  readonly backup: BackupOccasion | null;
}

/** What is exported before a deployment. */
export interface BackupPlan {
  /** Why, in one line. */
  readonly reason: string;
  /** Those that are not there yet are left out when it comes to it. */
  readonly volumes: readonly string[];
}

/** One step, before it is done (contracts 1.3, `Step`). */
export interface PlannedStep {
  readonly kind: "hook" | "decrypt" | "export" | "pull" | "switch" | "start" | "stop" | "remove" | "probe" | "restore";
  readonly subject: string;
  /** Why it is done, where that is not plain. */
  readonly message?: string | null;
}

/**
 * What happens to one stack. `adopt`: it runs as wanted already, which is only written down. `roll-back`: an interrupted
 * roll-back goes on, or a deployment was interrupted for the third time.
 */
export interface StackPlan {
  readonly stack: string;
  readonly project: string;
  readonly action: "none" | "adopt" | "deploy" | "repair" | "roll-back" | "remove";
  readonly state: "planned" | "current" | "waiting" | "held" | "rolled-back" | "failed";
  /** Why, in one line. */
  readonly reason: string;
  /** Null for a stack that left git. */
  readonly content: StackContent | null;
  readonly previousHash: StackHash | null;
  /** Services whose containers are made anew. */
  readonly recreate: readonly string[];
  /** Ids of containers that go: services that left the stack, or all of it. */
  readonly remove: readonly string[];
  readonly backup: BackupPlan | null;
  readonly waitsFor: string | null;
  /** When it may go on by itself; null: not known. */
  readonly until: Time | null;
  readonly steps: readonly PlannedStep[];
}

/** A plan that touches nothing, without its verdict: what others begin with. */
export const touchesNothing = {
  recreate: [],
  remove: [],
  backup: null,
  waitsFor: null,
  until: null,
  steps: [],
} as const satisfies Partial<StackPlan>;

/** All stacks of the host in the order in which they are taken; what is removed comes last. */
export interface ApplyPlan {
  readonly id: string;
  readonly host: string;
  readonly revision: string;
  readonly stacks: readonly StackPlan[];
  readonly problems: readonly Problem[];
}
