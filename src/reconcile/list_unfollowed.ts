// What a checkout holds besides the values that are followed; looked for only when somebody asks.
import type { Exclusion } from "../core/documents/config.ts";
import type { Unfollowed } from "../core/model/unfollowed.ts";
import { envBeside, fileKindOf } from "../core/patch/file_kind.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import { findUnfollowed } from "../core/patch/find_unfollowed.ts";
import { type ListedImage, listImages } from "../core/patch/list_images.ts";
import { mayHoldImages } from "../core/patch/mark_images.ts";
import { selectMarkedFiles } from "../core/patch/select_files.ts";
import type { CheckoutReader } from "./checkout_reader.ts";
import { mostFiles } from "./survey.ts";

/** Where images are looked for, and which are left alone. */
export interface UnfollowedOptions {
  readonly paths: readonly string[];
  readonly exclude: readonly Exclusion[];
}

/** Lists the images below `update.paths` that nothing follows. Files that cannot be read are the survey's to tell of. */
export async function listUnfollowed(
  reader: CheckoutReader,
  options: UnfollowedOptions,
  followed: readonly FoundTarget[],
): Promise<Unfollowed> {
  const files = selectMarkedFiles(reader.files, options.paths).filter((file) => fileKindOf(file) !== "env");
  const tracked = new Set(reader.files);
  const images: ListedImage[] = [];
  for (const file of files.slice(0, mostFiles)) {
    const text = await reader.read(file);
    if (!text.ok || text.value === null || !mayHoldImages({ file, text: text.value })) continue;
    const env = envBeside(file);
    const sibling = tracked.has(env) && text.value.includes("$") ? await reader.read(env) : null;
    images.push(...listImages(
      { file, text: text.value },
      (path) => path === env && sibling?.ok ? sibling.value : null,
    ));
  }
  return findUnfollowed(images, followed, options.exclude);
}
