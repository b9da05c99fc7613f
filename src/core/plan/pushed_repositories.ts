// Which of the followed repositories an event means. What is not followed is nobody's business.
import type { PushedBranch, PushedName } from "../documents/webhook_payload.ts";

/**
 * The followed repositories, `host/path`, that one of the names fits. Where a sender does not say its host, the path
 * decides: asking one repository too many is cheap, and what a sender calls itself may be an inner name.
 */
export function pushedRepositories(names: readonly PushedName[], followed: Iterable<string>): readonly string[] {
  const repositories = new Set([...followed].filter((repository) => names.some((name) => fits(name, repository))));
  return [...repositories].sort();
}

function fits({ host, path, withBelow }: PushedName, repository: string): boolean {
  const slash = repository.indexOf("/");
  if (host !== null && repository.slice(0, slash) !== host) return false;
  const own = repository.slice(slash + 1);
  return own === path || (withBelow === true && own.startsWith(`${path}/`));
}

/**
 * Whether an event's `owner/name` is the repository that this URL or path leads to, and its branch the followed one. A
 * branch that is not known, on either side, may be it.
 */
export function isPushedTo(url: string, followed: string | null, pushed: readonly PushedBranch[]): boolean {
  const plain = url.toLowerCase().replace(/\/+$/, "").replace(/\.git$/, "");
  return pushed.some(({ name, branch }) =>
    (plain === name || plain.endsWith(`/${name}`) || plain.endsWith(`:${name}`)) &&
    (branch === null || followed === null || branch === followed)
  );
}
