// First step of every word with git: the address from the configuration, read once, and refused when it holds a secret.
import { failure, type Result, success } from "../../core/model/problem.ts";
import { isSshAddress, readSshAddress } from "./ssh_address.ts";

/** Where the repository lives, in the form that git is given. */
export interface Remote {
  /** Without user or password, so it may be shown, logged and passed as an argument. */
  readonly url: string;
  /** The only protocol that git may speak in the calls for this remote. */
  readonly protocol: "file" | "http" | "https" | "ssh";
  /** Scheme, host and port that a token is bound to; null for `file` and `ssh`. */
  readonly origin: string | null;
}

const urlCure =
  "write repo.url like https://github.com/you/homelab.git or ssh://git@host/you/homelab.git, or give an absolute path";

/**
 * Reads `repo.url`: http, https, ssh or file URL, `user@host:path`, or an absolute path. Fails with
 * `config.secret_inline` when a password stands in it, or a user in an http one (contracts 2.2), with
 * `config.invalid_value` for any other form.
 */
export function parseRemote(text: string): Result<Remote> {
  // deno-lint-ignore no-control-regex -- a control character could start a new line in the mirror's configuration
  if (text === "" || /[\u0000-\u001f\u007f]/.test(text)) {
    return failure("config.invalid_value", "repo.url is empty or holds control characters", { cure: urlCure });
  }
  if (text.startsWith("/")) return success({ url: text, protocol: "file", origin: null });
  if (isSshAddress(text)) {
    const address = readSshAddress(text);
    if (address === "secret") return refuseInlineSecret();
    return address === null ? refuseForm() : success({ url: address, protocol: "ssh", origin: null });
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return refuseForm();
  if (holdsInlineSecret(text)) return refuseInlineSecret();
  if (url.search !== "" || url.hash !== "") {
    return failure("config.invalid_value", `repo.url has a part after "?" or "#" (host ${url.host})`, {
      cure: urlCure,
    });
  }
  if (url.protocol === "file:") {
    return url.host === "" ? success({ url: url.href, protocol: "file", origin: null }) : refuseForm();
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return refuseForm();
  // The parsed form goes to git: what is read leniently here and differently there could send a token elsewhere.
  return success({ url: url.href, protocol: url.protocol === "http:" ? "http" : "https", origin: url.origin });
}

/** Whether an address carries a password, or an http one a user: the user of an SSH address is no secret. */
export function holdsInlineSecret(text: string): boolean {
  if (isSshAddress(text)) return readSshAddress(text) === "secret";
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.username !== "" || url.password !== "";
}

/** The failure for such an address; it never repeats the address. */
export function refuseInlineSecret(): Result<never> {
  return failure("config.secret_inline", "the repository's URL holds a user or a password", {
    cure: "take it out of the URL and put the token into a file named by repo.auth.tokenFile",
  });
}

function refuseForm(): Result<never> {
  return failure("config.invalid_value", "repo.url is no http, https, ssh or file URL and no absolute path", {
    cure: urlCure,
  });
}
