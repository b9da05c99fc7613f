// What registries said of tags and digests, as JSON (contracts.md 1.3).
import type { Digest } from "../model/digest.ts";
import type { Problem } from "../model/problem.ts";
import { formatTimeOrNull, type Time } from "../model/time.ts";
import type { RequestCount } from "../ports/registry.ts";
import { problemReport, requestsReport } from "./reference_report.ts";

/** One repository. */
export interface ScanRow {
  readonly image: string;
  readonly tags: readonly string[];
  readonly complete: boolean;
  readonly scannedAt: Time | null;
  readonly digests: ReadonlyMap<string, Digest>;
}

/** `magos.scan/v1`. Tags are sorted as texts: the order in which registries give them changes from one answer to the next. */
export function scanReport(
  images: readonly ScanRow[],
  requests: readonly RequestCount[],
  problems: readonly Problem[],
): Record<string, unknown> {
  return {
    schema: "magos.scan/v1",
    images: images.map(({ image, tags, complete, scannedAt, digests }) => ({
      image,
      tags: tags.toSorted(),
      complete,
      scannedAt: formatTimeOrNull(scannedAt),
      digests: Object.fromEntries([...digests].sort(([a], [b]) => a < b ? -1 : 1)),
    })),
    requests: requests.map(requestsReport),
    problems: problems.map(problemReport),
  };
}
