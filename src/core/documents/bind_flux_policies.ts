// Flux policies and the ImageRepositories that they refer to, brought together: a policy without one cannot be used.
import { nearestOf } from "../model/nearest.ts";
import type { NamedPolicy } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import type { FluxPolicy } from "./flux_policy.ts";
import type { FluxRepository } from "./flux_repository.ts";
import { NameTable } from "./name_table.ts";
import { resourceProblem } from "./resource.ts";

/** The repositories of all files, by `namespace:name`. */
export interface FluxRepositories {
  readonly table: NameTable<FluxRepository>;
  /** Those that are there and not valid: what is wrong with them has been told. */
  readonly broken: ReadonlySet<string>;
}

/** Binds each policy; one whose repository is not there, not valid or not one is a problem. */
export function bindFluxPolicies(
  policies: readonly (readonly [key: string, policy: FluxPolicy])[],
  repositories: FluxRepositories,
): { readonly policies: ReadonlyMap<string, NamedPolicy>; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const bound = new NameTable<NamedPolicy>(({ policy, image, suspended, flux }) =>
    JSON.stringify([{ ...policy, source: "" }, image, suspended, flux])
  );
  for (const [key, policy] of policies) {
    const repository = repositories.table.find(policy.repository);
    if (repository === null || repository === "contested") problems.push(unbound(policy, repositories));
    else problems.push(...bound.add(key, bind(policy, repository), policy.resource));
  }
  return { policies: bound.unique(), problems };
}

function bind(flux: FluxPolicy, repository: FluxRepository): NamedPolicy {
  const { policy, suspended, resource } = flux;
  return {
    policy: { ...policy, exclusions: repository.exclusions },
    image: repository.image,
    file: resource.yaml.file,
    line: resource.line,
    // A suspended repository is not scanned: Flux keeps its policies at the last answer.
    suspended: suspended || repository.suspended,
    flux: {
      labels: flux.labels,
      repository: flux.repository,
      scanSeconds: repository.intervalSeconds,
      digestSeconds: flux.digestSeconds,
      insecure: repository.insecure,
      secret: repository.secret,
      certSecret: repository.certSecret,
    },
  };
}

function unbound({ repository, resource }: FluxPolicy, { table, broken }: FluxRepositories): Problem {
  const isThere = broken.has(repository) || table.find(repository) === "contested";
  const near = nearestOf(repository, [...table.unique().keys()]);
  return resourceProblem(resource, ["spec", "imageRepositoryRef"], {
    code: "policy.unknown_repository",
    message: isThere ? `the ImageRepository ${repository} cannot be used` : `there is no ImageRepository ${repository}`,
    cure: isThere
      ? "mend the ImageRepository"
      : near === null
      ? "add the ImageRepository, or name one that is there"
      : `did you mean "${near}"?`,
  });
}
