// What a pass changed on the host, in the words of the history: images that a service runs now and did not before.
import type { WrittenChange } from "../model/recorded_change.ts";
import { formatReference, type ImageReference } from "../model/reference.ts";
import type { StackImage } from "../model/stack.ts";

/** The part of a stack's end that is told. */
interface Deployed {
  readonly name: string;
  readonly state: string;
  readonly images: readonly { readonly service: string; readonly ref: ImageReference }[];
}

/** One change for each service with another image; the place of the value is not known here, so its line is 0. */
export function deployedChanges(stack: Deployed, before: ReadonlyMap<string, StackImage>): readonly WrittenChange[] {
  if (stack.state !== "deployed") return [];
  return stack.images.flatMap(({ service, ref }) => {
    const old = before.get(service)?.written ?? null;
    if (old !== null && formatReference(old) === formatReference(ref)) return [];
    return [{
      policy: `stack:${stack.name}`,
      image: ref.name,
      file: stack.name,
      from: { tag: old?.tag ?? null, digest: old?.digest ?? null },
      to: { tag: ref.tag, digest: ref.digest },
      created: null,
      age: null,
      platforms: [],
      signer: null,
      scan: null,
      source: null,
      revision: null,
      line: 0,
      column: 0,
      setter: `stack:${stack.name}/${service}`,
      old: old === null ? "" : formatReference(old),
      new: formatReference(ref),
    }];
  });
}
