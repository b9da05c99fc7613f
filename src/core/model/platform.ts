// Platforms of an image, in the one spelling that compares (image-spec, "platform"; registries.md 3.3).
import { failure, type Result, success } from "./problem.ts";

/** What an image runs on. `variant` is null where it makes no difference (`arm64/v8` is `arm64`). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
}

// A map, since registries choose the keys: an object also has a `constructor`.
const architectures: ReadonlyMap<string, readonly [string, string?]> = new Map([
  ["x86_64", ["amd64"]],
  ["x86-64", ["amd64"]],
  ["aarch64", ["arm64"]],
  ["armhf", ["arm", "v7"]],
  ["armel", ["arm", "v6"]],
  ["i386", ["386"]],
  ["i686", ["386"]],
]);

const variantForm = /^v[0-9]+(?:\.[0-9]+)?$/i;

/** Brings other spellings to the usual one: `aarch64` to `arm64`, `arm` to `arm/v7`, `amd64/v1` to `amd64`. */
export function normalisePlatform(system: string, architecture: string, variant: string | null = null): Platform {
  const os = system.toLowerCase();
  const [name, implied] = architectures.get(architecture.toLowerCase()) ?? [architecture.toLowerCase()];
  const given = variant === null || variant === "" ? implied ?? null : variant.toLowerCase();
  if (name === "arm") return { os, architecture: name, variant: given ?? "v7" };
  const usual = (name === "arm64" && given === "v8") || (name === "amd64" && given === "v1");
  return { os, architecture: name, variant: usual ? null : given };
}

/** Reads `arm64`, `linux/arm64` or `linux/arm/v7`; the system is linux unless it is named. */
export function parsePlatform(text: string): Result<Platform> {
  const [first = "", second, third] = text.split("/");
  const named = second !== undefined && !variantForm.test(second);
  const form = /^[a-z0-9._-]+(\/[a-z0-9._-]+){0,2}$/i;
  if (!form.test(text) || variantForm.test(named ? second : first) || (!named && third !== undefined)) {
    return failure("config.invalid_value", `"${text.slice(0, 100)}" is not a platform`, {
      cure: "write it like arm64 or linux/arm/v7",
    });
  }
  return success(
    named ? normalisePlatform(first, second, third ?? null) : normalisePlatform("linux", first, second ?? null),
  );
}

/** `linux/arm/v7`, `linux/amd64`. */
export function formatPlatform(platform: Platform): string {
  const variant = platform.variant === null ? "" : `/${platform.variant}`;
  return `${platform.os}/${platform.architecture}${variant}`;
}

/** Whether an image for `offered` runs on a host of `wanted`: arm and amd64 variants run on equal or higher hosts. */
export function runsOn(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  return variantNumber(offered) <= variantNumber(wanted);
}

function variantNumber(platform: Platform): number {
  if (platform.variant === null) return platform.architecture === "arm64" ? 8 : 1;
  return Number(/[0-9]+(?:\.[0-9]+)?/.exec(platform.variant)?.[0] ?? 0);
}
