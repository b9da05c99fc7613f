// Whether a redirect may be followed (registries 9.2). Dropping the credential is the exchange's part.
import { reachOfHost } from "../../core/model/host_reach.ts";

/** Why a redirect is not followed, or null when it may be. */
export function refuseRedirect(from: URL, to: URL): string | null {
  if (to.protocol !== "https:" && to.protocol !== "http:") return "it leaves HTTP";
  if (from.protocol === "https:" && to.protocol !== "https:") return "it falls back from https to http";
  if (to.username !== "" || to.password !== "") return "it carries a user";
  if (from.hostname === to.hostname) return null;
  const reach = reachOfHost(to.hostname);
  if (reach === "public") return null;
  if (reach === "link-local" || reachOfHost(from.hostname) === "public") return "it leads into the inner network";
  return null;
}
