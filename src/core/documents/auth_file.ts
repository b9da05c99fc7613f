// podman's auth.json and Docker's config.json: text -> the logins they hold and the helpers they point to.
import type { Credential } from "../model/credential.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { Secret } from "../model/secret.ts";
import { decodeBase64 } from "./base64_text.ts";

/** One entry of `auths`. `marker`: it holds no secret, so a helper should have it (containers-auth.json(5)). */
export type AuthEntry =
  | { readonly kind: "login"; readonly credential: Credential }
  | { readonly kind: "marker" }
  | { readonly kind: "broken"; readonly why: string };

/** What the file says. Keys are as written, but for the host's letters, which are lowered. */
export interface AuthFile {
  /** The file's path, for messages. */
  readonly name: string;
  readonly entries: ReadonlyMap<string, AuthEntry>;
  /** `credHelpers`: a host and the helper that keeps its login; an empty name says that this very file keeps it. */
  readonly helpers: ReadonlyMap<string, string>;
  /** `credsStore`: the helper that keeps everything else, which only Docker's own file may name. */
  readonly store: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

// A header could not carry more, and no registry gives more.
const maxSecret = 32 * 1024;

/**
 * Reads the file. One bad entry spoils only itself; a file that is no JSON object, or whose parts have another form, is
 * `registry.auth_file`. A blank file holds no login. The text itself is never repeated in a message.
 */
export function parseAuthFile(text: string, name: string): Result<AuthFile> {
  if (text.trim() === "") return success({ name, entries: new Map(), helpers: new Map(), store: null });
  const document = parseObject(text);
  if (document === null) return invalid(name, "it is no JSON object");
  const { auths = {}, credHelpers = {}, credsStore = "" } = withoutNulls(document);
  if (!isFields(auths)) return invalid(name, `"auths" is no object`);
  if (!isFields(credHelpers) || !Object.values(credHelpers).every((it) => typeof it === "string")) {
    return invalid(name, `"credHelpers" does not give each host the name of a helper`);
  }
  if (typeof credsStore !== "string") return invalid(name, `"credsStore" is no name of a helper`);
  return success({
    name,
    entries: new Map(Object.entries(auths).map(([key, value]) => [lowerHost(key), readEntry(value)])),
    helpers: new Map(Object.entries(credHelpers).map(([key, value]) => [lowerHost(key), String(value)])),
    store: credsStore === "" ? null : credsStore,
  });
}

// The most specific form first, as Docker's own client takes them.
function readEntry(value: unknown): AuthEntry {
  if (!isFields(value)) return { kind: "broken", why: "it is no object" };
  const { registrytoken = "", identitytoken = "", auth = "", username = "", password = "" } = withoutNulls(value);
  const texts = [registrytoken, identitytoken, auth, username, password];
  if (!texts.every((it) => typeof it === "string" && it.length <= maxSecret)) {
    return { kind: "broken", why: "one of its fields is no text, or longer than any login" };
  }
  if (registrytoken !== "") return tokenLogin("bearer", String(registrytoken));
  if (identitytoken !== "") return tokenLogin("identity", String(identitytoken));
  if (auth !== "") return decodeAuth(String(auth));
  if (username === "" && password === "") return { kind: "marker" };
  return passwordLogin(String(username), String(password));
}

/** `auth` is the Base64 of `user:password`; some writers leave out the padding or fill up with NUL. */
function decodeAuth(auth: string): AuthEntry {
  const decoded = decodeBase64(auth);
  if (decoded === null) return { kind: "broken", why: `"auth" is no Base64` };
  const colon = decoded.indexOf(":");
  if (colon < 0) return { kind: "broken", why: `"auth" does not hold a user, a colon and a password` };
  // deno-lint-ignore no-control-regex
  return passwordLogin(decoded.slice(0, colon), decoded.slice(colon + 1).replace(/^\u0000+|\u0000+$/g, ""));
}

function passwordLogin(user: string, password: string): AuthEntry {
  // A user with a colon would be cut at another place by the registry (RFC 7617).
  if (user === "" || user.includes(":")) return { kind: "broken", why: "it names no user, or one with a colon" };
  return { kind: "login", credential: { kind: "password", user, password: new Secret(password) } };
}

function tokenLogin(kind: "identity" | "bearer", token: string): AuthEntry {
  if (!/^[\x21-\x7e]+$/.test(token)) return { kind: "broken", why: "its token holds blanks or other odd characters" };
  return { kind: "login", credential: { kind, token: new Secret(token) } };
}

// Host names have no case; paths of repositories are lower case anyway.
function lowerHost(key: string): string {
  const [, scheme = "", host = "", rest = ""] = /^(https?:\/\/)?([^/]*)(.*)$/is.exec(key) ?? [];
  return scheme.toLowerCase() + host.toLowerCase() + rest;
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    return isFields(value) ? value : null;
  } catch {
    // The engine's own words would quote a piece of the file.
    return null;
  }
}

function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(name: string, why: string): Result<never> {
  return failure("registry.auth_file", `${name} cannot be read as a file of registry logins: ${why}`, {
    file: name,
    cure: `correct or remove it, then log in again: podman login --authfile ${name} REGISTRY`,
  });
}
