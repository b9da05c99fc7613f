// Flux's ImageUpdateAutomation: a document to a pass of its own, or to what is known of it and what is wrong with it.
import * as z from "zod";
import { type Automation, type AutomationClaim, shortestInterval, type TemplateText } from "../model/automation.ts";
import type { Problem } from "../model/problem.ts";
import { positionAt } from "../yaml/schema_issues.ts";
import { checkoutOf, gitRef } from "./flux_checkout.ts";
import {
  defaultNamespace,
  fluxApiVersion,
  fluxMetadata,
  goDuration,
  goSeconds,
  mayBeEmpty,
  textTable,
} from "./flux_fields.ts";
import { keyOf } from "./flux_policy.ts";
import { branchProblems, messageProblems } from "./flux_template.ts";
import { everything, labelSelector } from "./label_selector.ts";
import { shortText } from "./policy_fields.ts";
import { checkResource, isMapping, type Resource, resourceProblem } from "./resource.ts";

/** What became of one document. */
export interface AutomationReading {
  readonly claim: AutomationClaim;
  /** Null when something is wrong with it. */
  readonly automation: Automation | null;
  readonly problems: readonly Problem[];
}

const author = z.strictObject({
  name: shortText.regex(/^[^<>\r\n]*$/, "must hold no < or > and no line break").nullish(),
  email: shortText.min(1).regex(/^[^<>\s]+$/, "not an address"),
});

const signingKey = z.strictObject({
  type: z.enum(["gpg", "ssh"]).optional(),
  secretRef: z.strictObject({ name: shortText.min(1) }),
});

// A name of a branch that git takes is asked for when it is rendered; here only what no template can mend.
const pushedName = shortText.regex(/^[^\r\n]*$/, "must stand on one line");

const schema = z.strictObject({
  apiVersion: fluxApiVersion,
  kind: z.literal("ImageUpdateAutomation"),
  metadata: fluxMetadata,
  spec: z.strictObject({
    sourceRef: z.strictObject({
      apiVersion: shortText.optional(),
      kind: z.literal("GitRepository", { error: 'must be "GitRepository"' }),
      name: shortText.min(1),
      namespace: shortText.min(1).optional(),
    }),
    interval: goDuration,
    suspend: z.boolean().optional(),
    git: z.strictObject({
      checkout: mayBeEmpty(z.strictObject({ ref: mayBeEmpty(gitRef) })),
      commit: z.strictObject({
        author,
        signingKey: mayBeEmpty(signingKey),
        messageTemplate: z.string().nullish(),
        messageTemplateValues: mayBeEmpty(textTable),
      }),
      push: mayBeEmpty(z.strictObject({
        branch: pushedName.nullish(),
        refspec: pushedName.nullish(),
        options: mayBeEmpty(textTable),
      })),
    }),
    policySelector: mayBeEmpty(labelSelector),
    update: mayBeEmpty(z.strictObject({
      path: shortText.nullish(),
      strategy: z.literal("Setters", { error: 'must be "Setters"' }).optional(),
    })),
  }),
  status: z.unknown().optional(),
});

type Document = z.infer<typeof schema>;

const codes = { unknownKey: "flux.unknown_key", invalidValue: "flux.invalid" } as const;
const messagePath = ["spec", "git", "commit", "messageTemplate"];
const branchPath = ["spec", "git", "push", "branch"];
/** A template of the branch for magos, beside a plain name that Flux can use. */
const branchAnnotation = "magos.dev/branch";

/** Reads a resource of kind ImageUpdateAutomation, of any version that Flux has served. */
export function readFluxAutomation(resource: Resource): AutomationReading {
  const claim = claimOf(resource);
  const checked = checkResource(resource, schema, codes);
  if (!checked.ok) return { claim, automation: null, problems: checked.problems };
  const { spec } = checked.value;
  const { messageTemplate } = spec.git.commit;
  const [branch, path] = branchOf(checked.value);
  const problems = [
    ...(messageTemplate ? messageProblems(resource, messagePath, messageTemplate, versionOf(resource)) : []),
    ...(branch?.includes("{{") ? branchProblems(resource, path, branch) : []),
    ...pathProblems(resource, spec.update?.path ?? ""),
    ...intervalProblems(resource, goSeconds(spec.interval)),
  ];
  const isBroken = problems.some(({ severity }) => severity === "error");
  return { claim, automation: isBroken ? null : automationOf(checked.value, resource, claim), problems };
}

