// The stack that tests of the apply pass deploy: one service with one followed image, and its containers afterwards.
import { applyConfig, type ApplyWorld, withApplyWorld } from "../fakes/apply_world.ts";

/** Digests that differ at their first digit. */
export const digest = (mark: string): string => `sha256:${mark.repeat(64).slice(0, 64)}`;

/** Its Compose file with the image at this digest; `more` stands behind the image's line. */
export const compose = (at: string, tag = "1.0", more = ""): string =>
  `services:\n  web:\n    image: ghcr.io/you/web:${tag}@${at} # {"magos": {"policy": "semver"}}\n${more}`;

/** The repository with nothing but the stack, at the first digest. */
export const tree: Readonly<Record<string, string>> = {
  "magos.yaml": applyConfig,
  "stacks/web/compose.yaml": compose(digest("1")),
};

/** One test of `verb` on a host whose repository holds `files`. */
export function testOf(
  verb: string,
): (name: string, body: (world: ApplyWorld) => Promise<void>, files?: Readonly<Record<string, string>>) => void {
  return (name, body, files = tree) => Deno.test(`${verb} ${name}`, () => withApplyWorld(files, body));
}

/** The service and the beginning of the digest of each container. */
export function running({ engine }: ApplyWorld): readonly string[] {
  return [...engine.containers.values()].map((it) => `${it.service} ${it.digests[0]?.slice(7, 9)}`);
}
