// A branch that is followed with repo.verifyCommits, over real keys and a real repository.
import assert from "node:assert/strict";
import type { VerifyCommits } from "../../src/core/documents/config.ts";
import type { Result } from "../../src/core/model/problem.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { followBranch, type FollowedHead } from "../../src/reconcile/follow_branch.ts";
import type { VerifyRules } from "../../src/reconcile/verify_rules.ts";
import { marker, plainContext } from "../unit/core/patch/cases.ts";
import { must, mustFail, setUpGit } from "./git_setup.ts";
import { withGitWorld } from "./git_world.ts";
import { commitTo, type GpgKey, makeSshKey, type SshKey } from "./signing_keys.ts";

/** A marked file: its tag, and what no bot may touch. */
export const compose = (tag: string, command = "sleep 1"): string =>
  `a:\n  image: ghcr.io/you/app:${tag} ${marker()}\n  x: 1\n  y: 2\n  z: 3\n  command: ${command}\n`;
/** An entry of the holds file. */
export const hold = (image: string): string => `  - image: ${image}\n    since: 2026-01-01T00:00:00Z\n`;

/** Whoever signs. */
export type Key = SshKey | GpgKey;
/** What a commit does. */
export type Change = Parameters<typeof commitTo>[2];

/** A remote with its people, and a host that follows it. */
export interface Stage {
  /** A person whom the host trusts. */
  readonly ada: SshKey;
  /** Trusted as a bot. */
  readonly bot: SshKey;
  /** Trusted by nobody. */
  readonly eve: SshKey;
  readonly folder: string;
  /** A commit on the remote's branch. */
  commit(key: Key | null, change: Change): Promise<string>;
  revision(): Promise<string>;
  follow(
    options?: { readonly accept?: string; readonly trust?: Partial<VerifyCommits> },
  ): Promise<Result<FollowedHead>>;
  /** `head.verified`. */
  mark(): string | null;
  /** Runs git in the remote. */
  git(...args: readonly string[]): Promise<string>;
}

/** A remote whose first commit is Ada's, followed once. */
export async function withStage(test: (stage: Stage) => Promise<void>): Promise<void> {
  await withGitWorld("file URL", { "c.yaml": compose("1.0"), "run.sh": "#!/bin/sh\n" }, async (world) => {
    const { folder, remote, url } = world;
    const [ada, bot, eve] = [
      await makeSshKey(folder, "ada"),
      await makeSshKey(folder, "bot"),
      await makeSshKey(folder, "eve"),
    ];
    const allowedSigners = `${folder}/signers`;
    await Deno.writeTextFile(allowedSigners, `ada@example.org ${ada.publicKey}\nbot ${bot.publicKey}\n`, {
      mode: 0o600,
    });
    const meta = new Map<string, string>();
    const store = {
      meta: (name: string): string | null => meta.get(name) ?? null,
      setMeta: (name: string, value: string): void => void meta.set(name, value),
    };
    const stage: Stage = {
      ada,
      bot,
      eve,
      folder,
      commit: (key, change) => commitTo(remote.path, key, change),
      revision: () => remote.revision(),
      async follow({ accept = null, trust } = {}) {
        const verify = { allowedSigners, gpgKeys: null, bots: ["bot"], ...trust };
        const { git } = setUpGit(`${folder}/state`, url, { trust: verify, uid: Deno.uid() });
        return await followBranch({ git, store }, "main", () => Promise.resolve({ ok: true, value: false }), {
          verify: rules(verify.bots),
          accept: accept ?? null,
        });
      },
      mark: () => store.meta("head.verified"),
      git: (...args) => remote.git(...args),
    };
    await stage.commit(ada, { message: "the first good one" });
    must(await stage.follow());
    await test(stage);
  });
}

function rules(bots: readonly string[]): VerifyRules {
  return {
    bots: new Set(bots),
    async survey(checkout) {
      const texts = checkout.files.map(async (file) =>
        findTargets(file, await Deno.readTextFile(`${checkout.root}/${file}`), plainContext)
      );
      return { ok: true, value: (await Promise.all(texts)).flatMap((marked) => marked.found) };
    },
  };
}

/** The host refuses to build on the branch because of this commit, and its mark stays. */
export async function refused(stage: Stage, commit: string, why: RegExp): Promise<void> {
  const before = stage.mark();
  const failed = mustFail(await stage.follow());
  assert.equal(failed.code, "git.unverified");
  assert.match(failed.message, why);
  assert.ok(failed.message.includes(commit.slice(0, 12)), failed.message);
  assert.match(failed.cure ?? "", new RegExp(`magos update --accept ${commit}`));
  assert.equal(stage.mark(), before, "the mark stays at the last good head");
}
