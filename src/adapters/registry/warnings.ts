// What a registry warns of with its answers, told once for each repository (registries 5.4).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { Answer } from "./order.ts";
import type { RegistryState } from "./registry_state.ts";

const longest = 200;

/** Logs the text of `Warning: 299 - "text"` (distribution, "Warnings"), the first time a repository comes with one. */
export function noteWarning(state: RegistryState, endpoint: Endpoint, answer: Answer): void {
  const header = answer.headers.get("Warning");
  if (header === null || answer.url.origin !== endpoint.origin) return;
  const [, text] = /(?:^|,)\s*299 \S+ "((?:[^"\\]|\\.)*)"/.exec(header.slice(0, 8192)) ?? [];
  const name = formatRepository(endpoint.display);
  if (text === undefined || state.warned.has(name)) return;
  state.warned.add(name);
  // deno-lint-ignore no-control-regex
  const clean = text.replace(/\\(.)/g, "$1").replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "");
  state.parts.log.event("warning", "registry.warning", { image: name, message: clean.slice(0, longest) });
}
