// One small repository, for tests that are about the registry and not about the image.
import type { DemoImage } from "../../src/cli/demo/demo_image.ts";

/** `ghcr.io/you/app` with two tags, and a neighbour that has to go on working. */
export const smallImages: readonly DemoImage[] = [
  {
    name: "ghcr.io/you/app",
    releases: [
      { tags: ["1.0.0"], platforms: ["linux/amd64"], created: "2026-01-01T00:00:00Z" },
      { tags: ["1.1.0", "latest"], platforms: ["linux/amd64", "linux/arm64"], created: "2026-01-02T00:00:00Z" },
    ],
  },
  {
    name: "ghcr.io/you/neighbour",
    releases: [{ tags: ["2.0.0"], platforms: ["linux/amd64"], created: "2026-01-03T00:00:00Z" }],
  },
];
