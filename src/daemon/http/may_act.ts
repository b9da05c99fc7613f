// Who may ask for more than a look: who shows the admin token, and no page of another site in the owner's browser.
import { isSameSecret } from "../../core/model/signature.ts";
import type { HttpSettings } from "./http_parts.ts";
import { isOwnHost } from "./host_check.ts";

/** Whether a request may act: `Authorization: Bearer TOKEN`, and no foreign `Origin` (contracts 5.2). */
export function mayAct(headers: Headers, { adminToken, names }: HttpSettings): boolean {
  if (adminToken === null || isForeign(headers.get("origin"), names)) return false;
  const shown = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
  return isSameSecret(shown.trim(), adminToken.reveal());
}

/** Programs send no `Origin`; browsers do with everything that acts. */
function isForeign(origin: string | null, names: readonly string[]): boolean {
  return origin !== null && !isOwnHost(origin.replace(/^https?:\/\//i, ""), names);
}
