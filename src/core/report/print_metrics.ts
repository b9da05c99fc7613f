// Prometheus' text format: families of samples to lines (exposition format 0.0.4).

/** One number with its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All samples of one name. */
export interface MetricFamily {
  /** Without the `magos_` before it. */
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Series of one family; a repository with thousands of images must not fill the owner's database. */
export const mostSeries = 500;
const longestLabel = 200;

/** The whole text. What is more than `mostSeries` is left out and counted in `magos_metrics_dropped_series`. */
export function printMetrics(families: readonly MetricFamily[]): string {
  const dropped = families.reduce((sum, { samples }) => sum + Math.max(0, samples.length - mostSeries), 0);
  const own: MetricFamily = {
    name: "metrics_dropped_series",
    type: "gauge",
    help: "Series left out because there are too many.",
    samples: [{ value: dropped }],
  };
  return [...families, own].filter(({ samples }) => samples.length > 0).map(printFamily).join("");
}

function printFamily({ name, type, help, samples }: MetricFamily): string {
  const full = `magos_${name}`;
  // Two long names may be cut to one, and a series that comes twice makes the whole text void.
  const series = new Map<string, string>();
  for (const { labels = {}, value } of samples.slice(0, mostSeries)) {
    const name = `${full}${printLabels(labels)}`;
    if (!series.has(name)) series.set(name, `${name} ${value}`);
  }
  const lines = [...series.values()];
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("\n")}\n`;
}

function printLabels(labels: Readonly<Record<string, string>>): string {
  const printed = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return printed.length === 0 ? "" : `{${printed.join(",")}}`;
}

/** A backslash, a quote and a line feed are escaped; other control characters have no place in a name. */
function escapeLabel(value: string): string {
  return value.slice(0, longestLabel).toWellFormed()
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll(/\p{Cc}/gu, " ");
}
