// A rule to a policy document of magos, in the form that people write: what `init --from-flux` makes of Flux's.
import { formatDuration } from "../model/duration.ts";
import { formatPlatform } from "../model/platform.ts";
import type { Policy } from "../model/policy.ts";
import { defaultExclusions } from "./flux_fields.ts";
import type { YamlTable, YamlValue } from "./write_yaml.ts";

/** The document. What is magos's default is left out. */
export function magosPolicy(name: string, image: string | null, policy: Policy): YamlTable {
  const { versioning, filter, extract, skip, words, arch, minAgeSeconds } = policy;
  const isFlux = versioning === "flux" && policy.kind !== "latest" && policy.kind !== "digest";
  return {
    apiVersion: "v1",
    kind: "ImagePolicy",
    metadata: { name },
    spec: {
      image: image ?? undefined,
      selector: { [policy.kind]: selectorOf(policy) },
      filterTags: filter === null || filter === "" ? undefined : { pattern: filter, extract: extract ?? undefined },
      versioning: isFlux ? "flux" : undefined,
      exclusionList: exclusionsOf(policy),
      skip: skip.length === 0 ? undefined : skip,
      words: Object.keys(words).length === 0 ? undefined : words,
      constraints: arch.length === 0 ? undefined : { arch: arch.map(formatPlatform) },
      rollout: minAgeSeconds === null ? undefined : { minAge: formatDuration(minAgeSeconds) },
      group: policy.group ?? undefined,
      pin: policy.pin ?? undefined,
      allowDowngrade: policy.allowDowngrade ? true : undefined,
      repush: policy.repush === "report" ? undefined : policy.repush,
      trustCreated: policy.trustCreated ? true : undefined,
    },
  };
}

function selectorOf({ kind, range, order, tag, prerelease }: Policy): YamlTable {
  if (kind === "semver") return { range: range ?? undefined, allowPrerelease: prerelease ?? undefined };
  if (kind === "latest" || kind === "digest") return { tag: tag ?? undefined };
  return { order: order === "asc" ? undefined : order };
}

/** Flux's default is magos's too under Flux's versioning, and loose versioning takes no signature for a version anyway. */
function exclusionsOf({ exclusions }: Policy): YamlValue | undefined {
  return exclusions.length === 0 || JSON.stringify(exclusions) === JSON.stringify(defaultExclusions)
    ? undefined
    : exclusions;
}
