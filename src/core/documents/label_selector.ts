// `policySelector`: a label selector as Kubernetes writes it, checked.
import * as z from "zod";
import type { LabelSelector } from "../model/labels.ts";
import { mayBeEmpty, textTable } from "./flux_fields.ts";
import { shortText } from "./policy_fields.ts";

const expression = z.strictObject({
  key: shortText.min(1),
  operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
  values: z.array(shortText).max(1000).nullish(),
}).superRefine(({ operator, values }, context) => {
  const wants = operator === "In" || operator === "NotIn";
  if (wants === ((values?.length ?? 0) > 0)) return;
  const message = wants ? `${operator} needs values` : `${operator} takes no values`;
  context.addIssue({ code: "custom", message, path: ["values"] });
});

/** The selector as it is written. */
export const labelSelector: z.ZodType<LabelSelector> = z.strictObject({
  matchLabels: mayBeEmpty(textTable),
  matchExpressions: mayBeEmpty(z.array(expression).max(1000)),
}).transform(({ matchLabels, matchExpressions }) => ({
  labels: matchLabels ?? {},
  expressions: (matchExpressions ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] })),
}));

/** Selects everything. */
export const everything: LabelSelector = { labels: {}, expressions: [] };
