// The Git port over the git program: one remote, one mirror, work trees in the state folder.
import type { Result } from "../../core/model/problem.ts";
import type { SigningKey, VerifyCommits } from "../../core/documents/config.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Files } from "../../core/ports/files.ts";
import type {
  Checkout,
  Commit,
  CommitOrder,
  FileChange,
  Git,
  Head,
  PushOrder,
  PushOutcome,
  RefOrder,
  SignedCommit,
  SignedRange,
} from "../../core/ports/git.ts";
import type { Log } from "../../core/ports/log.ts";
import type { Process } from "../../core/ports/process.ts";
import type { Random } from "../../core/ports/random.ts";
import type { GitAuthSource } from "./auth.ts";
import { readChanges } from "./changes.ts";
import { isCleanMerge } from "./clean_merge.ts";
import { makeCommit } from "./commit.ts";
import type { GitContext } from "./context.ts";
import { fetchHead } from "./fetch.ts";
import { askBranch, askBranches, askHead } from "./head.ts";
import { findMergeBase, hasCommit, isAncestor, readLog } from "./history.ts";
import { mirrorFolder } from "./mirror.ts";
import { withMirrorLock } from "./mirror_lock.ts";
import { pushCommit, pushRef } from "./push.ts";
import { readAt } from "./read_at.ts";
import { parseRemote } from "./remote.ts";
import { readSignedCommits } from "./signed_commits.ts";
import { dropStackTree, openStackTree } from "./stack_tree.ts";
import { openWorkTree } from "./work_tree.ts";

/** What the adapter is built from. */
export interface GitOptions {
  readonly process: Process;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly env: Readonly<Record<string, string>>;
  readonly remote: { readonly url: string };
  /** Asked before each call that speaks to the remote; null sends no credential. */
  readonly auth: GitAuthSource | null;
  /** Absolute path of a file of roots for https; null leaves it to git. */
  readonly caFile?: string | null;
  /** The state folder, absolute: the mirror, the work trees and their locks are made in it. */
  readonly folder: string;
  /** The key that signs each commit; none by default. */
  readonly sign?: SigningKey | null;
  /** Whose signatures count; nobody's by default. */
  readonly trust?: VerifyCommits | null;
  readonly uid?: number | null;
}

/** Builds the port. A remote that `parseRemote` refuses makes each call fail in the same words. */
export function createGit(options: GitOptions): Git {
  const context = createContext(options);
  return {
    head: (branch: string | null): Promise<Result<Head>> => use(context, (git) => askHead(git, branch)),
    branch: (name: string): Promise<Result<Head | null>> => use(context, (git) => askBranch(git, name)),
    branches: (prefix: string): Promise<Result<readonly Head[]>> => use(context, (git) => askBranches(git, prefix)),
    fetch: (head: Head): Promise<Result<void>> => locked(context, (git) => fetchHead(git, head)),
    isAncestor: (older: string, newer: string): Promise<Result<boolean>> =>
      use(context, (git) => isAncestor(git, older, newer)),
    hasCommit: (revision: string): Promise<Result<boolean>> => use(context, (git) => hasCommit(git, revision)),
    log: (from: string | null, to: string, limit: number): Promise<Result<readonly Commit[]>> =>
      use(context, (git) => readLog(git, from, to, limit)),
    signedCommits: (range: SignedRange, limit: number): Promise<Result<readonly SignedCommit[]>> =>
      use(context, (git) => readSignedCommits(git, range, limit)),
    mergeBase: (one: string, other: string): Promise<Result<string | null>> =>
      use(context, (git) => findMergeBase(git, one, other)),
    changes: (older: string, newer: string): Promise<Result<readonly FileChange[]>> =>
      use(context, (git) => readChanges(git, older, newer)),
    readAt: (revision: string, path: string, maxBytes: number): Promise<Result<Uint8Array | null>> =>
      locked(context, (git) => readAt(git, revision, path, maxBytes)),
    isCleanMerge: (merge: SignedCommit): Promise<Result<boolean>> => locked(context, (git) => isCleanMerge(git, merge)),
    checkout: (head: Head): Promise<Result<Checkout>> => locked(context, (git) => openWorkTree(git, head)),
    stackTree: (name: string, head: Head): Promise<Result<string>> =>
      locked(context, (git) => openStackTree(git, name, head)),
    dropStackTree: (name: string): Promise<Result<boolean>> => locked(context, (git) => dropStackTree(git, name)),
    commit: (order: CommitOrder): Promise<Result<string>> => use(context, (git) => makeCommit(git, order)),
    push: (order: PushOrder): Promise<Result<PushOutcome>> => locked(context, (git) => pushCommit(git, order)),
    pushRef: (order: RefOrder): Promise<Result<PushOutcome>> => locked(context, (git) => pushRef(git, order)),
  };
}

function createContext(options: GitOptions): Result<GitContext> {
  const remote = parseRemote(options.remote.url);
  if (!remote.ok) return remote;
  const { folder } = options;
  return {
    ok: true,
    value: {
      ...options,
      remote: remote.value,
      home: `${folder}/home`,
      ceiling: folder,
      mirror: mirrorFolder(folder),
      mirrorLock: `${folder}/mirror.lock`,
      workTrees: `${folder}/worktrees`,
      whole: new Set(),
      sign: options.sign ?? null,
      trust: options.trust ?? null,
      uid: options.uid ?? null,
    },
  };
}

function use<T>(context: Result<GitContext>, ask: (git: GitContext) => Promise<Result<T>>): Promise<Result<T>> {
  return context.ok ? ask(context.value) : Promise.resolve(context);
}

function locked<T>(context: Result<GitContext>, work: (git: GitContext) => Promise<Result<T>>): Promise<Result<T>> {
  return use(context, (git) => withMirrorLock(git, () => work(git)));
}
