// `magos patch`: marked values set from references that are given by hand, without asking anybody.
import type { Decision } from "../model/decision.ts";
import type { FilePatch } from "../model/plan.ts";
import type { NamedPolicy, Pin, Policy } from "../model/policy.ts";
import { failure, type Problem, type Result, success } from "../model/problem.ts";
import { type ImageReference, parseReference } from "../model/reference.ts";
import type { FoundTarget, MarkedFile } from "./find_context.ts";
import { findTargets } from "./find_targets.ts";
import { inlinePolicy, isInlineKind } from "./marker_policy.ts";
import { patchFiles } from "./patch_file.ts";
import { settleShared } from "./settle_shared.ts";
import type { SourceText } from "./slot.ts";

const giveDigest = "give the digest too: IMAGE:TAG@DIGEST";

/** One `--set`: what the policy of this name is taken to have chosen. */
export interface PolicySetting {
  /** `namespace:name` of a Flux policy, or the name of one of magos's own. */
  readonly name: string;
  readonly image: ImageReference & { readonly tag: string };
}

/** What the setting of values needs besides the files. */
export interface SetContext {
  readonly defaultPin: Pin;
  readonly readSibling: (path: string) => string | null;
}

/** Reads `NS:NAME=IMAGE:TAG[@DIGEST]`, or `NAME=...` for a policy of magos; fails with `usage.invalid`. */
export function parseSetting(text: string): Result<PolicySetting> {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(equals, 0));
  if (!/^[^\s:=]+(:[^\s:=]+)?$/.test(name)) return invalid(text, "no policy is named before the =");
  if (isInlineKind(name)) return invalid(text, `"${name}" is a kind of policy and no name; it stands in many markers`);
  const image = parseReference(text.slice(equals + 1));
  if (!image.ok) return invalid(text, image.failure.message);
  const { tag } = image.value;
  if (tag === null) return invalid(text, "the image has no tag");
  return success({ name, image: { ...image.value, tag } });
}

/**
 * Sets the values that the named policies rule; all other markers are left alone. A file with an error among its
 * problems stays as it is. Every file is listed, and after them those that hold values of others.
 */
export function setPolicies(
  files: readonly SourceText[],
  settings: readonly PolicySetting[],
  context: SetContext,
): readonly FilePatch[] {
  const byName = new Map(settings.map((setting) => [setting.name, setting]));
  const book = { magos: new Map<string, NamedPolicy>(), flux: new Map<string, NamedPolicy>() };
  for (const setting of settings) {
    (setting.name.includes(":") ? book.flux : book.magos).set(setting.name, named(setting));
  }
  const marked = files.map(({ file, text }) => concerned(findTargets(file, text, { ...context, book }), byName));
  const decided = new Map<FoundTarget, Decision>();
  for (const found of marked.flatMap((it) => it.found)) {
    const setting = byName.get(policyName(found));
    if (setting !== undefined) decided.set(found, given(found, setting.image));
  }
  const decisions = settleShared(decided);
  const sound = marked.map((file) => withProblems(file, decisions));
  return patchFiles(sound, decisions);
}

function invalid(text: string, why: string): Result<never> {
  return failure("usage.invalid", `--set ${text.slice(0, 300)}: ${why}`, {
    cure: "write it like --set flux-system:app=ghcr.io/you/app:1.4.2",
  });
}

function named({ name, image }: PolicySetting): NamedPolicy {
  const [first = "", second] = name.split(":");
  const own: Policy = { ...inlinePolicy("semver", "--set"), name };
  const policy: Policy = second === undefined ? own : {
    ...own,
    name: second,
    namespace: first,
    versioning: "flux",
    // A digest that is given is written as a policy that reflects digests would.
    digestReflection: image.digest === null ? "Never" : "Always",
  };
  return { policy, image: image.name, file: "--set", line: 1, suspended: false };
}

function policyName({ target }: FoundTarget): string {
  return target.marker === "flux" ? target.setter.split(":").slice(0, 2).join(":") : target.setter;
}

/** What of a file the settings concern. Without a given digest a magos marker writes the tag alone. */
function concerned(marked: MarkedFile, settings: ReadonlyMap<string, PolicySetting>): MarkedFile {
  const problems = marked.problems.flatMap((problem) => problemOfConcern(problem, marked.text, settings));
  const found: FoundTarget[] = [];
  for (const it of marked.found) {
    const setting = settings.get(policyName(it));
    if (setting === undefined) continue;
    const { writes } = it.target;
    if (!writes.digest || setting.image.digest !== null) found.push(it);
    else if (writes.tag) found.push({ ...it, target: { ...it.target, writes: { ...writes, digest: false } } });
    else problems.push(noDigest(it));
  }
  return { ...marked, found, problems };
}

function noDigest({ target }: FoundTarget): Problem {
  const { file, line, column, setter } = target;
  return {
    code: "marker.no_digest",
    severity: "warning",
    file,
    line,
    column,
    message: `"${setter}" writes a digest and none was given; the value stays`,
    policy: setter,
    cure: giveDigest,
  };
}

/**
 * A marker that cannot be read concerns the settings when its line names one of them. Flux passes such markers over
 * and sets the others of the file, so they are warnings.
 */
function problemOfConcern(
  problem: Problem,
  text: string,
  settings: ReadonlyMap<string, PolicySetting>,
): readonly Problem[] {
  if (!problem.code.startsWith("marker.")) return [problem];
  if (problem.code === "marker.unknown_policy") return [];
  if (problem.code === "marker.no_digest") return [{ ...problem, severity: "warning", cure: giveDigest }];
  const line = text.split("\n")[(problem.line ?? 0) - 1] ?? "";
  const isNamed = settings.keys().some((name) => line.includes(name) || line.includes(name.split(":")[1] ?? name));
  if (!isNamed) return [];
  return [line.includes('# {"magos"') ? problem : { ...problem, severity: "warning" }];
}

function given({ target }: FoundTarget, image: ImageReference): Decision {
  return {
    target,
    state: "selected",
    selected: image,
    newest: null,
    blockers: [],
    reasons: ["set by hand"],
    evidence: null,
    tags: [],
    problems: target.notes,
  };
}

/** The file with the problems of its decisions; with an error among them no value of it is set. */
function withProblems(marked: MarkedFile, decisions: ReadonlyMap<FoundTarget, Decision>): MarkedFile {
  const own = marked.found.flatMap((found) => decisions.get(found)?.problems ?? []);
  const problems = [...marked.problems, ...own];
  return { ...marked, problems, found: problems.some((it) => it.severity === "error") ? [] : marked.found };
}
