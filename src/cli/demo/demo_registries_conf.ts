// Sends the registries whose images the demo holds to the embedded one, by podman's own means.
import type { DemoImage } from "./demo_image.ts";

/** A registries.conf that maps the host of every image to `address` (`127.0.0.1:5000`). */
export function demoRegistriesConf(images: readonly DemoImage[], address: string): string {
  const hosts = new Set(images.map((image) => image.name.slice(0, image.name.indexOf("/"))));
  return [...hosts].sort().map((host) => `[[registry]]\nprefix = "${host}"\nlocation = "${address}"\n`).join("\n");
}
