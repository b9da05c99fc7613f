// The API of hub.docker.com, asked without a login: what it costs is no pull (registries 2.5 and 4.1).
import * as z from "zod";
import { isDigest } from "../../../core/model/digest.ts";
import { isTag } from "../../../core/model/reference.ts";
import { parseTime } from "../../../core/model/time.ts";
import { isNewestFirst, pageSize, serverTime, type SideApi, type SideTag } from "./side_api.ts";

const origin = "https://hub.docker.com";

const tagAnswer = z.object({
  name: z.string(),
  digest: z.string().nullish(),
  last_updated: z.string(),
  tag_last_pushed: z.string().nullish(),
});
const pageAnswer = z.object({ next: z.string().nullable(), results: z.array(tagAnswer).max(pageSize) });

/** Docker Hub's. */
export const dockerHubApi: SideApi = {
  host: "hub.docker.com",
  pageUrl(path, page) {
    const url = tagsUrl(path);
    url.search = `?page_size=${pageSize}&ordering=last_updated${page === 1 ? "" : `&page=${page}`}`;
    return url;
  },
  readPage(json) {
    const answer = pageAnswer.safeParse(json);
    if (!answer.success) return null;
    const tags: SideTag[] = [];
    for (const result of answer.data.results) {
      const tag = readEntry(result);
      if (tag === null) return null;
      tags.push(tag);
    }
    return isNewestFirst(tags) ? { tags, more: answer.data.next !== null } : null;
  },
  tagUrl(path, tag) {
    const url = tagsUrl(path);
    url.pathname += `/${tag}`;
    return url;
  },
  readTag(json, tag) {
    const answer = tagAnswer.safeParse(json);
    return answer.success && answer.data.name === tag ? readEntry(answer.data) : null;
  },
};

function tagsUrl(path: string): URL {
  const slash = path.indexOf("/");
  return new URL(`/v2/namespaces/${path.slice(0, slash)}/repositories/${path.slice(slash + 1)}/tags`, origin);
}

// `images[].digest` is that of a platform, and never the one that a tag is pinned by.
function readEntry(entry: z.infer<typeof tagAnswer>): SideTag | null {
  const changedAt = serverTime(parseTime(entry.last_updated));
  if (changedAt === null || !isTag(entry.name)) return null;
  const pushed = serverTime(parseTime(entry.tag_last_pushed ?? ""));
  const digest = entry.digest ?? "";
  // The later of the two may be of a change of words only, which makes the tag look younger than it is, never older.
  return { name: entry.name, digest: isDigest(digest) ? digest : null, pushedAt: pushed ?? changedAt, changedAt };
}
