// What the benchmark follows: image repositories with the tags and the noise of real ones, and the Compose files of a
// homelab that use them.
import type { DemoImage } from "../../src/cli/demo/demo_image.ts";

/** The tag that the files begin with, and the one that the first update moves them to. */
export const tags = { before: "1.20.1", newest: "1.30.0", pushedLater: "1.30.1" } as const;

/**
 * What the images of a benchmark are: all followed by version, every second one by the digest of a channel, or by
 * version among 200,000 tags.
 */
export type Mix = "semver" | "mixed" | "huge";

const hugeList = 200_000;

/** Services in one Compose file. */
const perFile = 25;

/** Canonical name of the n-th image. */
export function imageName(n: number): string {
  return `ghcr.io/bench/app${String(n).padStart(3, "0")}`;
}

/** `count` repositories of about 100 tags (`huge`: 200,000): versions, flavours, commits, pull requests, channels. */
export function benchImages(count: number, mix: Mix): readonly DemoImage[] {
  return Array.from({ length: count }, (_, n) => ({
    name: imageName(n),
    releases: [
      release(versions(""), "2025-03-01T00:00:00Z"),
      release(versions("-alpine").slice(-20), "2025-03-01T00:10:00Z"),
      release(Array.from({ length: 15 }, (_, at) => `sha-${hex(n * 1000 + at)}`), "2025-04-01T00:00:00Z"),
      release(Array.from({ length: 8 }, (_, at) => `pr-${600 + at}`), "2025-04-02T00:00:00Z"),
      release(["main", "nightly", "1.31.0-rc1", "1.31.0-rc2"], "2025-05-01T00:00:00Z"),
      release([tags.newest, "1.30", "1", "latest"], "2025-05-02T00:00:00Z"),
      ...mix === "huge" ? [release(oldBuilds(), "2024-01-01T00:00:00Z")] : [],
    ],
  }));
}

/** The GitOps repository by file name: 25 marked images in each Compose file, and files that hold no marker. */
export function benchFiles(count: number, mix: Mix): Readonly<Record<string, string>> {
  const files: Record<string, string> = { "README.md": "# homelab\n", "notes/plain.yaml": "nothing: marked\n" };
  for (let first = 0; first < count; first += perFile) {
    const members = Array.from({ length: Math.min(perFile, count - first) }, (_, at) => first + at);
    const stack = String(first / perFile).padStart(3, "0");
    files[`stacks/s${stack}/compose.yaml`] = `# stack ${stack}\nservices:\n${
      members.map((n) => service(n, mix)).join("")
    }`;
  }
  return files;
}

function service(n: number, mix: Mix): string {
  const marked = mix === "mixed" && n % 2 === 1
    ? `:latest # {"magos": {"policy": "latest"}}`
    : `:${tags.before} # {"magos": {"policy": "semver", "range": ">=1.0"}}`;
  return `  app${n}:
    image: ${imageName(n)}${marked}
    restart: unless-stopped
    environment:
      TZ: Europe/Rome   # for the logs
      PUID: '1000'
    ports: [ "${8000 + n}:8080" ]
    volumes:
      - ./data${n}:/data
    labels:
      - "traefik.enable=true"
      - 'traefik.http.routers.app${n}.rule=Host(\`app${n}.example.org\`)'
`;
}

function oldBuilds(): readonly string[] {
  return Array.from({ length: hugeList }, (_, at) => `0.${Math.floor(at / 400)}.${at % 400}-build${at % 7}`);
}

function versions(suffix: string): readonly string[] {
  return Array.from({ length: 51 }, (_, at) => `1.${13 + Math.floor(at / 3)}.${at % 3}${suffix}`);
}

function release(names: readonly string[], created: string): DemoImage["releases"][number] {
  return { tags: names, platforms: ["linux/amd64", "linux/arm64"], created };
}

/** Seven hex digits that look like a commit's. */
function hex(n: number): string {
  return (Math.imul(n + 1, 2654435761) >>> 4).toString(16).padStart(7, "0").slice(0, 7);
}
