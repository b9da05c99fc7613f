// From the git remote to the repository's name and the API that knows it.
import { failure, type Result, success } from "../../core/model/problem.ts";

/** A repository as GitHub's API names it. */
export interface GithubPlace {
  readonly owner: string;
  readonly name: string;
  /** Without a slash at its end. */
  readonly base: string;
}

/**
 * `https://HOST/OWNER/NAME[.git]`. The API is at `forgeUrl` when that is set, at api.github.com for github.com, else at
 * `/api/v3` of the host, as GitHub Enterprise Server has it. Fails with `config.invalid_value` for any other address.
 */
export function githubPlace(url: string, forgeUrl: string | null): Result<GithubPlace> {
  const parsed = /^https?:/.test(url) && URL.canParse(url) ? new URL(url) : null;
  const [, owner, name] =
    /^\/([A-Za-z0-9][A-Za-z0-9_-]*)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(parsed?.pathname ?? "") ??
      [];
  if (parsed === null || owner === undefined || name === undefined || /^\.+$/.test(name)) {
    return failure("config.invalid_value", "repo.auth.githubApp needs a repo.url that names a repository over https", {
      cure: "write repo.url like https://github.com/OWNER/NAME.git",
    });
  }
  return success({ owner, name, base: baseOf(parsed, forgeUrl) });
}

function baseOf({ host, origin }: URL, forgeUrl: string | null): string {
  if (forgeUrl !== null) return forgeUrl.replace(/\/+$/, "");
  return /^(www\.)?github\.com$/.test(host) ? "https://api.github.com" : `${origin}/api/v3`;
}
