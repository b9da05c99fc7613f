// The one git remote that a pass works with, through a mirror on this machine.
import type { Failure, Result } from "../model/problem.ts";
import type { Time } from "../model/time.ts";

/** A branch and the commit it points to. */
export interface Head {
  readonly branch: string;
  readonly revision: string;
}

/** A commit with what its message says. */
export interface Commit {
  readonly revision: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly message: string;
  readonly time: Time;
}

/** What git says of a commit's signature, by the host's own file of signers. */
export interface Signature {
  readonly state: "good" | "none" | "bad" | "unknown-key" | "expired";
  /** Whom the host's file names for the key; null unless the signature is good. */
  readonly signer: string | null;
  /** Fingerprint of the key, where the signature tells it. */
  readonly key: string | null;
  /** Every name under which the host's file knows the key: its signers, addresses and fingerprints. */
  readonly names: readonly string[];
}

/** A commit and its signature. Nothing here is the commit's own text. */
export interface SignedCommit {
  readonly revision: string;
  readonly parents: readonly string[];
  readonly signature: Signature;
}

/** Which commits to judge: those of `to` that are not of `from`; with null `to` alone. */
export interface SignedRange {
  readonly from: string | null;
  readonly to: string;
  /** Follow only the first parent of merges. */
  readonly firstParent: boolean;
}

/** A file of a revision: git's mode, `100644`, and the id of its content. */
export interface FileVersion {
  readonly mode: string;
  readonly object: string;
}

/** A path at which two revisions differ; null: not there. */
export interface FileChange {
  readonly path: string;
  readonly before: FileVersion | null;
  readonly after: FileVersion | null;
}

/** A folder that holds one revision, byte for byte as committed. */
export interface Checkout {
  readonly root: string;
  readonly revision: string;
  /** The branch it was taken from; a clone that stands on no branch says `HEAD`. */
  readonly branch: string;
  /** Tracked plain files, relative, `/` between parts, sorted. Links and submodules are not among them. */
  readonly files: readonly string[];
  /** Tracked links, sorted. Where they lead is not known: it has to be resolved, and checked. */
  readonly links: readonly string[];
  /** Removes the folder and frees its lock. A clone of the user's stays. */
  close(): Promise<void>;
}

/** A new commit to make on top of a checkout. */
export interface CommitOrder {
  readonly checkout: Checkout;
  /** What it follows when that is another commit made on this checkout; default: the checkout's revision. */
  readonly parent?: string;
  /** Relative paths that were written and belong into the commit. */
  readonly files: readonly string[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly time: Time;
  /** The private key file of this commit's own; default: what every commit is signed with, if anything. */
  readonly sign?: { readonly ssh: string };
}

/** A push of one commit to one branch, allowed only while the branch stands at `lease`. */
export interface PushOrder {
  readonly commit: string;
  readonly branch: string;
  /** Null: the branch must not exist yet. */
  readonly lease: string | null;
  /** The commit need not descend from the lease. Only for branches whose every commit is magos's own (contracts.md 3.2). */
  readonly replaces?: boolean;
  /** For the server, as `git push -o` takes them. */
  readonly options?: readonly string[];
}

/** A push of a commit to a second place: made anew or moved forward, never by force. */
export interface RefOrder {
  readonly commit: string;
  /** The whole name, `refs/heads/...` or what the server makes of it, such as `refs/for/main`. */
  readonly ref: string;
  readonly options?: readonly string[];
}

/** `lost-race`: the branch has moved meanwhile. Everything else that went wrong is a failure. */
export type PushOutcome =
  | { readonly state: "pushed" }
  | { readonly state: "lost-race" }
  | { readonly state: "refused"; readonly failure: Failure };

/** Failures carry `git.*` codes with the remote's words, credentials masked. */
export interface Git {
  /** Asks the remote where the branch stands; null asks for the remote's own default branch. Cheap: no objects move. */
  head(branch: string | null): Promise<Result<Head>>;
  /** As `head()`, but a branch that the remote does not have, or an empty remote, is null and no failure. */
  branch(name: string): Promise<Result<Head | null>>;
  /** The remote's branches whose names begin so, sorted by name, at most the first thousand. No objects move. */
  branches(prefix: string): Promise<Result<readonly Head[]>>;
  /** Brings the head's history into the mirror; no request when it is there already. */
  fetch(head: Head): Promise<Result<void>>;
  isAncestor(older: string, newer: string): Promise<Result<boolean>>;
  hasCommit(revision: string): Promise<Result<boolean>>;
  /** Commits reachable from `to` and not from `from`, newest first, at most `limit`. */
  log(from: string | null, to: string, limit: number): Promise<Result<readonly Commit[]>>;
  /**
   * The range's commits with their signatures, newest first. Fails with `git.unverified` when there are more than
   * `limit`, and with `config.unusable_signers` when the host's file cannot be relied on.
   */
  signedCommits(range: SignedRange, limit: number): Promise<Result<readonly SignedCommit[]>>;
  /** The commit at which the two parted; null when they have none in common. Both must have been fetched or made here. */
  mergeBase(one: string, other: string): Promise<Result<string | null>>;
  /** The paths at which two revisions differ, sorted by name, no renames guessed; no file's content is needed for it. */
  changes(older: string, newer: string): Promise<Result<readonly FileChange[]>>;
  /** A file of a revision, byte for byte; null when it is not there. */
  readAt(revision: string, path: string, maxBytes: number): Promise<Result<Uint8Array | null>>;
  /** Whether a merge of two parents holds exactly what git itself makes of them, without a conflict. */
  isCleanMerge(merge: SignedCommit): Promise<Result<boolean>>;
  checkout(head: Head): Promise<Result<Checkout>>;
  /**
   * Makes the folder of a stack, always the same one, hold this revision, and gives its absolute path. What git does not
   * know in it stays; where a new file of git's stands in its way it is kept under another name (contracts.md 4.3).
   */
  stackTree(name: string, head: Head): Promise<Result<string>>;
  /** Takes the files of git out of a stack's folder; false when others are left, and the folder with them. */
  dropStackTree(name: string): Promise<Result<boolean>>;
  /** Makes a commit that no branch points to yet, and gives its id. */
  commit(order: CommitOrder): Promise<Result<string>>;
  push(order: PushOrder): Promise<Result<PushOutcome>>;
  /** Never answers `lost-race`: what does not move forward is refused. */
  pushRef(order: RefOrder): Promise<Result<PushOutcome>>;
}
