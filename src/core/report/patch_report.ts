// What `magos patch` set, as JSON (contracts 1.3).
import type { FilePatch } from "../model/plan.ts";
import { fileReport } from "./plan_report.ts";

/** `magos.patch/v1`. `written` says whether the files were changed, or only what would change in them. */
export function patchReport(files: readonly FilePatch[], written: boolean): Record<string, unknown> {
  return { schema: "magos.patch/v1", written, files: files.map(fileReport) };
}
