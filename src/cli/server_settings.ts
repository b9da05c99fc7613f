// The server's secrets, read from the files that the configuration names.
import type { ServerConfig } from "../core/documents/daemon_config.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import { Secret } from "../core/model/secret.ts";
import type { System } from "../core/ports/system.ts";
import type { HttpSettings, WebhookSender } from "../daemon/http/http_parts.ts";

const largestFile = 64 * 1024;
/** 128 bits in the shortest usual writing, Base64 (contracts 5.2). */
const shortest = 22;

/** Reads them. Fails with `config.unreadable` or `config.invalid_value`; no message holds a secret. */
export async function readServerSettings(system: System, server: ServerConfig | null): Promise<Result<HttpSettings>> {
  if (server === null) return success({ names: [], adminToken: null, senders: [] });
  const { names, adminTokenFile, webhooks } = server;
  const token = adminTokenFile === null
    ? success(null)
    : await readSecret(system, adminTokenFile, "server.adminTokenFile");
  if (!token.ok) return token;
  const senders: WebhookSender[] = [];
  for (const [index, { kind, secretFile }] of webhooks.entries()) {
    const secret = await readSecret(system, secretFile, `server.webhooks[${index}].secretFile`);
    if (!secret.ok) return secret;
    senders.push({ kind, secret: secret.value });
  }
  return success({ names, adminToken: token.value, senders });
}

async function readSecret({ files, log, keepSecret }: System, path: string, setting: string): Promise<Result<Secret>> {
  const bytes = await files.read(path, largestFile);
  const cure = `check ${setting}: the file must be there, and readable for the user who runs magos`;
  if (!bytes.ok) return { ok: false, failure: { ...bytes.failure, code: "config.unreadable", cure } };
  if (bytes.value === null) {
    return failure("config.unreadable", `there is no ${path} (${setting})`, { file: path, cure });
  }
  const text = new TextDecoder().decode(bytes.value).replace(/^\ufeff/, "").trim();
  if (text.length < shortest || /\s/.test(text)) {
    return failure("config.invalid_value", `${path} holds no secret of ${shortest} or more characters without blanks`, {
      file: path,
      cure: "make one with: openssl rand -hex 16",
    });
  }
  const info = await files.stat(path);
  if (info.ok && ((info.value?.mode ?? 0) & 0o004) !== 0) {
    log.event("warning", "server.secret_readable_by_all", { file: path });
  }
  const secret = new Secret(text);
  keepSecret(secret);
  return success(secret);
}
