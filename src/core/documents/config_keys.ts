// The configuration's keys, each with its type, meaning and who may set it. Everything else about the configuration
// (validation, JSON Schema, environment names, `config show`) follows from this one table (contracts.md 2.2).
import * as z from "zod";
import { checkBranchTemplate, checkMessageTemplate } from "../template/check_templates.ts";
import { parseDuration } from "../model/duration.ts";
import { type Result, success } from "../model/problem.ts";
import { isRegistryHost } from "../model/reference.ts";
import * as apply from "./apply_keys.ts";
import * as daemon from "./daemon_keys.ts";
import { platform } from "./policy_fields.ts";

/** One key of the configuration. */
export interface ConfigKey {
  readonly schema: z.ZodType;
  /** `host`: only the host's own file may set it. `repository`: the repository's file too. */
  readonly owner: "host" | "repository";
  /** Relative paths start at the file that names them. */
  readonly isPath: boolean;
  readonly meaning: string;
}

const text = z.string().min(1).max(1000);

const duration = text.refine(
  (value) => parseDuration(value).ok,
  "not a duration; write it like 90s, 10m, 1h30m, 3d or 1w",
);

// A user alone is fine before an SSH host, where it is part of the address.
const remote = text.refine((value) => !/^(https?:\/\/[^/?#]*@|[a-z+]+:\/\/[^/?#]*:[^/?#@]*@)/i.test(value), {
  message: "a URL with a user or password; put the token into a file and name it in repo.auth.tokenFile",
  params: { code: "config.secret_inline" },
});

// Each star in one part of a path multiplies the work on a long name; folders of people need no more than these.
const glob = text.refine(
  (value) => value.length <= 200 && value.split("/").every((part) => (part.match(/\*+/g) ?? []).length <= 2),
  "a glob may hold at most two * between two slashes, and 200 characters",
);

const httpUrl = text.refine((value) => /^https?:\/\/[^/?#@]+(\/[^?#]*)?$/i.test(value), "not an http or https URL");

const author = z.strictObject({
  name: text.regex(/^[^<>\n]+$/, "must not hold < or >"),
  email: text.regex(/^[^<>\s]+$/, "not an address"),
});

// The environment gives numbers as text.
const identifier = z.union([z.number().int().positive(), z.string().regex(/^[1-9][0-9]{0,15}$/, "not a number")]);

const pin = z.enum(["tag", "digest", "both"]);

const delivery = z.enum(["push", "branch"], {
  error: "must be push or branch; this version of magos opens no pull requests",
});

const exclusion = z.union([
  glob,
  z.strictObject({ image: text, reason: text.optional().describe("why it is left alone; plan --all shows it") }),
]);

/** A text that a template's check takes; what it finds wrong keeps its own code. */
function template(schema: z.ZodString, check: (text: string) => Result<string>): z.ZodType {
  return schema.superRefine((value, context) => {
    const checked = value === "" ? success("") : check(value);
    if (checked.ok) return;
    const { code, message, cure } = checked.failure;
    // The key stands before the message already.
    context.addIssue({ code: "custom", message: message.replace(/^update\.[a-z.]+: /, ""), params: { code, cure } });
  });
}

const signer = text.regex(/^\S+$/, "must hold no blanks");

const verifyCommits = z.strictObject({
  allowedSigners: text.optional().describe("ssh: a file as `ssh-keygen` reads it (ALLOWED SIGNERS)"),
  gpgKeys: text.optional().describe("gpg: a file of public keys"),
  bots: z.array(signer).max(100).optional().describe("signers that may only move marked values and add to .magos/"),
}).refine(({ allowedSigners, gpgKeys }) => allowedSigners !== undefined || gpgKeys !== undefined, {
  message: "names no keys; set allowedSigners or gpgKeys",
});

const sign = z.union([
  z.strictObject({ ssh: text.describe("a private key file without a passphrase") }),
  z.strictObject({ gpg: text.regex(/^[0-9A-Fa-f]{16,40}$/, "not a key id of 16 to 40 hex digits") }),
]);

const appImage = z.strictObject({ service: text.optional(), policy: text, pin: pin.optional() });

// `service` and `policy` on the app itself are the short form of one image (contracts 2.2).
const app = z.strictObject({
  name: text.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "must hold letters, digits, -, _ and . only"),
  compose: text.refine(
    (path) => !path.startsWith("/") && !path.split("/").includes(".."),
    "must be a path in the repository",
  ),
  images: z.array(appImage).max(100).optional(),
  service: text.optional(),
  policy: text.optional(),
  pin: pin.optional(),
  hosts: z.array(text).max(1000).optional(),
  after: z.array(text).max(100).optional().describe("stacks that must be healthy first"),
  window: apply.windows.optional(),
  health: apply.health.optional(),
  rollback: apply.rollback.optional(),
  hooks: apply.hooks.optional(),
  group: text.max(100).optional(),
});

// The environment gives words as text.
const flag = z.union([z.boolean(), z.enum(["true", "false"])], { error: "must be true or false" });

const secretName = text.regex(/^[^/\s]+\/[^/\s]+$/, "not a Secret; write it like flux-system/registry");

const hostName = text.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, "must hold letters, digits, -, _ and . only");

const registryHost = text.refine(isRegistryHost, "not a host; write it like registry.example.org or 10.0.0.5:5000");

const hostSettings = z.strictObject({
  concurrency: z.number().int().min(1).max(32).optional().describe("requests at a time"),
  realms: z.array(registryHost).max(100).optional().describe("hosts that may issue tokens for it"),
  caFile: text.optional().describe("a file of CA certificates (PEM) that its certificate may come from"),
  sideApi: z.boolean().optional().describe("whether its own API beside the registry's may be asked"),
  blobs: z.boolean().optional().describe("whether image configs may be fetched, often from another host"),
});

/** Every key that exists, in the order they are shown. */
export const configKeys: Readonly<Record<string, ConfigKey>> = {
  "repo.url": host(remote, "the GitOps repository: a URL, or a path of this machine"),
  "repo.branch": host(text, "the branch that is built on; default: the remote's own"),
  "repo.auth.tokenFile": hostPath("a file with the token that git sends to the remote"),
  "repo.auth.user": host(text, "the user that goes with the token; most forges take any"),
  "repo.auth.sshKeyFile": hostPath("a private key for SSH remotes, without a passphrase"),
  "repo.auth.knownHostsFile": hostPath("the remote's SSH host keys; no other is believed"),
  "repo.auth.githubApp.appId": host(identifier, "the GitHub App that pushes"),
  "repo.auth.githubApp.installationId": host(
    identifier,
    "its installation; default: found by the repository",
  ),
  "repo.auth.githubApp.privateKeyFile": hostPath("its private key (PEM)"),
  "repo.forge": host(
    z.enum(["auto", "github", "forgejo", "gitea", "gitlab", "none"]),
    "whose API the remote's server speaks",
  ),
  "repo.forgeUrl": host(httpUrl, "where that API is, when it is not at the git host"),
  "repo.caFile": hostPath("a file of CA certificates (PEM) that the git host's may come from, besides the usual ones"),
  "repo.verifyCommits": host(verifyCommits, "whose signatures both passes insist on"),
  "apps": repository(z.array(app).max(1000), "what exists: Compose files whose images are followed without markers"),
  "update.paths": repository(z.array(glob).min(1).max(1000), "folders, files or globs in which markers are sought"),
  "update.exclude": repository(z.array(exclusion).max(1000), "images or globs of names that are left alone, and why"),
  "update.schedule": repository(
    daemon.schedule,
    "when the daemon runs the update pass; its time zone rules branches too",
  ),
  "update.policies": repository(
    z.array(glob).min(1).max(1000),
    "folders, files or globs that hold magos's own policies",
  ),
  "update.pin": repository(pin, "what markers write: name:tag, name@digest, or both"),
  "update.delivery": repository(
    delivery,
    "how changes reach the repository: push to the branch, or to one of their own",
  ),
  "update.branch": repository(
    template(text, checkBranchTemplate),
    "the branch for `branch`, a template",
  ),
  "update.commit.per": repository(z.enum(["pass", "group", "image"]), "what goes into one commit"),
  "update.commit.message": repository(
    template(z.string().min(1).max(20_000), checkMessageTemplate),
    "the message, a template; default: built in",
  ),
  "update.commit.sign": host(sign, "the key that signs commits"),
  "update.commit.author": repository(author, "whose name the commits carry"),
  "gates.constraints.arch": repository(
    z.union([platform, z.array(platform).max(20)]),
    "platforms that every image must have, unless its marker or policy says otherwise",
  ),
  "gates.rollout.minAge": repository(
    duration,
    "how long a digest must have been seen, unless its marker or policy says otherwise",
  ),
  "flux.versioning": repository(z.enum(["flux", "loose"]), "how Flux's own policies read tags unless they say it"),
  "flux.strictNamespaces": repository(
    flag,
    "whether an automation sees policies of its own namespace alone, as in Flux",
  ),
  "flux.secrets": host(
    z.record(secretName, text),
    "files by namespace/name that stand for Secrets which are not in the repository",
  ),
  "registries.scanInterval": repository(duration, "how old a tag list may be before it is asked for again"),
  "registries.registriesConf": hostPath("podman's registries.conf; default: where podman looks"),
  "registries.authFile": hostPath("podman's auth.json; default: where podman looks"),
  "registries.certsDir": hostPath("a folder of host[:port] folders with certificates; default: where podman looks"),
  "registries.hosts": host(z.record(registryHost, hostSettings), "exceptions for single registries, by host[:port]"),
  "hosts": repository(
    z.record(hostName, z.strictObject({ platform })),
    "the hosts that share the repository, and the platform of each",
  ),
  "apply.schedule": host(daemon.applySchedule, "when the daemon deploys; without it, it never does"),
  "apply.host": host(hostName, "which of the hosts this one is; default: the machine's name"),
  "apply.discover": repository(apply.discover, "where stacks come from: apps, folders under hosts/HOST, gitops/HOST"),
  "apply.engine": host(apply.engine, "what runs Compose files; auto: the first one there is"),
  "apply.window": repository(apply.windows, "when stacks may be changed; default: always"),
  "apply.health": repository(apply.health, "how long a stack may take to be healthy, and what must answer"),
  "apply.rollback": repository(apply.rollback, "what happens to a stack that does not become healthy"),
  "apply.quarantine": repository(duration, "how long a digest that was rolled back is held"),
  "apply.prune": repository(flag, "whether what left git is removed, volumes never"),
  "apply.hooks": host(apply.hookRule, "when the hooks of stacks may run"),
  "apply.backup": host(apply.backup, "named volumes exported before a deployment, and taken back by a roll-back"),
  "apply.secrets.ageKeyFile": hostPath("the age key that opens encrypted files; default: what SOPS_* says"),
  "server.listen": host(daemon.listen, "where the daemon answers HTTP, or off"),
  "server.names": host(daemon.serverNames, "names it may be called by, besides those of loopback"),
  "server.adminTokenFile": hostPath("a file with the token that requests which act must show; default: none may"),
  "server.webhooks": host(daemon.webhooks, "who may say that something was pushed, and the secret of each"),
  "state.dir": hostPath("where state and the git mirror are kept"),
  "state.runtimeDir": hostPath("where plaintext of secrets lies while it is needed: a tmpfs"),
  "log.level": host(z.enum(["debug", "info", "warning", "error", "off"]), "how much is logged"),
  "log.format": host(z.enum(["text", "json", "auto"]), "how it is logged"),
};

/** The schema of a whole file, with every key optional. */
export const configSchema: z.ZodType = nested("");

/** The keys known directly below a path, for "did you mean". */
export function configKeysAt(path: readonly PropertyKey[]): readonly string[] {
  const prefix = path.length === 0 ? "" : `${path.join(".")}.`;
  const below = Object.keys(configKeys).filter((key) => key.startsWith(prefix));
  if (below.length === 0) return keysInside(path);
  return [...new Set(below.map((key) => key.slice(prefix.length).split(".")[0] ?? ""))];
}

function keysInside(path: readonly PropertyKey[]): readonly string[] {
  if (path.join(".") === "update.commit.author") return Object.keys(author.shape);
  if (/^(update|apply)\.schedule$/.test(path.join("."))) return daemon.scheduleKeys;
  const objects: Readonly<Record<string, { readonly shape: object }>> = {
    "repo.verifyCommits": verifyCommits,
    "apply.health": apply.health,
    "apply.backup": apply.backup,
  };
  const object = objects[path.join(".")];
  if (object !== undefined) return Object.keys(object.shape);
  const isHost = path.length === 3 && path[0] === "registries" && path[1] === "hosts";
  return isHost ? Object.keys(hostSettings.shape) : [];
}

/** The environment variable of a key: `MAGOS_` and the path in upper snake case (contracts.md 2.1). */
export function environmentName(key: string): string {
  return `MAGOS_${key.replaceAll(/([a-z])([A-Z])/g, "$1_$2").replaceAll(".", "_").toUpperCase()}`;
}

/** JSON Schema (draft 2020-12) for editors. */
export function configJsonSchema(): unknown {
  const schema = z.toJSONSchema(configSchema);
  // `server: false` is right, and `server: true` says nothing.
  const server = { ...schema.properties?.["server"] as object, type: ["object", "boolean"], not: { const: true } };
  const properties = { ...schema.properties, server };
  return { title: "magos configuration", ...schema, properties };
}

function nested(prefix: string): z.ZodType {
  const shape: Record<string, z.ZodType> = {};
  for (const name of configKeysAt(prefix === "" ? [] : prefix.split("."))) {
    const full = prefix === "" ? name : `${prefix}.${name}`;
    const leaf = configKeys[full];
    shape[name] = (leaf ? leaf.schema.describe(leaf.meaning) : nested(full)).optional();
  }
  return z.strictObject(shape);
}

function host(schema: z.ZodType, meaning: string): ConfigKey {
  return { schema, meaning, owner: "host", isPath: false };
}

function hostPath(meaning: string): ConfigKey {
  return { schema: text, meaning, owner: "host", isPath: true };
}

function repository(schema: z.ZodType, meaning: string): ConfigKey {
  return { schema, meaning, owner: "repository", isPath: false };
}
