// `.Updated` of older Flux messages: the images that were written, gone since v1 (Flux semantics 4.2).
import type { Change } from "../model/plan.ts";
import { compareBytes, TemplateObject, type Value } from "../template/value.ts";
import { byFile, byObject, type FluxChange } from "./flux_changes.ts";

/** `.Updated.Files`, `.Updated.Objects`, `.Updated.Images`: whole images alone, no tags or names. */
export function imageResult(all: readonly FluxChange[]): TemplateObject {
  const changes = all.filter(({ change }) => change.decision.target.part === "image");
  const images = new Map(changes.map(({ change }) => [change.new, imageValue(change)]));
  const names = [...images.keys()].sort(compareBytes);
  return new TemplateObject({
    Files: byFile(changes, (inFile) => new TemplateObject({ Objects: byObject(inFile, imageValue) })),
    Objects: byObject(changes, imageValue),
    Images: names.map((name) => images.get(name)),
  });
}

/** Prints itself as it is written; its parts are those of go-containerregistry, with their defaults. */
function imageValue({ decision: { target, selected }, new: written }: Change): Value {
  const { policy, repository } = target;
  const registry = repository.host === "docker.io" ? "index.docker.io" : repository.host;
  const identifier = selected?.digest ?? selected?.tag ?? "";
  const joint = selected?.digest ? "@" : ":";
  return new TemplateObject({
    Repository: repository.path,
    Registry: registry,
    Identifier: identifier,
    Name: `${registry}/${repository.path}${joint}${identifier}`,
    Policy: new TemplateObject(
      { Name: policy.name, Namespace: policy.namespace ?? "" },
      `${policy.namespace ?? ""}/${policy.name}`,
    ),
  }, written);
}
