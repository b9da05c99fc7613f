// `update.branch`: the name of the branch that changes are delivered to, made anew in each pass.
import { isBranchName } from "../model/branch_name.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { deliveryFunctions, type DeliveryMoment } from "./delivery_functions.ts";
import { parseTemplate } from "./parse.ts";
import { renderTemplate } from "./render.ts";
import { TemplateObject } from "./value.ts";

/**
 * Renders the name. Fails with `template.invalid` or `template.failed` and the place in the template, and with
 * `config.invalid_value` when git would not take the name. `name` is what
 * messages call the template.
 */
export function renderBranch(text: string, moment: DeliveryMoment, name = "update.branch"): Result<string> {
  const parsed = parseTemplate(text, { name }, deliveryFunctions(moment));
  if (!parsed.ok) return parsed;
  const rendered = renderTemplate(parsed.value, new TemplateObject({}), name);
  if (!rendered.ok) return rendered;
  const branch = rendered.value.trim();
  if (isBranchName(branch)) return success(branch);
  return failure("config.invalid_value", `${name}: "${branch.slice(0, 80)}" is not a branch name`, {
    cure: "see `git help check-ref-format` for what a branch may be called",
  });
}

/** What all names of the template begin with: its text before the first action; empty when it begins with one. */
export function branchPrefix(text: string): string {
  const [literal = ""] = text.trimStart().split("{{");
  return literal;
}
