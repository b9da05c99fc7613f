// The forge beside a git server, found and bound to one repository and one token.
import { type Result, success } from "../../core/model/problem.ts";
import type { Secret } from "../../core/model/secret.ts";
import type { ForgeSetup } from "../../core/ports/forge_setup.ts";
import { findForge, type KindOrder, repositoryPath } from "./forge_kind.ts";
import { createForgeSetup } from "./forge_setup.ts";

/** What is configured, and the machine. */
export interface OpenSetup extends Omit<KindOrder, "tls"> {
  /** The git remote. */
  readonly url: string;
  /** PEM texts of further roots. */
  readonly roots: string | null;
  readonly token: Secret;
  readonly userAgent: string;
}

/** Null where there is no forge that magos knows. The token goes to the API that was found, and nowhere else. */
export async function openSetup(order: OpenSetup): Promise<Result<ForgeSetup | null>> {
  const { http, url, roots, signal, userAgent, token } = order;
  const tls = roots === null ? null : { caCerts: [roots], client: null };
  const place = await findForge({ ...order, tls });
  if (!place.ok || place.value === null) return place.ok ? success(null) : place;
  const repository = repositoryPath(url);
  if (!repository.ok) return repository;
  const { kind, base } = place.value;
  const api = { http, base, tls, isGithub: kind === "github", userAgent, signal };
  return success(createForgeSetup({ api, place: place.value, repository: repository.value, token }));
}
