// Requests per image by kind of registry and job, beside the targets of registries 8.4: whole updates against scripted
// registries that behave as the real ones do.
import { countRequests, type RequestFigures } from "../e2e/requests/count_requests.ts";
import { requestRows } from "../e2e/requests/request_rows.ts";
import { print, printRow } from "./figures.ts";

/** Prints the table. A `*` marks a row that takes more than its target anywhere; the reason follows below. */
export async function printRequestTable(): Promise<void> {
  print("\nRequests for one image: cold, host known, warm, changed (target in brackets)");
  const reasons = new Set<string>();
  for (const { name, job, target, takes } of requestRows) {
    const taken = await countRequests(job);
    const more = cells(taken).some((count, at) => count > (cells(target)[at] ?? 0));
    if (more && takes !== undefined) reasons.add(takes.why);
    printRow(`${name}${more ? " *" : ""}`, `${row(taken)}   (${row(target)})`);
  }
  for (const reason of reasons) print(`  * ${reason}`);
}

function cells({ cold, known, warm, changed }: RequestFigures): readonly number[] {
  return [cold, known, warm, changed];
}

function row(figures: RequestFigures): string {
  return cells(figures).map((count) => String(count).padStart(2)).join(" ");
}
