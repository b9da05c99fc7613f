// `update.commit.message`: the user's own words for a commit, from what the commit changes.
import type { Change, UpdatePlan } from "../model/plan.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { formatReference, formatRepository, type ImageReference } from "../model/reference.ts";
import { deliveryFunctions, type DeliveryMoment } from "../template/delivery_functions.ts";
import { parseTemplate } from "../template/parse.ts";
import { renderTemplate } from "../template/render.ts";
import { TemplateObject, type Value } from "../template/value.ts";
import { groupOf } from "./group_gate.ts";

const name = "update.commit.message";

/** Characters of a whole message, and of its first line. */
const longestMessage = 64 * 1024;
const longestSubject = 200;

/** What a message is rendered with besides the plan. */
export interface MessageFacts extends DeliveryMoment {
  readonly run: { readonly id: string; readonly host: string };
  /** The branch that is pushed to. */
  readonly branch: string;
}

/**
 * Renders the message of one commit, without trailers. Fails with `template.invalid` and `template.failed`, also when
 * nothing is left of it or it is longer than 64 KiB.
 */
export function renderMessage(template: string, plan: UpdatePlan, facts: MessageFacts): Result<string> {
  const parsed = parseTemplate(template, { name }, deliveryFunctions(facts));
  if (!parsed.ok) return parsed;
  const rendered = renderTemplate(parsed.value, messageData(plan, facts), name);
  if (!rendered.ok) return rendered;
  const text = tidy(rendered.value);
  if (text === "") return unusable("the message is empty");
  if (text.length > longestMessage) return unusable(`the message is longer than ${longestMessage} characters`);
  return success(text);
}

function unusable(why: string): Result<never> {
  return failure("template.failed", `${name}: ${why}`, { cure: "correct the template; nothing was committed" });
}

/** Lines of plain text, the first of them with something on it and short enough for those who list commits. */
function tidy(text: string): string {
  const lines = text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, "")
    .split("\n")
    .map((line) => line.trimEnd());
  const [subject = "", ...rest] = lines.join("\n").trim().split("\n");
  return [subject.length > longestSubject ? `${subject.slice(0, longestSubject - 3)}...` : subject, ...rest].join("\n");
}

/** The fields that README.md lists: structs, so that a misspelt one fails instead of printing nothing. */
function messageData(plan: UpdatePlan, facts: MessageFacts): Value {
  const changes = plan.files.flatMap(({ file, changes }) => changes.map((change) => changeData(file, change)));
  return new TemplateObject({
    plan: new TemplateObject({ id: plan.id, revision: plan.revision }, plan.id),
    run: new TemplateObject({ id: facts.run.id, host: facts.run.host }, facts.run.id),
    base: plan.branch,
    branch: facts.branch,
    group: facts.group ?? "",
    images: imagesData(plan),
    changes,
  });
}

function changeData(file: string, { line, setter, old, new: next, decision }: Change): Value {
  const { target, selected } = decision;
  return new TemplateObject({
    file,
    line,
    setter,
    old,
    new: next,
    image: target.current.name,
    policy: target.policy.name,
    group: groupOf(decision) ?? "",
    from: referenceData(target.current),
    to: referenceData(selected ?? target.current),
  }, `${old} -> ${next}`);
}

/** Each image once, by its repository: it may be written in several ways, and marked in several parts. */
function imagesData(plan: UpdatePlan): readonly Value[] {
  const images = new Map<string, Value>();
  for (const { decision } of plan.files.flatMap((file) => file.changes)) {
    const { target: { current, repository }, selected } = decision;
    const key = formatRepository(repository);
    if (images.has(key)) continue;
    const [from, to] = [referenceData(current), referenceData(selected ?? current)];
    images.set(key, new TemplateObject({ name: current.name, from, to }, current.name));
  }
  return [...images.values()];
}

function referenceData(reference: ImageReference): Value {
  const { name: image, tag, digest } = reference;
  return new TemplateObject({ name: image, tag: tag ?? "", digest: digest ?? "" }, formatReference(reference));
}
