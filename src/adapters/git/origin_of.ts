// A local path given as the repository: is it the remote itself, or does it stand for its origin?
import { failure, type Result, success } from "../../core/model/problem.ts";
import { type LocalParts, readLine, requireFolder } from "./local_read.ts";
import { holdsInlineSecret, refuseInlineSecret } from "./remote.ts";

/** The remote that a path leads to. */
export interface Origin {
  /** For `createGit`. */
  readonly url: string;
  /** The user's work tree, which stays untouched; null when the path is a bare repository. */
  readonly workTree: string | null;
}

/**
 * A bare repository is the remote; a work tree stands for its `origin`. Fails with `git.no_origin`,
 * `git.not_a_repository`, `git.foreign_owner`, or `config.secret_inline` when the origin's URL holds a password.
 */
export async function originOf(parts: LocalParts & { readonly path: string }): Promise<Result<Origin>> {
  const folder = await requireFolder(parts.files, parts.path);
  if (!folder.ok) return folder;
  const bare = await readLine(parts, folder.value, ["rev-parse", "--is-bare-repository"]);
  if (!bare.ok) return bare;
  if (bare.value === null) {
    return failure("git.not_a_repository", `${parts.path} is no git repository`, {
      cure: "name a bare repository or a clone, or write the remote's URL",
    });
  }
  const where = bare.value === "true" ? "--absolute-git-dir" : "--show-toplevel";
  const top = await readLine(parts, folder.value, ["rev-parse", where]);
  if (!top.ok) return top;
  const root = top.value ?? folder.value;
  if (bare.value === "true") return success({ url: root, workTree: null });
  const url = await readLine(parts, root, ["config", "--get", "remote.origin.url"]);
  if (!url.ok) return url;
  if (url.value === null || url.value === "") return noOrigin(root);
  if (holdsInlineSecret(url.value)) return refuseInlineSecret();
  return success({ url: resolveLocal(root, url.value), workTree: root });
}

function noOrigin(root: string): Result<never> {
  return failure("git.no_origin", `${root} has no remote named origin, so there is nowhere to push to`, {
    cure: "run `git remote add origin URL` in it, or set repo.url to the remote itself",
  });
}

/** Git reads a relative path from the top of the work tree. */
function resolveLocal(root: string, url: string): string {
  // With a scheme, or a host before the first slash, it is no path.
  if (url.startsWith("/") || /^[^/]+:/.test(url)) return url;
  const parts = root.split("/");
  for (const part of url.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
