// What the demo's registry holds: images of an ordinary homelab, with the noise their real tag lists carry.
import type { DemoImage, DemoRelease } from "./demo_image.ts";

const common = ["linux/amd64", "linux/arm64"];
const wide = ["linux/amd64", "linux/arm64", "linux/arm/v7"];

/** The images of the demo. Each holds one newer version that an ordinary policy takes, and others that it must not. */
export const demoImages: readonly DemoImage[] = [
  {
    name: "docker.io/ollama/ollama",
    releases: [
      ...each(["0.13.5", "0.14.1", "0.14.2"], "2026-01-12T18:02:11Z"),
      ...each(["0.14.2-rocm", "0.14.3-rocm", "0.15.0-rc0", "0.15.0-rc1"], "2026-01-19T09:00:00Z", ["linux/amd64"]),
      { tags: ["0.14.3", "latest"], platforms: common, created: "2026-01-16T21:40:05Z" },
    ],
  },
  {
    name: "docker.io/library/busybox",
    releases: [
      ...each(
        ["1.36", "1.36.1", "1.36-glibc", "1.37", "1.37.0", "1.37-musl", "1.37-uclibc"],
        "2024-09-26T21:31:42Z",
        wide,
      ),
      { tags: ["1.38", "stable", "latest"], platforms: wide, created: "2026-01-05T10:00:00Z" },
      ...each(["1.38-musl", "1.38-glibc", "unstable-musl"], "2026-01-05T10:01:00Z", wide),
    ],
  },
  {
    name: "docker.io/apache/tika",
    releases: [
      ...each(
        ["3.1.0.0", "3.1.0.0-full", "3.2.0.0", "3.2.0.0-full", "3.2.3.0", "3.2.3.0-full"],
        "2025-09-12T13:20:00Z",
      ),
      ...each(["4.0.0-BETA2", "4.0.0-BETA2-full", "latest-full"], "2026-01-03T11:00:00Z"),
      { tags: ["3.2.4.0", "latest"], platforms: common, created: "2026-01-09T08:15:00Z" },
      ...each(["3.2.4.0-full"], "2026-01-09T08:16:00Z"),
    ],
  },
  {
    name: "docker.io/minio/minio",
    releases: [
      ...each(
        [
          "RELEASE.2025-07-23T15-54-02Z",
          "RELEASE.2025-07-23T15-54-02Z-cpuv1",
          "RELEASE.2025-09-07T16-13-09Z",
          "RELEASE.2025-09-07T16-13-09Z-cpuv1",
          "RELEASE.2025-09-07T16-13-09Z.fips",
        ],
        "2025-09-07T16:30:00Z",
      ),
      { tags: ["RELEASE.2026-01-10T04-21-57Z", "latest"], platforms: common, created: "2026-01-10T04:40:00Z" },
      ...each(["RELEASE.2026-01-10T04-21-57Z-cpuv1"], "2026-01-10T04:41:00Z", ["linux/amd64"]),
    ],
  },
  {
    name: "docker.io/corentinth/it-tools",
    releases: [
      ...each(["2023.12.21-5ed3693", "2024.5.13-a0bc346", "2024.10.22-7ca5933", "nightly"], "2024-10-22T08:13:45Z"),
      { tags: ["2025.12.1-8c6d5f2", "latest"], platforms: common, created: "2025-12-01T19:05:00Z" },
    ],
  },
  {
    name: "ghcr.io/gethomepage/homepage",
    releases: [
      ...each(
        ["v1.8.0", "v1.9.0", "v1.9", "v1", "main", "dev", "pr-6120", "sha-1f2e3d4"],
        "2026-01-06T02:11:00Z",
        wide,
      ),
      {
        tags: ["v1.10.0", "v1.10", "latest"],
        platforms: wide,
        created: "2026-01-15T05:45:30Z",
        annotations: {
          "org.opencontainers.image.source": "https://github.com/gethomepage/homepage",
          "org.opencontainers.image.version": "v1.10.0",
        },
      },
      ...each(["v1.11.0-beta.1", "feature-new-widgets"], "2026-01-18T07:00:00Z", wide),
    ],
  },
  {
    name: "ghcr.io/immich-app/immich-machine-learning",
    releases: [
      ...each(
        ["v2.4.1", "v2.4.1-openvino", "v2.4.1-cuda", "v2.5.0", "v2.5.0-openvino", "main-cuda"],
        "2026-01-13T15:00:00Z",
      ),
      { tags: ["v2.5.0-cuda", "release-cuda"], platforms: ["linux/amd64"], created: "2026-01-14T15:20:00Z" },
      ...each(["commit-4f1c0d9a7e-cuda", "pr-24312-cuda"], "2026-01-18T12:00:00Z", ["linux/amd64"]),
    ],
  },
  {
    name: "ghcr.io/hotio/radarr",
    releases: [
      ...each(
        ["release-6.0.3.10259", "release-6.0.4.10291", "release-5c1f0ab", "testing-6.1.0.10305", "nightly-6.1.1.10317"],
        "2025-12-01T06:00:00Z",
      ),
      { tags: ["release-6.0.5.10330", "release", "latest"], platforms: common, created: "2026-01-11T06:00:00Z" },
      ...each(["nightly", "testing", "pr-release-11400"], "2026-01-19T06:00:00Z"),
    ],
  },
  {
    name: "ghcr.io/gabe565/obico/web",
    releases: [
      ...each(["main", "release-20250815"], "2025-08-15T00:30:00Z"),
      { tags: ["release"], platforms: common, created: "2026-01-02T00:30:00Z" },
    ],
  },
];

function each(tags: readonly string[], created: string, platforms: readonly string[] = common): DemoRelease[] {
  return tags.map((tag) => ({ tags: [tag], platforms, created }));
}
