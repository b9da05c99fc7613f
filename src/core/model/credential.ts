// What a registry account consists of, in the three forms that login files and helpers know (registries 1.5).
import { sha256Of } from "./digest.ts";
import { base64, Secret } from "./secret.ts";

/**
 * `password`: user and password, for Basic and for token services. `identity`: a token that a token service takes in
 * exchange for others, and nobody else sees. `bearer`: a token that the registry itself takes.
 */
export type Credential =
  | { readonly kind: "password"; readonly user: string; readonly password: Secret }
  | { readonly kind: "identity"; readonly token: Secret }
  | { readonly kind: "bearer"; readonly token: Secret };

/** A name for the account that tells accounts apart and gives nothing away; `anon` without one. */
export function credentialId(credential: Credential | null): string {
  if (credential === null) return "anon";
  return credential.kind === "password"
    ? `${credential.kind} ${sha256Of(JSON.stringify([credential.user, credential.password.reveal()]))}`
    : `${credential.kind} ${sha256Of(credential.token.reveal())}`;
}

/**
 * Four digits that change with the account, for the state: enough to see that another account asks, and too few to try
 * passwords against.
 */
export function accountMark(credential: Credential | null): string {
  return sha256Of(credentialId(credential)).slice("sha256:".length, "sha256:".length + 4);
}

/** What must never be seen of it: the secret, and the form in which user and password travel. */
export function secretsOf(credential: Credential): readonly Secret[] {
  if (credential.kind !== "password") return [credential.token];
  const pair = base64(`${credential.user}:${credential.password.reveal()}`);
  return [credential.password, new Secret(pair), new Secret(pair.replace(/=+$/, ""))];
}
