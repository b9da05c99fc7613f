// What export flux has written, for people: the files, and one line that counts.
import type { FluxExport } from "../../core/patch/export_flux.ts";

/** The whole text. `out` is the folder as the user named it. */
export function renderExport(
  exported: FluxExport,
  written: { readonly out: string; readonly files: readonly string[]; readonly marked: readonly string[] },
): string {
  const lines = [
    ...written.files.map((file) => `${written.out.replace(/\/+$/, "")}/${file}`),
    ...written.marked,
  ];
  const values = exported.swapped.reduce((sum, { swaps }) => sum + swaps.length, 0);
  const policies = `${exported.policies.length} ${exported.policies.length === 1 ? "policy" : "policies"}`;
  return `${lines.join("\n")}\n\n${policies} for Flux, ${values} ${values === 1 ? "value" : "values"} marked\n`;
}
