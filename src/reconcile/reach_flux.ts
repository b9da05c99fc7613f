// Between survey and scan: what Flux's ImageRepositories say of reaching their registries is read, and granted.
import type { Problem } from "../core/model/problem.ts";
import type { RepositoryAges } from "../core/model/repository_access.ts";
import type { Files } from "../core/ports/files.ts";
import type { CheckoutReader } from "./checkout_reader.ts";
import { fluxAccess, fluxAges, fluxImages, registrySecrets } from "./flux_access.ts";
import type { GrantPorts } from "./pass_ports.ts";
import { readSecrets, type SecretBook } from "./read_secrets.ts";
import type { SurveyedBase } from "./survey_automations.ts";
import type { CheckoutSurvey } from "./survey_checkout.ts";

/** What was granted. */
export interface ReachedFlux {
  readonly ages: ReadonlyMap<string, RepositoryAges>;
  readonly secrets: SecretBook;
  readonly problems: readonly Problem[];
}

/** Where Secrets come from. */
export interface ReachOptions {
  readonly secretFiles: ReadonlyMap<string, string>;
  readonly base: SurveyedBase;
}

/** Reads the Secrets in use and grants what they hold. The followed branch's Secrets hold for all others. */
export async function reachFlux(
  reader: CheckoutReader,
  { files, policies: { book }, rulers }: CheckoutSurvey,
  ports: GrantPorts & { readonly files: Files },
  { secretFiles, base }: ReachOptions,
): Promise<ReachedFlux> {
  const images = fluxImages(files.flatMap(({ found }) => found), book);
  const ages = fluxAges(images);
  if (base.secrets !== undefined) return { ages, secrets: base.secrets, problems: [] };
  const keys = rulers.signingKeys.map(({ secret }) => secret);
  const secrets = await readSecrets(reader, new Set([...registrySecrets(images), ...keys]), secretFiles, ports);
  const { access, problems } = fluxAccess(images, secrets, ports.keepSecret);
  ports.grant(access);
  return { ages, secrets, problems };
}
