// An automation's `messageTemplate` and a plan -> the message of its commit (Flux semantics 4.2).
import type { Automation } from "../model/automation.ts";
import type { UpdatePlan } from "../model/plan.ts";
import { type Result, success } from "../model/problem.ts";
import { templateFunctions } from "../template/functions.ts";
import { parseTemplate } from "../template/parse.ts";
import { renderTemplate } from "../template/render.ts";
import { TemplateMap, TemplateObject, type Value } from "../template/value.ts";
import { byFile, byObject, changeValue, flatChanges, fluxChanges } from "./flux_changes.ts";
import { imageResult } from "./flux_images.ts";
import { formatTrailers } from "./trailers.ts";

/** What Flux writes without a template. */
const defaultMessage = "Update from image update automation";

/**
 * Renders the message, without trailers: what the template gives to the byte, but for control characters, which git
 * refuses. Flux's own words where there is no template, or nothing is left of it. Fails with `template.failed`.
 */
export function renderFluxMessage(plan: UpdatePlan, automation: Automation): Result<string> {
  const { message } = automation;
  if (message === null) return success(defaultMessage);
  const name = `messageTemplate of ${automation.key}`;
  const parsed = parseTemplate(message.text, { name }, templateFunctions);
  if (!parsed.ok) return parsed;
  const rendered = renderTemplate(parsed.value, messageData(plan, automation), name);
  if (!rendered.ok) return rendered;
  const text = rendered.value.toWellFormed().replaceAll(/\r\n?/g, "\n").replaceAll(/[^\P{Cc}\n\t]/gu, "");
  return success(text.trim() === "" ? defaultMessage : text);
}

/** The whole message; the trailers are its last paragraph, whatever the template says (rulings 15). */
export function fluxCommitMessage(
  plan: UpdatePlan,
  automation: Automation,
  run: { readonly id: string; readonly host: string },
): Result<string> {
  const rendered = renderFluxMessage(plan, automation);
  if (!rendered.ok) return rendered;
  const changes = plan.files.flatMap(({ file, changes }) => changes.map((change) => ({ file, change })));
  return success(`${rendered.value.trimEnd()}\n\n${formatTrailers(plan.id, run, changes)}\n`);
}

/** Structs where Flux has structs, so that a misspelt field fails instead of printing nothing. */
function messageData(plan: UpdatePlan, automation: Automation): Value {
  const { namespace, name, values, apiVersion } = automation;
  const changes = fluxChanges(plan, automation);
  const older = apiVersion === "v1" ? null : imageResult(changes);
  return new TemplateObject({
    AutomationObject: new TemplateObject({ Name: name, Namespace: namespace }, `${namespace}/${name}`),
    Changed: new TemplateObject({
      FileChanges: byFile(changes, (inFile) => byObject(inFile, changeValue)),
      Objects: byObject(changes, changeValue),
      Changes: flatChanges(changes),
      ...(older === null ? {} : { ImageResult: older }),
    }),
    Values: new TemplateMap(Object.entries(values), ""),
    ...(older === null ? {} : { Updated: older }),
  });
}
