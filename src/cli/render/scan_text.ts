// What registries said, for people: one line per image, and what asking cost.
import { shortDigest } from "../../core/model/digest.ts";
import { formatTime } from "../../core/model/time.ts";
import type { RequestCount } from "../../core/ports/registry.ts";
import type { ScannedImage } from "../../reconcile/scan_images.ts";
import type { Paint } from "./colour.ts";
import { renderTable } from "./table.ts";

const digestsShown = 3;

/** The table and the cost. */
export function renderScan(images: readonly ScannedImage[], requests: readonly RequestCount[], paint: Paint): string {
  if (images.length === 0) return "No marked values found; name an image to scan it: magos scan ghcr.io/you/app\n";
  const rows = images.map((image) => [
    image.image,
    String(image.tags.length),
    image.newest ?? "",
    digestsText(image),
    image.scannedAt === null ? "never" : formatTime(image.scannedAt),
    stateText(image, paint),
  ]);
  return renderTable(["IMAGE", "TAGS", "NEWEST", "DIGESTS", "SCANNED", "STATE"], rows) + requestsLine(requests);
}

/** `6 requests: docker.io 4 (76 of 100 pulls left), ghcr.io 2`; empty when nobody was asked. */
export function requestsLine(requests: readonly RequestCount[]): string {
  const asked = requests.filter((count) => count.requests > 0);
  if (asked.length === 0) return "";
  const all = asked.reduce((sum, count) => sum + count.requests, 0);
  return `\n${all} ${all === 1 ? "request" : "requests"}: ${asked.map(hostText).join(", ")}\n`;
}

function hostText({ host, requests, limit, remaining }: RequestCount): string {
  if (remaining === null) return `${host} ${requests}`;
  return `${host} ${requests} (${remaining}${limit === null ? "" : ` of ${limit}`} pulls left)`;
}

function digestsText({ digests }: ScannedImage): string {
  const shown = [...digests].slice(0, digestsShown).map(([tag, digest]) => `${tag}@${shortDigest(digest)}`);
  const more = digests.size - shown.length;
  return [...shown, ...more > 0 ? [`+${more}`] : []].join(" ");
}

function stateText({ complete, problems, scannedAt }: ScannedImage, paint: Paint): string {
  if (complete && problems.length === 0) return paint("green", "complete");
  if (complete) return paint("red", "a digest is unknown");
  return paint("red", scannedAt === null ? "unknown" : "unknown, the last list is shown");
}
