// The policy that a test case brings along: selector, filter and exclusions to the rule they stand for.
import { isMapping } from "./resource.ts";
import { defaultExclusions } from "./flux_fields.ts";
import type { Policy } from "../model/policy.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { branchesOf, type SelectorBranches, selectorOf } from "./policy_selector.ts";

/** The parts of a case that make up its policy, as they were written. */
export interface InlineParts {
  readonly policy: unknown;
  readonly filter: unknown;
  readonly exclusionList: unknown;
  /** `file` or `file:line` of the case. */
  readonly source: string;
}

/**
 * Reads a policy under flux versioning, the way of a bare case (rulings 8). Fails with `policy.invalid`: that is an
 * answer about the case, not a fault of the file.
 */
export function readInlinePolicy({ policy, filter, exclusionList, source }: InlineParts): Result<Policy> {
  const branches = readBranches(policy);
  if (!branches.ok) return branches;
  const filtering = readFilter(filter);
  if (!filtering.ok) return filtering;
  if (!isListOrNothing(exclusionList)) return invalid("exclusionList is no list of patterns");
  const [kind] = branchesOf(branches.value);
  if (kind === undefined) return invalid("the policy is empty", "write semver, alphabetical or numerical");
  return success({
    name: kind,
    namespace: null,
    versioning: "flux",
    source,
    group: null,
    ...selectorOf(branches.value, kind),
    ...filtering.value,
    exclusions: exclusionList?.length ? exclusionList : defaultExclusions,
    skip: [],
    words: {},
    allowDowngrade: false,
    arch: [],
    minAgeSeconds: null,
    repush: "report",
    trustCreated: false,
    pin: null,
    digestReflection: null,
  });
}

function readBranches(policy: unknown): Result<SelectorBranches> {
  if (!isMapping(policy)) return invalid("the policy is no mapping", 'write it like {"semver": {"range": ">=1.2"}}');
  const { semver, alphabetical, numerical, latest, digest } = policy;
  const range = read(semver, "range");
  const prerelease = read(semver, "allowPrerelease");
  if (range !== undefined && typeof range !== "string") return invalid("the range is no text", "put it in quotes");
  if (prerelease !== undefined && typeof prerelease !== "boolean") {
    return invalid("allowPrerelease is not true or false");
  }
  const orders = [readOrder(alphabetical), readOrder(numerical)] as const;
  if (orders.includes(null)) return invalid("the order is neither asc nor desc", "write asc or desc");
  const tags = [read(latest, "tag"), read(digest, "tag")] as const;
  const isSet = (value: unknown): boolean => value !== undefined && value !== null;
  return success({
    ...(isSet(semver) ? { semver: { range, allowPrerelease: prerelease } } : {}),
    ...(isSet(alphabetical) ? { alphabetical: { order: orders[0] ?? "asc" } } : {}),
    ...(isSet(numerical) ? { numerical: { order: orders[1] ?? "asc" } } : {}),
    ...(isSet(latest) ? { latest: { tag: textOrNothing(tags[0]) } } : {}),
    ...(isSet(digest) ? { digest: { tag: textOrNothing(tags[1]) } } : {}),
  });
}

function readFilter(filter: unknown): Result<Pick<Policy, "filter" | "extract">> {
  if (filter === undefined || filter === null) return success({ filter: null, extract: null });
  const [pattern, extract] = [read(filter, "pattern") ?? "", read(filter, "extract") ?? ""];
  if (!isMapping(filter) || typeof pattern !== "string" || typeof extract !== "string") {
    return invalid("the filter is not understood", 'write it like {"pattern": "^v(?P<v>.*)$", "extract": "$v"}');
  }
  return success({ filter: pattern, extract: extract === "" ? null : extract });
}

/** `asc` or `desc` in any case, undefined where it is not said, null where it is neither. */
function readOrder(branch: unknown): "asc" | "desc" | undefined | null {
  const order = read(branch, "order");
  if (order === undefined || order === "") return undefined;
  const lower = typeof order === "string" ? order.toLowerCase() : "";
  return lower === "asc" || lower === "desc" ? lower : null;
}

function read(value: unknown, key: string): unknown {
  const found = isMapping(value) ? value[key] : undefined;
  return found === null ? undefined : found;
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isListOrNothing(value: unknown): value is readonly string[] | undefined | null {
  return value === undefined || value === null ||
    (Array.isArray(value) && value.every((item) => typeof item === "string"));
}

function invalid(message: string, cure = "see the forms in policies/README.md"): Result<never> {
  return failure("policy.invalid", message, { cure });
}
