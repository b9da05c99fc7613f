// The registries to look at: those that the repository uses, or those that a user names.
import { locateName } from "../../core/documents/short_names.ts";
import type { Target } from "../../core/model/decision.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import { parseReference, parseRepository } from "../../core/model/reference.ts";
import { ordersOf } from "../../reconcile/scan_images.ts";
import type { CheckContext, RegistryPlace } from "./check.ts";

// Docker keeps an image for this question alone: asking for it by HEAD tells the quota and costs no pull.
const quotaImages: ReadonlyMap<string, RegistryPlace["image"]> = new Map([
  ["docker.io", { repository: { host: "docker.io", path: "ratelimitpreview/test" }, tag: "latest" }],
]);

/** The registries of the values in use, each with one image; null when there is no repository. */
export async function placesInUse(context: CheckContext): Promise<Result<readonly RegistryPlace[] | null>> {
  const targets = await context.inUse();
  if (!targets.ok) return targets;
  return success(targets.value === null ? null : placesOf(targets.value));
}

/** The place that a word names: `ghcr.io`, or `ghcr.io/you/app:1.4.2` to ask for that image. */
export async function namedPlace(context: CheckContext, word: string): Promise<Result<RegistryPlace>> {
  if (word.includes("/")) {
    const reference = parseReference(word);
    const world = await context.world();
    if (!world.ok) return world;
    const repository = reference.ok ? locateName(world.value.shortNames, reference.value.name) : reference;
    if (!reference.ok || !repository.ok) return notAPlace(word);
    return success({ host: repository.value.host, image: { repository: repository.value, tag: reference.value.tag } });
  }
  const parsed = parseRepository(`${word}/any/any`);
  // A word that is no host is read as the first part of a name on Docker Hub.
  if (!parsed.ok || parsed.value.path !== "any/any") return notAPlace(word);
  const { host } = parsed.value;
  const used = await placesInUse(context);
  const inUse = used.ok ? used.value?.find((place) => place.host === host) : undefined;
  return success(inUse ?? { host, image: quotaImages.get(host) ?? null });
}

function placesOf(targets: readonly Target[]): readonly RegistryPlace[] {
  const places = new Map<string, RegistryPlace>();
  for (const { repository, tags } of ordersOf(targets)) {
    const image = { repository, tag: tags[0]?.tag ?? null };
    const known = places.get(repository.host);
    if (known === undefined || (known.image?.tag ?? null) === null) {
      places.set(repository.host, { host: repository.host, image });
    }
  }
  return [...places.values()];
}

function notAPlace(word: string): Result<never> {
  return failure("usage.invalid", `"${word.slice(0, 300)}" names no registry`, {
    cure: "write its host like ghcr.io or nas.example.org:5000, or an image like ghcr.io/you/app:1.4.2",
  });
}
