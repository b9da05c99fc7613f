// A new host for magos bootstrap: a home, the two files, a forge, and a repository behind it.
import assert from "node:assert/strict";
import { cli } from "../../src/cli/cli.ts";
import type { Process } from "../../src/core/ports/process.ts";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import { type ForgeOptions, type ForgeServer, startForge } from "../fakes/forge_server.ts";
import { type GitHttpServer, startGitHttpServer } from "../fakes/git_http_server.ts";
import { type GitRemote, makeGitRemote } from "../fakes/git_remote.ts";
import { needs } from "../fakes/needs.ts";
import { type SshServer, startSshServer } from "../fakes/ssh_server.ts";
import { testSystem } from "../fakes/test_system.ts";

/** What the forge takes. */
export const token = "forge-canary-token";
/** What the repository holds. */
export const tree = { "compose.yaml": "services: {}\n" };

/** The world of one test. */
export interface NewHost {
  readonly home: string;
  readonly folder: string;
  readonly forge: ForgeServer;
  readonly server: GitHttpServer;
  readonly remote: GitRemote;
  /** More variables for its environment; each may be changed. */
  readonly env: Record<string, string>;
  bootstrap(...args: readonly string[]): Promise<Answer>;
  read(file: string): Promise<string>;
}

/** What it said, without a secret. */
export interface Answer {
  readonly code: number;
  readonly steps: readonly string[];
  readonly codes: readonly string[];
  readonly cures: string;
  readonly all: string;
}

/** Builds it, runs the test, takes it down. */
export async function withHost(
  changes: Partial<ForgeOptions> & Pick<ForgeOptions, "kind">,
  test: (host: NewHost) => Promise<void>,
): Promise<void> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-bootstrap-" }));
  const [home, folder] = [`${base}/home`, `${base}/folder`];
  for (const path of [home, `${folder}/config`, `${base}/you`]) await Deno.mkdir(path, { recursive: true });
  const more: Record<string, string> = {};
  const server = await startGitHttpServer(base, { admits: (_user, password) => password === token });
  const forge = startForge(changes);
  try {
    const remote = await makeGitRemote(`${base}/you`, tree);
    await Deno.writeTextFile(`${folder}/config/flux.yaml`, `repo: ${server.url}/you/homelab.git\n`);
    await Deno.writeTextFile(`${folder}/config/secrets-flux.yaml`, `token: "${token}"\n`, { mode: 0o600 });
    await test({
      home,
      folder,
      forge,
      server,
      remote,
      env: more,
      read: (file) => Deno.readTextFile(`${home}/.config/magos/${file}`),
      async bootstrap(...args) {
        // Root's own state would be the machine's.
        const env = {
          HOME: home,
          MAGOS_REPO_FORGE: changes.kind,
          MAGOS_REPO_FORGE_URL: forge.url,
          STATE_DIRECTORY: `${home}/state`,
          ...more,
        };
        const machine = testSystem(folder, env, { process: withoutSystemctl() });
        const code = await cli(["bootstrap", "--user", "--json", ...args], machine.system);
        const all = machine.out() + machine.err() + JSON.stringify(machine.events);
        assert.ok(!all.includes("canary"), all);
        const { steps = [], problems = [] } = JSON.parse(machine.out());
        return {
          code,
          all,
          steps: steps.map((it: { step: string; state: string }) => `${it.step} ${it.state}`),
          codes: problems.map((it: { code: string }) => it.code),
          cures: problems.map((it: { cure?: string }) => it.cure ?? "").join("\n"),
        };
      },
    });
  } finally {
    await forge.close();
    await server.close();
    await Deno.remove(base, { recursive: true });
  }
}

/** The tests' machine has a service manager of its own, which is none of theirs. */
function withoutSystemctl(): Process {
  const real = denoProcess([]);
  return {
    run: (command) =>
      command.program === "systemctl"
        ? Promise.resolve({ ok: false, failure: { code: "process.missing", message: "no systemctl", retry: "never" } })
        : real.run(command),
  };
}

/** What a key needs. */
export const ssh = needs("sshd", "ssh-keygen");

/** The same with an SSH server that takes the deploy keys of the forge. */
export async function withKeys(
  changes: Partial<ForgeOptions>,
  test: (host: NewHost, server: SshServer) => Promise<void>,
): Promise<void> {
  const keys = await Deno.makeTempDir({ prefix: "magos-keys-" });
  const server = await startSshServer(keys);
  server.options.allows = "none";
  const [, kind, key] = (await Deno.readTextFile(server.knownHostsFile)).trim().split(" ");
  try {
    await withHost({
      kind: "github",
      hostKeys: [`${kind} ${key}`],
      keys: server.options.deployKeys as never,
      ...changes,
    }, (
      host,
    ) => {
      host.forge.options.sshUrl = server.url(`${host.remote.path}`);
      return test(host, server);
    });
  } finally {
    await server.close();
    await Deno.remove(keys, { recursive: true });
  }
}
