// Whether Flux can set a value that magos follows; where it cannot, the value keeps its marker of magos.
import { parseRepository } from "../model/reference.ts";
import { formatRepository } from "../model/reference.ts";
import { fileKindOf } from "./file_kind.ts";
import type { FoundTarget } from "./find_context.ts";

/** Why Flux cannot set the value as magos does, or null when it can. */
export function whyNotFlux({ target, slot, before, after }: FoundTarget): string | null {
  const { writes, part } = target;
  if (fileKindOf(target.file) !== "flux") return "Flux reads markers in *.yaml, *.yml and Kustomization alone";
  const isWhole = slot.form === "scalar" && slot.source.file === target.file && slot.from === 0 &&
    slot.to === slot.scalar.text.length && before === "" && after === "";
  if (!isWhole) return "Flux replaces whole values, and this is a part of one or a variable";
  if (part === "image" && !writes.tag) return "Flux writes no image without its tag";
  if (part === "tag" && writes.digest) return "Flux writes no digest behind a tag that stands alone";
  const named = parseRepository(target.current.name);
  const isSame = named.ok && formatRepository(named.value) === formatRepository(target.repository);
  return isSame ? null : "Flux would write the name of the image that is asked into the value";
}
