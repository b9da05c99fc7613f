// A file's name to how it is read: which files can hold marked values, and which markers count in them.

/** `flux`: YAML in which Flux's markers count as well. */
export type FileKind = "flux" | "yaml" | "unit" | "env";

/**
 * The kind of a file, or null when no marker counts in it. Flux looks at `.yaml`, `.yml` and `Kustomization` to the
 * letter (Flux semantics 3.1); magos's own markers count in any YAML, in Quadlet units and in `.env` files.
 */
export function fileKindOf(file: string): FileKind | null {
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (/\.ya?ml$/.test(name) || name === "Kustomization") return "flux";
  if (/\.ya?ml$/i.test(name)) return "yaml";
  if (/\.(container|image|volume|kube)$/.test(name) || /\.(container|image|volume|kube)\.d\/[^/]+\.conf$/.test(file)) {
    return "unit";
  }
  return name === ".env" || name.endsWith(".env") || name.startsWith(".env.") ? "env" : null;
}

/** The `.env` file that Compose reads beside a Compose file. */
export function envBeside(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1) + ".env";
}
