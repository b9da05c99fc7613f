// The next page of a list: RFC 8288, read with the tolerance that real registries need (registries 2.2).

/** Characters of a Link header that are read. A list whose next page stands in a longer one cannot be read to its end. */
export const longestLink = 8192;

/**
 * Where the next page is, or null. A target on another origin, or off the list's path, only lends its query to the
 * page just read: Nexus loses the port, Artifactory the repository's prefix, and nobody else may be asked.
 */
export function nextPage(header: string | null, current: URL): URL | null {
  const target = header === null || header.length > longestLink ? null : findNext(header);
  if (target === null) return null;
  let next: URL;
  try {
    next = new URL(target, current);
  } catch {
    return null;
  }
  if (next.origin === current.origin && next.pathname.endsWith("/tags/list")) {
    next.hash = "";
    return next;
  }
  const own = new URL(current);
  own.search = "";
  for (const name of ["n", "last", "next_page"]) {
    const value = next.searchParams.get(name);
    if (value !== null) own.searchParams.set(name, value);
  }
  return own;
}

function findNext(header: string): string | null {
  for (const link of splitLinks(header)) {
    const [, target, parameters = ""] = /^\s*<([^>]*)>(.*)$/s.exec(link) ?? [];
    const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters) ?? [];
    const relations = (quoted ?? bare ?? "").toLowerCase().split(/\s+/);
    if (target !== undefined && relations.includes("next")) return target;
  }
  return null;
}

// Commas inside <> and inside quotes belong to the link.
function splitLinks(header: string): readonly string[] {
  const links: string[] = [];
  let start = 0;
  let closing: string | null = null;
  for (let index = 0; index < header.length; index++) {
    const character = header[index];
    if (closing !== null) {
      if (character === closing) closing = null;
    } else if (character === "<") closing = ">";
    else if (character === '"') closing = '"';
    else if (character === ",") {
      links.push(header.slice(start, index));
      start = index + 1;
    }
  }
  links.push(header.slice(start));
  return links;
}
