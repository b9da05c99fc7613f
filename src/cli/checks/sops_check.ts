// doctor sops: whether the encrypted files of the repository can be opened on this host.
import { success } from "../../core/model/problem.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { deploys } from "./deploys.ts";
import { isEncrypted } from "./encrypted.ts";
import { findingOf } from "./problem_finding.ts";

/** Looks for the program and the key; it decrypts nothing. */
export const sopsCheck: Check = {
  id: "sops",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const read = await context.repository();
  if (!read.ok) return [findingOf(read.failure)];
  const encrypted = (read.value?.files ?? []).filter(isEncrypted);
  if (encrypted.length === 0) return [{ state: "skip", message: "the repository holds no encrypted files" }];
  const bad = deploys(context.session) ? "fail" as const : "warn" as const;
  const { process, env } = context.session.system;
  const passed = ["PATH", "HOME"].flatMap((name) => env[name] ? [[name, env[name]] as const] : []);
  const ran = await process.run({
    program: "sops",
    args: ["--disable-version-check", "--version"],
    env: Object.fromEntries(passed),
    timeout: 4000,
  });
  if (!ran.ok) return [{ ...findingOf(ran.failure), state: bad, cure: "install sops" }];
  const version = /sops (\S+)/.exec(new TextDecoder().decode(ran.value.stdout))?.[1] ?? "of an unknown version";
  const found: Finding = {
    state: "ok",
    message: `sops ${version} for ${encrypted.length} encrypted files`,
    steps: ["whether the key opens them shows when they are decrypted"],
  };
  return [found, ...await lookAtKey(context, bad)];
}

/** A key by KMS or GPG is for sops to find; of a file with age keys it can be said who may read it. */
async function lookAtKey({ session }: CheckContext, bad: "fail" | "warn"): Promise<readonly Finding[]> {
  const { env, files } = session.system;
  if (session.config.apply.ageKeyFile === null && (env["SOPS_AGE_KEY"] || env["SOPS_AGE_KEY_CMD"])) return [];
  const named = session.config.apply.ageKeyFile ?? (env["SOPS_AGE_KEY_FILE"] || null);
  const config = env["XDG_CONFIG_HOME"] || (env["HOME"] ? `${env["HOME"]}/.config` : null);
  const path = named ?? (config === null ? null : `${config}/sops/age/keys.txt`);
  const real = path === null ? null : await files.realPath(path);
  if (path === null || !real?.ok || real.value === null) {
    const message = path === null ? "no age key is named" : `there is no age key at ${path}`;
    if (named === null) {
      return [{ state: "warn", message, cure: "name it in apply.secrets.ageKeyFile, unless sops has another key" }];
    }
    return [{ state: bad, message, cure: "put the key there, or name another file in apply.secrets.ageKeyFile" }];
  }
  const info = await files.stat(real.value);
  const mode = info.ok ? info.value?.mode ?? 0 : 0;
  if ((mode & 0o077) === 0) return [];
  return [{ state: bad, message: `others may read the age key ${path}`, cure: `chmod 0600 ${path}` }];
}
