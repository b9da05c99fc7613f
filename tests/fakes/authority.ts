// A certificate authority of a homelab, made by openssl: its root, a server's certificate and a client's.

/** PEM texts of a certificate and its key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** An authority and what it issued. */
export interface Authority {
  readonly ca: string;
  readonly server: Pair;
  readonly client: Pair;
}

/** What is different from the usual. */
export interface AuthorityOptions {
  /** The authority's own name; default `homelab`. */
  readonly issuer?: string;
  /** Names of the server's certificate; default `IP:127.0.0.1,DNS:localhost`. */
  readonly names?: string;
  /** The server's certificate ended in 2021. */
  readonly expired?: boolean;
}

/** Makes an authority; all of its files are gone afterwards. */
export async function makeAuthority(options: AuthorityOptions = {}): Promise<Authority> {
  const folder = await Deno.makeTempDir({ prefix: "magos-ca-" });
  try {
    await run(folder, [
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650".split(" "),
      ...`-keyout ca.key -out ca.crt -subj /CN=${options.issuer ?? "homelab"}`.split(" "),
      ..."-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign".split(" "),
    ]);
    await Deno.writeTextFile(`${folder}/index.txt`, "");
    const names = options.names ?? "IP:127.0.0.1,DNS:localhost";
    const server = await issue(folder, "server", `subjectAltName=${names}`, options.expired ?? false);
    const client = await issue(folder, "client", "extendedKeyUsage=clientAuth", false);
    return { ca: await Deno.readTextFile(`${folder}/ca.crt`), server, client };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

// `openssl ca` and not `x509`: only the former takes a date of the past.
async function issue(folder: string, name: string, extension: string, expired: boolean): Promise<Pair> {
  await Deno.writeTextFile(`${folder}/${name}.cnf`, issuerConfig(extension));
  await run(folder, [
    ..."req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(" "),
    ...`-keyout ${name}.key -out ${name}.csr -subj /CN=${name}`.split(" "),
  ]);
  const dates = expired ? "-startdate 20200101000000Z -enddate 20210101000000Z" : "-days 3650";
  await run(
    folder,
    `ca -batch -config ${name}.cnf -in ${name}.csr -out ${name}.crt -cert ca.crt -keyfile ca.key ${dates} -notext`
      .split(" "),
  );
  return {
    cert: await Deno.readTextFile(`${folder}/${name}.crt`),
    key: await Deno.readTextFile(`${folder}/${name}.key`),
  };
}

function issuerConfig(extension: string): string {
  return `[ca]
default_ca = own
[own]
new_certs_dir = .
database = index.txt
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
basicConstraints = CA:FALSE
${extension}
`;
}

async function run(folder: string, args: readonly string[]): Promise<void> {
  const command = new Deno.Command("openssl", { args: [...args], cwd: folder, stdin: "null", stderr: "piped" });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
