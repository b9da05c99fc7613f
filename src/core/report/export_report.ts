// What `export flux` has written, as JSON.
import type { FluxExport } from "../patch/export_flux.ts";
import { problemReport } from "./reference_report.ts";

/** `magos.export/v1`. `files` are those in the folder that was exported to, `marked` those of the work tree. */
export function exportReport(
  exported: FluxExport,
  written: { readonly files: readonly string[]; readonly marked: readonly string[] },
): Record<string, unknown> {
  return {
    schema: "magos.export/v1",
    files: written.files,
    marked: written.marked,
    policies: exported.policies.map((it) => ({
      name: it.name,
      policy: it.policy.name,
      image: it.image,
      repository: it.repository,
      annotations: it.annotations,
      notes: it.form.notes,
      values: it.users.map(({ target: { file, line } }) => ({ file, line })),
    })),
    problems: exported.problems.map(problemReport),
  };
}
