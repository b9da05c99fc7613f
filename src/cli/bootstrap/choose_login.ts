// How a new host logs in (rulings 23): by a deploy key that the token made, else with the token itself.
import { failure, type Problem, type Result, success } from "../../core/model/problem.ts";
import type { ForgeSetup, TokenStanding } from "../../core/ports/forge_setup.ts";
import type { Session } from "../session.ts";
import { openForgeSetup, sshPlace } from "../wire.ts";
import { type KeyLogin, makeKeyLogin } from "./deploy_key.ts";
import type { BootstrapOrder } from "./read_order.ts";

/** What comes out. `none`: a path, or a repository that everybody may read; `would-be-key`: of a dry run. */
export type ChosenLogin =
  | { readonly kind: "key"; readonly key: KeyLogin; readonly said: readonly string[] }
  | { readonly kind: "token"; readonly said: readonly string[]; readonly problems: readonly Problem[] }
  | { readonly kind: "would-be-key"; readonly said: readonly string[] }
  | { readonly kind: "none"; readonly said: readonly string[] };

/** What is asked for. */
export interface LoginOrder {
  readonly order: BootstrapOrder;
  /** Folder of the host's configuration. */
  readonly folder: string;
  readonly readOnly: boolean;
  /** Asks and makes nothing. */
  readonly dryRun: boolean;
}

/** Asks the forge. Fails when neither a key nor the token would do. */
export async function chooseLogin(session: Session, wanted: LoginOrder): Promise<Result<ChosenLogin>> {
  const { order, readOnly, folder, dryRun } = wanted;
  if (order.repo.startsWith("/") || order.repo.startsWith("file:")) {
    return success({ kind: "none", said: ["a path of this machine needs no login"] });
  }
  if (order.token === null) {
    if (readOnly) return success({ kind: "none", said: ["no token: the repository is read as by anybody"] });
    return failure("bootstrap.incomplete", `there is no ${order.tokenFile}, so magos could not push`, {
      cure:
        "write `token: ...` into it, mode 0600; or add --read-only for a public repository on a host that only applies",
    });
  }
  const opened = await openForgeSetup(session.system, session.config, order.repo, order.token);
  if (!opened.ok) return opened;
  const setup = opened.value;
  if (setup === null) {
    const said = ["no forge that magos knows answers there: what the token may do shows when git uses it"];
    return withToken(order, said, null);
  }
  const standing = await setup.standing();
  if (!standing.ok) return standing;
  const said = [describe(setup, standing.value), ...standing.value.open];
  const { sshUrl, mayKeepKeys, mayPush } = standing.value;
  const triesKey = sshUrl !== null && mayKeepKeys !== false;
  if (dryRun && triesKey) return success({ kind: "would-be-key", said });
  const key = triesKey ? await makeKeyLogin(session.system, { setup, sshUrl, folder, readOnly }) : null;
  if (key?.ok === false) return key;
  if (key !== null && key.value.login !== null) {
    return success({ kind: "key", key: key.value.login, said: [...said, ...key.value.login.said] });
  }
  const why = key !== null && key.value.login === null ? key.value.why : null;
  if (mayPush === false && !readOnly) return notEnough(setup, why);
  return withToken(order, said, why);
}

/** An SSH address takes no token: a host that was set up so would never get further. */
function withToken({ repo }: BootstrapOrder, said: readonly string[], why: Problem | null): Result<ChosenLogin> {
  if (sshPlace(repo) === null) return success({ kind: "token", said, problems: why === null ? [] : [why] });
  const reason = why === null ? "" : `: ${why.message}`;
  return failure("bootstrap.incomplete", `${repo} is an SSH address, and no deploy key could be made for it${reason}`, {
    cure: why?.cure ??
      "write repo with https, for the token to open it; or give the token the right to make deploy keys",
  });
}

function notEnough(setup: ForgeSetup, why: Problem | null): Result<never> {
  const message = `the token may neither make a deploy key nor push (${setup.kind} at ${setup.api})`;
  const reason = why === null ? "" : `: ${why.message}`;
  return failure("bootstrap.incomplete", `${message}${reason}`, {
    cure: why?.cure ?? "give it Administration (read and write) to make a key, or Contents (read and write) to push",
  });
}

function describe({ kind, api }: ForgeSetup, { mayPush, mayKeepKeys }: TokenStanding): string {
  const word = (may: boolean | null): string => may === null ? "unknown" : may ? "yes" : "no";
  return `${kind} at ${api} takes the token; push: ${word(mayPush)}, deploy keys: ${word(mayKeepKeys)}`;
}
