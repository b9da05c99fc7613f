// From git's own words to the closed list of codes: what failed, whether to try again, and what to do about it.
import { type Failure, failure } from "../../core/model/problem.ts";
import type { ProblemCode } from "../../core/model/problem_codes.ts";
import type { Output } from "../../core/ports/process.ts";

/** What was being done when it failed; a 403 means something else for a push than for a read. */
export type Doing = "local" | "read" | "push";

interface Rule {
  readonly when: RegExp;
  readonly doing?: Doing;
  readonly code: ProblemCode;
  readonly cure: string;
  readonly retry?: Failure["retry"];
}

const laterCure = "check the address, the network and the server; the next pass tries again";

/** Characters looked at from either end: a hook may print a book. */
const wordsRead = 4096;

// What git says after a 401, for it would ask for another login then. Nobody is there to be asked.
const wantsLogin = /^fatal: could not read (Username|Password) for .*$/m;

// The first rule that fits wins, so the more telling texts stand above the general ones.
const rules: readonly Rule[] = [
  {
    // Said first, since git then blames the remote for what it cannot read here.
    when:
      /^(?!remote:).*(packfile .+ (does not match index|cannot be|is truncated)|object file .+ is empty|is corrupt)/m,
    code: "git.failed",
    cure: "run it again: a damaged mirror is cloned anew",
  },
  {
    // A checkout says only which files it could not write.
    when:
      /^(?!remote:).*(No space left on device|Disk quota exceeded|Read-only file system|Out of diskspace|unable to write (new index )?file)/m,
    code: "state.write_failed",
    cure: "make room in the state folder, or set state.dir to another disk",
    retry: "later",
  },
  {
    when:
      /GH006|GH013|repository rule violations|protected branch|branch \S+ is protected|Permission denied to update branch|TF402455/i,
    doing: "push",
    code: "git.protected",
    cure: "set update.delivery to branch, or allow this account to push to the protected branch",
  },
  {
    when: /repo(sitory)? (is|was|has been) archived|archived so it is read-only|push code to an archived project/i,
    doing: "push",
    code: "git.denied",
    cure: "the repository is archived: unarchive it at the forge, or point repo.url to where it lives now",
  },
  {
    when:
      /Write access to repository not granted|Permission to \S+ denied to|marked as read only|permission denied for writing|not allowed to push code to this project|receive-pack.{0,20}not enabled|returned error: 403|insufficient permission for adding an object/i,
    doing: "push",
    code: "git.denied",
    cure: "give the token (or deploy key) write access to the contents of this repository",
  },
  {
    when: /hook declined|push declined/i,
    doing: "push",
    code: "git.rejected",
    cure: "see what the remote's hook asks for, or set update.delivery to branch",
  },
  {
    when: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed/,
    code: "git.host_changed",
    cure: "find out why: it was set up anew, or somebody stands in between; then mend repo.auth.knownHostsFile",
  },
  {
    when: /Host key verification failed|No \S+ host key is known/,
    code: "git.host_unknown",
    cure: "compare what `ssh-keyscan HOST` prints with what the server's owner publishes, and add it to the file of " +
      "repo.auth.knownHostsFile",
  },
  {
    when: /cannot run ssh|ssh: (command )?not found/,
    code: "process.missing",
    cure: "install the OpenSSH client and see that it is on the PATH",
  },
  {
    when: /Permission denied \(publickey|Too many authentication failures|Load key ".*": /,
    code: "git.unauthorized",
    cure: "give the public half of repo.auth.sshKeyFile to the server: as a deploy key of the repository, or in " +
      "authorized_keys; check the user in repo.url, most forges want git@",
  },
  {
    when:
      /Authentication failed|could not read (Username|Password)|returned error: 40[13]|Access denied|Invalid username/i,
    code: "git.unauthorized",
    cure: "check the token (repo.auth.tokenFile): it is wrong, expired, or was made for another repository",
  },
  {
    when: /returned error: 30\d/,
    code: "git.redirected",
    cure: "put the address that the server redirects to into repo.url if you trust it; credentials never follow",
  },
  {
    when: /dubious ownership|unsafe repository/i,
    code: "git.foreign_owner",
    cure: "run magos as the user who owns the folder, or give the folder to the user who runs magos",
  },
  {
    // Fetched is only what the remote named a moment before.
    when: /couldn't find remote ref/i,
    code: "git.no_branch",
    cure: "check repo.branch; leave it out to follow the remote's default branch",
    retry: "later",
  },
  {
    when: /upload-pack: not our ref|Server does not allow request for unadvertised object/i,
    code: "git.rewritten",
    cure: "the next pass reads the branch anew",
    retry: "later",
  },
  {
    when: /certificate/i,
    code: "git.unreachable",
    cure: "name the authority that signed the server's certificate in repo.caFile, or mend the certificate",
  },
  {
    when:
      /Could not resolve|Failed to connect|Couldn't connect|Connection (refused|timed out|reset|closed)|No route to host|kex_exchange|banner exchange|timed out|returned error: (429|5\d\d)|Empty reply|early EOF|hung up|RPC failed|disconnect|Operation too slow|Network is unreachable|transfer closed|gnutls|SSL|TLS/i,
    code: "git.unreachable",
    cure: laterCure,
    retry: "later",
  },
  {
    when: /repository .*not found|not appear to be a git repository|not a git repository|returned error: 404/i,
    doing: "local",
    code: "git.not_a_repository",
    cure: "look at the folder that is named above",
  },
  {
    when: /repository .*not found|not appear to be a git repository|not a git repository|returned error: 404/i,
    code: "git.not_found",
    cure: "check repo.url: was the repository deleted, renamed or moved? A private one looks missing to a token that " +
      "may not read it",
  },
];

/** The failure of a git call that ended badly. `what` says what was tried, like `cannot read "https://..."`. */
export function classifyFailure(output: Output, doing: Doing, what: string): Failure {
  if (output.ended === "timeout") {
    return failure("git.unreachable", `${what}: git did not end in time`, { retry: "later", cure: laterCure }).failure;
  }
  if (output.ended === "aborted") {
    return failure("git.failed", `${what}: it was ended early`, { retry: "later", cure: "run it again" }).failure;
  }
  if (output.ended === "too-much-output") {
    return failure("git.failed", `${what}: git printed more than magos reads`, {
      cure: "look at the repository with git itself",
    }).failure;
  }
  const failed = classifyWords(output.stderr, doing, what);
  // Ended by a signal, such as the one that stops magos: nothing is known, and nothing is broken.
  return output.code > 129 && failed.code === "git.failed" ? { ...failed, retry: "later" } : failed;
}

/** The same from the words alone; a rule of another kind of call is passed over. */
export function classifyWords(words: string, doing: Doing, what: string): Failure {
  const some = words.length > 2 * wordsRead ? `${words.slice(0, wordsRead)}\n${words.slice(-wordsRead)}` : words;
  // Git quotes addresses and paths, and a repository may be called "ssl-certificate-403".
  const plain = some.replace(/(?<=^|\s)'[^'\n]*'/gm, "'...'");
  const rule = rules.find((each) => (each.doing === undefined || each.doing === doing) && each.when.test(plain));
  const said = cleanWords(some.replace(wantsLogin, "the remote refused the login, or wants one"));
  const message = said === "" ? what : `${what}: ${said}`;
  if (rule === undefined) {
    return failure("git.failed", message, { cure: "read git's words above; `magos doctor` checks the whole chain" })
      .failure;
  }
  return failure(rule.code, message, { cure: rule.cure, retry: rule.retry ?? "never" }).failure;
}

/**
 * Words of a remote as one short line: untrusted, so no control characters and at most 300 characters (contracts 5.2).
 * Hints, progress and warnings are left out when there is something better to show.
 */
export function cleanWords(words: string): string {
  const lines = words
    // deno-lint-ignore no-control-regex -- exactly these are to go
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "")
    .split(/[\r\n]+/)
    // deno-lint-ignore no-control-regex -- as above; the bidirectional marks could reorder what is shown
    .map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ").trim())
    .filter((line) => line !== "" && line !== "remote:");
  const telling = lines.filter((line) => !/^(hint|warning|To |Done|Everything up-to-date)/.test(line));
  const text = (telling.length > 0 ? telling : lines).join("; ").replace(/\s+/g, " ");
  return text.length > 300 ? `${text.slice(0, 297)}...` : text;
}
