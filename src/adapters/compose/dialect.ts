// The three ways to run Compose, as far as they differ.

/** How the Compose program is called, and which engine is behind it. */
export interface Dialect {
  /** As the configuration calls it. */
  readonly name: "podman-compose" | "podman compose" | "docker compose";
  readonly program: "podman" | "podman-compose" | "docker";
  /** What stands before every argument. */
  readonly before: readonly string[];
  /** The engine itself, for everything that is not Compose. */
  readonly engine: "podman" | "docker";
}

/** In the order in which they are tried. */
export const dialects: readonly Dialect[] = [
  { name: "podman-compose", program: "podman-compose", before: [], engine: "podman" },
  { name: "podman compose", program: "podman", before: ["compose"], engine: "podman" },
  { name: "docker compose", program: "docker", before: ["compose"], engine: "docker" },
];
