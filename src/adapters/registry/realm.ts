// Whether a token service that a registry names may be asked: the registry chooses where credentials go, so it is
// checked first (registries 9.1).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { reachOfHost } from "../../core/model/host_reach.ts";

/** Whether a realm may be used, and if not, why. */
export type RealmCheck = { readonly allowed: true; readonly url: URL } | {
  readonly allowed: false;
  readonly why: string;
};

const knownRealms: Readonly<Record<string, string>> = {
  "docker.io": "auth.docker.io",
  "registry-1.docker.io": "auth.docker.io",
  "registry.gitlab.com": "gitlab.com",
};

/** Checks a realm, which may be relative to the registry. `configured` are hosts that the user allows. */
export function checkRealm(
  realm: string,
  endpoint: Pick<Endpoint, "origin" | "host">,
  configured: readonly string[],
): RealmCheck {
  const registry = new URL(endpoint.origin);
  let url: URL;
  try {
    url = new URL(realm, registry);
  } catch {
    return { allowed: false, why: "it is no URL" };
  }
  if (url.protocol !== "https:" && (url.protocol !== "http:" || registry.protocol !== "http:")) {
    return { allowed: false, why: "it is not https" };
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "") {
    return { allowed: false, why: "it carries a user or a fragment" };
  }
  const sameHost = url.hostname === registry.hostname;
  const named = sameHost || configured.includes(url.hostname) || configured.includes(url.host);
  if (url.port !== "" && url.port !== registry.port && !configured.includes(url.host)) {
    return { allowed: false, why: "its port is neither the usual one nor the registry's own" };
  }
  const inner = reachOfHost(url.hostname) !== "public";
  if (inner && !(named && (sameHost || reachOfHost(registry.hostname) !== "public"))) {
    return { allowed: false, why: "it leads into the inner network" };
  }
  const related = named || knownRealms[endpoint.host] === url.hostname ||
    sameOwner(url.hostname, registry.hostname);
  return related ? { allowed: true, url } : { allowed: false, why: "it belongs to another host" };
}

// Suffixes under which strangers register names side by side. The whole public suffix list is not at hand; these are
// the ones where homelabs and registries live. Under a suffix missing here, two strangers' hosts count as one owner's,
// which lets a registry name its neighbour as token service, nothing more.
const sharedSuffixes = new Set(
  ("duckdns.org dynv6.net ddns.net no-ip.org hopto.org zapto.org dyndns.org dedyn.io mooo.com freeddns.org myds.me " +
    "synology.me myqnapcloud.com github.io gitlab.io pages.dev workers.dev vercel.app netlify.app fly.dev " +
    "herokuapp.com onrender.com web.app firebaseapp.com appspot.com run.app azurecr.io azurewebsites.net " +
    "cloudfront.net amazonaws.com ts.net ngrok.io ngrok.app trycloudflare.com nip.io sslip.io blogspot.com").split(" "),
);
const sharedSecondLevels = new Set("ac co com edu go gob gov gv info ltd me mil ne net nom or org plc sch".split(" "));

// The rule of distribution's own proxy: one registrable domain is one owner.
function sameOwner(one: string, other: string): boolean {
  const domain = registrableDomain(one);
  return domain !== null && domain === registrableDomain(other);
}

function registrableDomain(hostname: string): string | null {
  if (reachOfHost(hostname) !== "public" || hostname.startsWith("[") || /\.\d+$/.test(hostname)) return null;
  const labels = hostname.split(".");
  const [second = "", top = ""] = labels.slice(-2);
  const shared = sharedSuffixes.has(`${second}.${top}`) || (top.length === 2 && sharedSecondLevels.has(second));
  const length = shared ? 3 : 2;
  return labels.length < length ? null : labels.slice(-length).join(".");
}
