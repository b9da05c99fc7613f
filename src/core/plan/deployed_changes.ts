// What a pass changed on the host, in the words of the history: images that a service runs now and did not before, or no
// longer.
import type { WrittenChange } from "../model/recorded_change.ts";
import { formatReference, type ImageReference } from "../model/reference.ts";
import type { StackImage } from "../model/stack.ts";

/** The part of a stack's end that is told. */
interface Deployed {
  readonly name: string;
  readonly state: string;
  readonly images: readonly { readonly service: string; readonly ref: ImageReference }[];
}

/** One change for each service with another image, or none any more; the place of the value is not known here: line 0. */
export function deployedChanges(stack: Deployed, before: ReadonlyMap<string, StackImage>): readonly WrittenChange[] {
  if (stack.state === "removed") {
    return [...before].flatMap(([service, { written }]) =>
      written === null ? [] : [changeOf(stack.name, service, written, null)]
    );
  }
  if (stack.state !== "deployed") return [];
  return stack.images.flatMap(({ service, ref }) => {
    const old = before.get(service)?.written ?? null;
    return old !== null && formatReference(old) === formatReference(ref)
      ? []
      : [changeOf(stack.name, service, old, ref)];
  });
}

function changeOf(
  stack: string,
  service: string,
  old: ImageReference | null,
  now: ImageReference | null,
): WrittenChange {
  return {
    policy: `stack:${stack}`,
    image: now?.name ?? old?.name ?? "",
    file: stack,
    from: { tag: old?.tag ?? null, digest: old?.digest ?? null },
    to: { tag: now?.tag ?? null, digest: now?.digest ?? null },
    created: null,
    age: null,
    platforms: [],
    signer: null,
    scan: null,
    source: null,
    revision: null,
    line: 0,
    column: 0,
    setter: `stack:${stack}/${service}`,
    old: old === null ? "" : formatReference(old),
    new: now === null ? "" : formatReference(now),
  };
}
