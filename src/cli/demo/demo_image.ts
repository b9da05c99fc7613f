// How the images of the demo, and of the tests, are written down: as data, from which real manifests are built.

/** One build of an image and the tags that point to it. */
export interface DemoRelease {
  readonly tags: readonly string[];
  /** `linux/amd64`, `linux/arm/v7`; the first is the platform of a `single` release. */
  readonly platforms: readonly string[];
  /** RFC 3339, as the builder claims. */
  readonly created: string;
  /** Labels of the image config, beside title and version. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of the index, beside the creation time. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Without an index: the tag points to the manifest of the first platform. */
  readonly single?: boolean;
  /** Told in the history of the config; two builds of one tag differ by it. */
  readonly note?: string;
}

/** A repository, in the order in which its registry lists the tags. */
export interface DemoImage {
  /** Canonical name with its host: `docker.io/library/busybox`, `ghcr.io/gethomepage/homepage`. */
  readonly name: string;
  readonly releases: readonly DemoRelease[];
}

/** The path below the host, which is where the embedded registry serves the repository. */
export function repositoryPath(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}
