// Labels of Kubernetes, and what selects by them.

/** What a resource says of itself in `metadata.labels`. */
export type Labels = Readonly<Record<string, string>>;

/** One condition of `matchExpressions`. */
export interface LabelExpression {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** Of `In` and `NotIn`. */
  readonly values: readonly string[];
}

/** A label selector; one that says nothing selects everything. */
export interface LabelSelector {
  readonly labels: Labels;
  readonly expressions: readonly LabelExpression[];
}

/** Whether all conditions hold (Kubernetes, "Labels and Selectors"): `NotIn` holds too where the label is not there. */
export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  const valueOf = (key: string): string | undefined => Object.hasOwn(labels, key) ? labels[key] : undefined;
  return Object.entries(selector.labels).every(([key, value]) => valueOf(key) === value) &&
    selector.expressions.every((expression) => holds(expression, valueOf(expression.key)));
}

function holds({ operator, values }: LabelExpression, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
