// Resources of Flux as `export flux` writes them: repositories, policies, one automation and the list of the files.
import type { Policy } from "../model/policy.ts";
import type { YamlTable } from "./write_yaml.ts";

const apiVersion = "image.toolkit.fluxcd.io/v1";

/** A resource by its name and namespace. */
export interface ResourceName {
  readonly name: string;
  readonly namespace: string;
}

/** An ImageRepository. Flux's own exclusions need not be said. */
export function repositoryResource(
  at: ResourceName,
  repository: {
    readonly image: string;
    readonly interval: string;
    readonly exclusions: readonly string[] | null;
  },
): YamlTable {
  const { image, interval, exclusions } = repository;
  return {
    apiVersion,
    kind: "ImageRepository",
    metadata: { name: at.name, namespace: at.namespace },
    spec: { image, interval, exclusionList: exclusions ?? undefined },
  };
}

/** An ImagePolicy. `form` is what Flux itself reads, the annotations are magos's. */
export function policyResource(
  at: ResourceName,
  policy: {
    readonly repository: string;
    readonly form: Pick<Policy, "kind" | "range" | "order" | "filter" | "extract">;
    readonly annotations: Readonly<Record<string, string>>;
    /** How often the digest is looked at; null: only the tag is written. */
    readonly digestInterval: string | null;
  },
): YamlTable {
  const { repository, form, annotations, digestInterval } = policy;
  const { kind, range, order, filter, extract } = form;
  return {
    apiVersion,
    kind: "ImagePolicy",
    metadata: { name: at.name, namespace: at.namespace, annotations },
    spec: {
      imageRepositoryRef: { name: repository },
      filterTags: filter === null ? undefined : { pattern: filter, extract: extract ?? undefined },
      policy: kind === "semver" ? { semver: { range: range ?? "*" } } : { [kind]: { order } },
      digestReflectionPolicy: digestInterval === null ? undefined : "Always",
      interval: digestInterval ?? undefined,
    },
  };
}

/** What an exported ImageUpdateAutomation says. */
export interface ExportedAutomation {
  readonly interval: string;
  /** Null: what the GitRepository checks out. */
  readonly checkout: string | null;
  /** Null: the branch that is checked out. A template goes into an annotation: Flux takes only a plain name. */
  readonly push: { readonly branch: string; readonly template: string | null } | null;
  readonly author: { readonly name: string; readonly email: string };
  readonly message: string | null;
  /** Folder in the repository, empty for all of it. */
  readonly path: string;
}

/** An ImageUpdateAutomation. Its source is what `flux bootstrap` calls the repository. */
export function automationResource(at: ResourceName, automation: ExportedAutomation): YamlTable {
  const { interval, checkout, push, author, message, path } = automation;
  const template = push?.template ?? null;
  return {
    apiVersion,
    kind: "ImageUpdateAutomation",
    metadata: {
      name: at.name,
      namespace: at.namespace,
      annotations: template === null ? undefined : { "magos.dev/branch": template },
    },
    spec: {
      sourceRef: { kind: "GitRepository", name: "flux-system" },
      interval,
      git: {
        checkout: checkout === null ? undefined : { ref: { branch: checkout } },
        commit: { author: { name: author.name, email: author.email }, messageTemplate: message ?? undefined },
        push: push === null ? undefined : { branch: push.branch },
      },
      update: { path: path === "" ? "./" : `./${path}`, strategy: "Setters" },
    },
  };
}

/** The `kustomization.yaml` of the files. */
export function kustomizationResource(files: readonly string[]): YamlTable {
  return { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources: files };
}

/** Whole seconds as Flux writes durations, which knows no days. */
export function goInterval(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return [hours && `${hours}h`, minutes && `${minutes}m`, rest && `${rest}s`].filter((it) => it !== 0).join("");
}
