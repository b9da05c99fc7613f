// The one version, which deno.json holds.
import manifest from "../../deno.json" with { type: "json" };

/** `0.1.0`. */
export const version: string = manifest.version;
