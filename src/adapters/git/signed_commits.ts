// Commits with what git says of their signatures: one call for the whole range.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Signature, SignedCommit, SignedRange } from "../../core/ports/git.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { isRevision, requireRevisions } from "./names.ts";
import { namesOf, openTrust, type Trust } from "./trust.ts";

/** Milliseconds; each signature costs two short programs, and a small machine is slow at starting them. */
const verifyTimeout = 900_000;

// Nothing of a commit's own text is among them: signer and keys come from the host's files and from the signature.
const fields = ["%H", "%P", "%G?", "%GS", "%GF", "%GP"];

/** Newest first. Fails with `git.unverified` when there are more than `limit`. */
export async function readSignedCommits(
  context: GitContext,
  { from, to, firstParent }: SignedRange,
  limit: number,
): Promise<Result<readonly SignedCommit[]>> {
  const valid = requireRevisions(to, ...(from === null ? [] : [from]));
  if (!valid.ok) return valid;
  if (context.trust === null) {
    return failure("config.missing", "repo.verifyCommits is not set", { cure: "set it on this host" });
  }
  const trust = await openTrust(context, context.trust);
  if (!trust.ok) return trust;
  const most = from === null ? 1 : limit + 1;
  const ran = await runGit(context, {
    args: [
      "log",
      "-z",
      "--topo-order",
      "--no-color",
      ...(firstParent ? ["--first-parent"] : []),
      `--max-count=${most}`,
      `--format=tformat:${fields.join("%x00")}`,
      to,
      ...(from === null ? [] : [`^${from}`]),
      "--",
    ],
    cwd: context.mirror,
    config: trust.value.config,
    env: trust.value.env,
    timeout: verifyTimeout,
  });
  if (!ran.ok) return ran;
  const missing = /^error: cannot run (ssh-keygen|gpg)\b/m.exec(ran.value.stderr)?.[1];
  if (missing !== undefined) return missingProgram(missing);
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    return { ok: false, failure: classifyFailure(ran.value, "local", `cannot read the signatures up to ${to}`) };
  }
  const commits = parseCommits(new TextDecoder().decode(ran.value.stdout), trust.value);
  if (!commits.ok || from === null || commits.value.length <= limit) return commits;
  return failure("git.unverified", `more than ${limit} commits lie between ${from} and ${to}; they are not verified`, {
    cure: `accept one of the last ${limit} that you know, with \`magos update --accept REVISION\``,
  });
}

function parseCommits(text: string, trust: Trust): Result<readonly SignedCommit[]> {
  const parts = text.split("\0");
  const commits: SignedCommit[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [revision = "", parents = "", letter = "", signer = "", key = "", primary = ""] = parts.slice(
      at,
      at + fields.length,
    );
    const all = parents.split(" ").filter((parent) => parent !== "");
    if (![revision, ...all].every(isRevision)) return unreadable();
    commits.push({ revision, parents: all, signature: signatureOf(letter, signer, [key, primary], trust) });
  }
  return parts.length === commits.length * fields.length + 1 ? success(commits) : unreadable();
}

/** By the letters of git's `%G?` (git-log, "PRETTY FORMATS"), and only for a key that is in the host's files. */
function signatureOf(letter: string, signer: string, keys: readonly string[], trust: Trust): Signature {
  const prints = keys.filter((key) => key !== "");
  // A key may stand there more than once, under several names; all of them are its own.
  const known = trust.keys.filter((key) => key.fingerprints.some((print) => prints.includes(print)));
  const key = prints[0] ?? null;
  const states: Readonly<Record<string, Signature["state"]>> = { G: "good", N: "none", B: "bad", X: "expired" };
  const late: Readonly<Record<string, Signature["state"]>> = { Y: "expired", R: "expired" };
  const said = states[letter] ?? late[letter] ?? "unknown-key";
  // ssh-keygen finds no signer for a key whose time is over, though the file has it.
  const isLate = said === "unknown-key" && known.length > 0;
  const state = said === "good" && known.length === 0 ? "unknown-key" : isLate ? "expired" : said;
  const names = [...new Set([...known.flatMap(namesOf), ...prints])];
  return { state, key, signer: state === "good" ? signer : null, names: state === "good" ? names : [] };
}

function missingProgram(program: string): Result<never> {
  return failure("process.missing", `repo.verifyCommits is set, and ${program} is not installed`, {
    cure: `install ${program === "gpg" ? "gnupg" : "openssh-client"}`,
  });
}

function unreadable(): Result<never> {
  return failure("git.failed", "git's words on the signatures cannot be understood", { cure: "run it again" });
}
