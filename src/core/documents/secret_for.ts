// A reference to a Secret -> where its values come from: a file of this machine, or a document of the repository.
import { failure, type Result, success } from "../model/problem.ts";
import { Secret } from "../model/secret.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { type FluxSecret, secretOf } from "./flux_secret.ts";
import { resourcesOf } from "./resource.ts";

/** Where the values of a Secret are. */
export type SecretSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "document"; readonly secret: FluxSecret };

/**
 * Finds a Secret by `namespace:name`. The host's own file (`flux.secrets`) stands before the repository's document.
 * Fails with `flux.no_secret`.
 */
export function secretFor(
  key: string,
  secrets: ReadonlyMap<string, FluxSecret>,
  files: ReadonlyMap<string, string>,
): Result<SecretSource> {
  const path = files.get(key);
  if (path !== undefined) return success({ kind: "file", path });
  const secret = secrets.get(key);
  if (secret !== undefined) return success({ kind: "document", secret });
  const name = key.replace(":", "/");
  return failure("flux.no_secret", `there is no Secret ${key} in the repository`, {
    cure: `name a file of this machine that stands for it: flux: { secrets: { ${name}: /path/to/file } }`,
  });
}

/**
 * The text of such a file as the Secret it stands for: a whole Secret document, or its one value as it is - a file of
 * registry logins, a certificate, a signing key. Fails like the reading of documents.
 */
export function secretOfFile(text: string, path: string, key: string): Result<FluxSecret> {
  const yaml = /\bSecret\b/.test(text) ? parseYaml(text, path) : null;
  const resource = yaml?.ok ? resourcesOf(yaml.value).resources.find(({ kind }) => kind === "Secret") : undefined;
  if (resource !== undefined) return secretOf(resource, key, path);
  const values = namesFor(text).map((name) => [name, new Secret(text)] as const);
  return success({ key, place: path, type: "", values: new Map(values) });
}

function namesFor(text: string): readonly string[] {
  if (text.includes("-----BEGIN PGP PRIVATE KEY")) return ["git.asc"];
  const isCertificate = text.includes("-----BEGIN CERTIFICATE");
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(text)) return isCertificate ? ["tls.crt", "tls.key"] : ["identity"];
  if (isCertificate) return ["ca.crt"];
  return [".dockerconfigjson"];
}
