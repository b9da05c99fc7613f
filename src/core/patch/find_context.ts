// What the finders of marked values need besides a file, and what they give.
import type { ShortNames } from "../documents/short_names.ts";
import type { Target } from "../model/decision.ts";
import type { GateDefaults, Pin, PolicyBook } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import type { Slot } from "./slot.ts";

/** What markers can refer to outside of their file. */
export interface FindContext {
  /** What magos markers and apps write where nothing else says so (`update.pin`). */
  readonly defaultPin: Pin;
  readonly book: PolicyBook;
  /** What rules that stand in a marker ask for unless they say it; the book's have it in them. */
  readonly gates?: GateDefaults;
  /** Where names without a registry are looked for; without it all are Docker Hub's. */
  readonly shortNames?: ShortNames;
  /** The text of another file of the repository, or null when there is none. */
  readonly readSibling: (path: string) => string | null;
}

/** A marked value and the bytes that hold it. */
export interface FoundTarget {
  readonly target: Target;
  readonly slot: Slot;
  /** The text around the slot's own that stays: of `v${VERSION}-alpine` it is `v` and `-alpine`. */
  readonly before: string;
  readonly after: string;
}

/** All that the markers of one file say. A slot may lie in another file: the `.env` beside a Compose file. */
export interface MarkedFile {
  readonly file: string;
  readonly text: string;
  readonly found: readonly FoundTarget[];
  readonly problems: readonly Problem[];
}

/** What was found in a file, before it is put in the order of the text. */
export interface Findings {
  readonly found: FoundTarget[];
  readonly problems: Problem[];
}