function automationOf(document: Document, resource: Resource, claim: AutomationClaim): Automation {
  const { metadata, spec } = document;
  const [branch, branchPlace] = branchOf(document);
  const namespace = metadata.namespace ?? defaultNamespace;
  const { git, sourceRef } = spec;
  const key = git.commit.signingKey;
  const { name, email } = git.commit.author;
  return {
    ...claim,
    namespace,
    name: metadata.name,
    apiVersion: versionOf(resource),
    intervalSeconds: goSeconds(spec.interval),
    suspended: spec.suspend ?? false,
    source: `${sourceRef.namespace ?? namespace}:${sourceRef.name}`,
    checkout: checkoutOf(git.checkout?.ref),
    // Git itself takes no author without a name, as Flux's library does.
    author: { name: name || (email.split("@", 1)[0] ?? email), email },
    signingKey: key === undefined ? null : { type: key.type ?? "gpg", secret: `${namespace}:${key.secretRef.name}` },
    message: textAt(resource, messagePath, git.commit.messageTemplate),
    values: git.commit.messageTemplateValues ?? {},
    push: {
      branch: textAt(resource, branchPlace, branch),
      refspec: git.push?.refspec || null,
      options: git.push?.options ?? {},
    },
    selector: spec.policySelector ?? everything,
  };
}

/** The branch to push to, as magos takes it, and where it is written. */
function branchOf({ metadata, spec }: Document): readonly [branch: string | null | undefined, path: readonly string[]] {
  const said = metadata.annotations?.[branchAnnotation];
  if (typeof said === "string" && said !== "") return [said, ["metadata", "annotations", branchAnnotation]];
  return [spec.git.push?.branch, branchPath];
}

/** What even a broken document says: its values must not go to the branch that it was written to spare. */
function claimOf(resource: Resource): AutomationClaim {
  const key = keyOf(resource) ?? "an automation without a name";
  const { spec } = resource.value;
  const update = isMapping(spec) ? spec["update"] : null;
  const path = isMapping(update) && typeof update["path"] === "string" ? update["path"] : "";
  return { key, file: resource.yaml.file, line: resource.line, path: normalisePath(path) ?? "" };
}

/** A path of the repository without `.`, `..` and slashes at its ends; null where it leads out of it. */
export function normalisePath(path: string): string | null {
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.join("/");
}

function pathProblems(resource: Resource, path: string): readonly Problem[] {
  if (normalisePath(path) !== null) return [];
  return [resourceProblem(resource, ["spec", "update", "path"], {
    code: "file.outside",
    message: `"spec.update.path": ${path} leads out of the repository`,
    cure: "name a folder of the repository, like ./apps",
  })];
}

function intervalProblems(resource: Resource, seconds: number): readonly Problem[] {
  if (seconds >= shortestInterval) return [];
  return [resourceProblem(resource, ["spec", "interval"], {
    code: "flux.short_interval",
    severity: "warning",
    message: `"spec.interval": runs of an automation are at least ${shortestInterval} seconds apart`,
    cure: `write ${shortestInterval}s or more; what registries are asked follows their own intervals`,
  })];
}

function textAt(resource: Resource, path: readonly string[], text: string | null | undefined): TemplateText | null {
  if (!text) return null;
  const { yaml, document } = resource;
  return { text, file: yaml.file, line: positionAt(yaml, document, [...resource.path, ...path]).line };
}

function versionOf({ apiVersion }: Resource): Automation["apiVersion"] {
  const version = apiVersion.split("/").at(-1);
  return version === "v1beta1" || version === "v1beta2" ? version : "v1";
}
