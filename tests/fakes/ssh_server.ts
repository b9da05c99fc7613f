// A real OpenSSH server on loopback, one process a connection, for whoever runs the tests and with keys of its own.

/** How it lets people in; each may be changed while it runs. */
export interface SshOptions {
  /** What the one key may do: everything, nothing at all, or only read, as a forge's read-only deploy key. */
  allows: "all" | "none" | "reading";
  /** Further keys that people have given to the forge, as in public key files. */
  readonly deployKeys: { readonly key: string; readonly readOnly: boolean }[];
}

/** The running server. */
export interface SshServer {
  readonly port: number;
  readonly options: SshOptions;
  /** `ssh://` address of a path of this machine. */
  url(path: string): string;
  /** Files to name in the configuration: the private key, and the known host keys. */
  readonly keyFile: string;
  readonly knownHostsFile: string;
  /** Connections so far. */
  connections(): number;
  /** From now on the server has another host key. */
  changeHostKey(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it. What its user needs is written into `clientFolder`, its own files are gone when it is closed. */
export async function startSshServer(clientFolder: string): Promise<SshServer> {
  const options: SshOptions = { allows: "all", deployKeys: [] };
  const folder = await Deno.makeTempDir({ prefix: "magos-sshd-" });
  // Without it sshd does not start as root.
  if (Deno.uid() === 0) await Deno.mkdir("/run/sshd", { recursive: true });
  for (const name of ["host_key", "other_host_key", "key"]) await makeKey(`${folder}/${name}`);
  await Deno.copyFile(`${folder}/key`, `${clientFolder}/key`);
  const user = await said("id", ["-un"]);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [kind, key] = (await Deno.readTextFile(`${folder}/host_key.pub`)).split(" ");
  await Deno.writeTextFile(`${clientFolder}/known_hosts`, `[127.0.0.1]:${port} ${kind} ${key}\n`);
  let hostKey = `${folder}/host_key`;
  let closed = false;
  const served: Promise<void>[] = [];
  const children = new Set<Deno.ChildProcess>();
  const accepting = (async () => {
    for await (const connection of listener) {
      const config = await writeConfig(folder, hostKey, options);
      const child = new Deno.Command(await findSshd(), {
        args: ["-i", "-e", "-f", config],
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      children.add(child);
      served.push(serve(connection, child).finally(() => children.delete(child)));
    }
  })().catch(() => {});
  return {
    port,
    options,
    url: (path) => `ssh://${user}@127.0.0.1:${port}${path}`,
    keyFile: `${clientFolder}/key`,
    knownHostsFile: `${clientFolder}/known_hosts`,
    connections: () => served.length,
    changeHostKey: () => Promise.resolve(void (hostKey = `${folder}/other_host_key`)),
    async close() {
      if (closed) return;
      closed = true;
      listener.close();
      await accepting;
      for (const child of children) child.kill();
      await Promise.all(served);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Makes an ed25519 key without a passphrase, or with one. */
export async function makeKey(path: string, passphrase = ""): Promise<void> {
  await said("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", path]);
}

async function serve(connection: Deno.TcpConn, child: Deno.ChildProcess): Promise<void> {
  const up = connection.readable.pipeTo(child.stdin).catch(() => {});
  const down = child.stdout.pipeTo(connection.writable).catch(() => {});
  await child.status;
  await down;
  // The client has heard all by now; it may still hold its side open.
  try {
    connection.close();
  } catch {
    // Its stream ended, and closed it.
  }
  await up;
}

/** In files of their own for each connection: clients open several at once, and sshd takes no half file for an error. */
async function writeConfig(home: string, hostKey: string, { allows, deployKeys }: SshOptions): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: home });
  const key = (await Deno.readTextFile(`${home}/key.pub`)).trim();
  const reads = 'command="case \\"$SSH_ORIGINAL_COMMAND\\" in git-upload-pack*) eval \\"$SSH_ORIGINAL_COMMAND\\";; ' +
    "*) echo 'ERROR: The key you are authenticating with has been marked as read only.' >&2; exit 1;; esac\" ";
  const line = allows === "none" ? "" : `${allows === "reading" ? reads : ""}${key}\n`;
  const more = deployKeys.map((it) => `${it.readOnly ? reads : ""}${it.key}\n`).join("");
  await Deno.writeTextFile(`${folder}/authorized_keys`, line + more);
  await Deno.writeTextFile(
    `${folder}/sshd_config`,
    `HostKey ${hostKey}
AuthorizedKeysFile ${folder}/authorized_keys
AuthenticationMethods publickey
PermitRootLogin yes
StrictModes no
UsePAM no
AcceptEnv GIT_PROTOCOL
PidFile none
Banner none
`,
  );
  return `${folder}/sshd_config`;
}

// It must be called by its full path, since it starts itself again for each connection.
async function findSshd(): Promise<string> {
  for (const folder of [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin"]) {
    const info = await Deno.stat(`${folder}/sshd`).catch(() => null);
    if (folder.startsWith("/") && info?.isFile) return `${folder}/sshd`;
  }
  throw new Error("there is no sshd");
}

async function said(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}
