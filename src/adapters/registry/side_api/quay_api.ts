// The v1 API of quay.io, asked without a login (registries 2.5).
import * as z from "zod";
import { isDigest } from "../../../core/model/digest.ts";
import { isTag } from "../../../core/model/reference.ts";
import { isNewestFirst, pageSize, serverTime, type SideApi, type SideTag } from "./side_api.ts";

const origin = "https://quay.io";

const tagAnswer = z.object({
  name: z.string().refine(isTag),
  manifest_digest: z.string().nullish(),
  start_ts: z.number().int().nonnegative(),
});
const pageAnswer = z.object({ tags: z.array(tagAnswer).max(pageSize), has_additional: z.boolean() });

/** Quay's. */
export const quayApi: SideApi = {
  host: "quay.io/api",
  pageUrl: (path, page) => tagsUrl(path, `limit=${pageSize}${page === 1 ? "" : `&page=${page}`}`),
  readPage(json) {
    const answer = pageAnswer.safeParse(json);
    if (!answer.success) return null;
    const tags = answer.data.tags.map(readEntry);
    return isNewestFirst(tags) ? { tags, more: answer.data.has_additional } : null;
  },
  tagUrl: (path, tag) => tagsUrl(path, `limit=1&specificTag=${tag}`),
  readTag(json, tag) {
    const answer = pageAnswer.safeParse(json);
    const found = answer.success ? answer.data.tags.find(({ name }) => name === tag) : undefined;
    return found === undefined ? null : readEntry(found);
  },
};

function tagsUrl(path: string, query: string): URL {
  return new URL(`/api/v1/repository/${path}/tag/?${query}&onlyActiveTags=true`, origin);
}

function readEntry(entry: z.infer<typeof tagAnswer>): SideTag {
  const changedAt = entry.start_ts * 1000;
  const digest = entry.manifest_digest ?? "";
  return { name: entry.name, digest: isDigest(digest) ? digest : null, pushedAt: serverTime(changedAt), changedAt };
}
