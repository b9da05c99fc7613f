// Asks the remote where a branch stands: one exchange, no objects.
import { nearestOf } from "../../core/model/nearest.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Head } from "../../core/ports/git.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { isRevision, requireBranch } from "./names.ts";

/** What the remote told about its branches. */
interface Heads {
  readonly defaultBranch: string | null;
  readonly branches: ReadonlyMap<string, string>;
}

/** The branch, or with null the remote's default branch. Fails with `git.no_branch` and the names that come near. */
export async function askHead(context: GitContext, branch: string | null): Promise<Result<Head>> {
  if (branch !== null) {
    const valid = requireBranch(branch);
    if (!valid.ok) return valid;
  }
  const { url } = context.remote;
  // With `--heads` the server leaves out tags and pull requests, but also HEAD.
  const heads = await listHeads(
    context,
    branch === null ? ["--", url, "HEAD", "refs/heads/*"] : ["--heads", "--", url],
  );
  return heads.ok ? selectHead(heads.value, branch, url) : heads;
}

/** The branch as the remote has it now, or null when it has none of this name. */
export async function askBranch(context: GitContext, name: string): Promise<Result<Head | null>> {
  const valid = requireBranch(name);
  if (!valid.ok) return valid;
  const heads = await listHeads(context, ["--heads", "--", context.remote.url, `refs/heads/${name}`]);
  if (!heads.ok) return heads;
  // The pattern also fits branches whose names end so.
  const revision = heads.value.branches.get(name);
  return success(revision === undefined ? null : { branch: name, revision });
}

/** More of them are none of a person's doing. */
const mostBranches = 1000;

/** The branches whose names begin with `prefix`, which must be the beginning of a name that a branch may have. */
export async function askBranches(context: GitContext, prefix: string): Promise<Result<readonly Head[]>> {
  const valid = requireBranch(`${prefix}x`);
  if (!valid.ok) return valid;
  const heads = await listHeads(context, ["--heads", "--", context.remote.url, `refs/heads/${prefix}*`]);
  if (!heads.ok) return heads;
  const named = [...heads.value.branches].filter(([branch]) => branch.startsWith(prefix)).sort();
  return success(named.slice(0, mostBranches).map(([branch, revision]) => ({ branch, revision })));
}

async function listHeads(context: GitContext, which: readonly string[]): Promise<Result<Heads>> {
  const home = await context.files.makeFolder(context.home, 0o700);
  if (!home.ok) return home;
  const ran = await runGit(context, {
    args: ["ls-remote", "--symref", ...which],
    cwd: context.home,
    speaks: true,
    timeout: 60_000,
  });
  if (!ran.ok) return ran;
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    return { ok: false, failure: classifyFailure(ran.value, "read", `cannot read ${context.remote.url}`) };
  }
  return success(readHeads(new TextDecoder().decode(ran.value.stdout)));
}

function readHeads(text: string): Heads {
  const branches = new Map<string, string>();
  let defaultBranch: string | null = null;
  for (const line of text.split("\n")) {
    const [left = "", name = ""] = line.split("\t");
    if (name === "HEAD" && left.startsWith("ref: refs/heads/")) defaultBranch = left.slice("ref: refs/heads/".length);
    if (name.startsWith("refs/heads/") && isRevision(left)) branches.set(name.slice("refs/heads/".length), left);
  }
  return { defaultBranch, branches };
}

function selectHead({ defaultBranch, branches }: Heads, branch: string | null, url: string): Result<Head> {
  const names = [...branches.keys()].sort();
  if (names.length === 0) {
    return failure("git.no_branch", `${url} is empty: it has no branch yet`, { cure: "push a first commit to it" });
  }
  const wanted = branch ?? defaultBranch;
  if (wanted === null) {
    return failure("git.no_branch", `the default branch of ${url} does not exist`, {
      cure: `set repo.branch, for instance to ${someNames("main", names)}`,
    });
  }
  const revision = branches.get(wanted);
  if (revision !== undefined) return success({ branch: wanted, revision });
  return failure("git.no_branch", `${url} has no branch "${wanted}"`, {
    cure: `set repo.branch to a branch that exists: ${someNames(wanted, names)}`,
  });
}

/** The name that was probably meant, else the first few there are. */
function someNames(wanted: string, names: readonly string[]): string {
  const nearest = nearestOf(wanted, names.slice(0, 500));
  const shown = nearest === null ? names.slice(0, 3) : [nearest];
  return shown.map((name) => `"${name.slice(0, 60)}"`).join(" or ");
}
