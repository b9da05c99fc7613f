// What is followed, as numbers: how many values stand how, and for how long single images wait or lag behind.
import type { Time } from "../model/time.ts";
import type { Store } from "../ports/store.ts";
import type { MetricFamily, Sample } from "./print_metrics.ts";
import { imagesOf } from "./status_images.ts";

/** The parts of a row of `status.images` that are counted. */
interface ImageRow {
  readonly image: string;
  readonly policy: string;
  readonly state: string;
  readonly targets: number;
  readonly since: string;
  readonly unknownSince: string | null;
  readonly lagSeconds: number | null;
}

const states = ["selected", "current", "held", "no-match", "error"] as const;

/** The families of images. Of several values of one image and policy the one that waits longest counts. */
export function imageGauges(store: Store, at: Time): readonly MetricFamily[] {
  const rows = imagesOf(store, at) as unknown as readonly ImageRow[];
  const age = (since: string): number => Math.max(0, Math.floor((at - Date.parse(since)) / 1000));
  return [
    {
      name: "decisions",
      type: "gauge",
      help: "Marked values by what was decided last.",
      samples: states.map((state) => ({
        labels: { state },
        value: rows.filter((row) => row.state === state).reduce((sum, row) => sum + row.targets, 0),
      })),
    },
    {
      name: "image_held_seconds",
      type: "gauge",
      help: "How long an image has been held.",
      samples: longest(rows, (row) => row.state === "held" ? age(row.since) : null),
    },
    {
      name: "image_unknown_seconds",
      type: "gauge",
      help: "How long an image could not be decided.",
      samples: longest(rows, (row) => row.unknownSince === null ? null : age(row.unknownSince)),
    },
    {
      name: "image_update_lag_seconds",
      type: "gauge",
      help: "How long what the policy would take has been there while the file holds something else.",
      samples: longest(rows, (row) => row.lagSeconds),
    },
  ];
}

function longest(rows: readonly ImageRow[], pick: (row: ImageRow) => number | null): readonly Sample[] {
  const found = new Map<string, Sample & { readonly labels: Readonly<Record<string, string>> }>();
  for (const row of rows) {
    const value = pick(row);
    if (value === null) continue;
    const { image, policy } = row;
    const key = JSON.stringify([image, policy]);
    if ((found.get(key)?.value ?? -1) < value) found.set(key, { labels: { image, policy }, value });
  }
  // Where there are too many, those that wait longest are the ones to see.
  return [...found.values()].sort((a, b) => b.value - a.value);
}
