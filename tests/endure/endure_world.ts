// What the daemon under faults has around it: a homelab whose registries, remote, clock and disk the faults reach.
import { type Homelab, homelabToken, release, withHomelab } from "../e2e/homelab.ts";
import type { Fault } from "../fakes/fake_registry.ts";
import { type GitHttpServer, startGitHttpServer } from "../fakes/git_http_server.ts";
import { withMemoryFolder } from "../fakes/memory_folder.ts";
import { startTcpLine, type TcpLine } from "../fakes/tcp_line.ts";

/** The images that are followed. Two registries, so that one can be ill alone. */
export const imageNames = [
  "ghcr.io/you/web",
  "ghcr.io/you/db",
  "ghcr.io/you/cache",
  "quay.io/me/mail",
  "quay.io/me/wiki",
  "quay.io/me/photos",
] as const;

/** The world. */
export interface EndureWorld {
  readonly homelab: Homelab;
  /** Where the state lies: a small disk of its own. */
  readonly disk: string;
  /** The same remote for people, whom no fault reaches. */
  readonly peoplesServer: GitHttpServer;
  /** The wires to the registries and to the remote. */
  readonly lines: Readonly<Record<"ghcr" | "quay" | "git", TcpLine>>;
  /** What each registry does wrong at the moment. */
  readonly faults: Record<"ghcr" | "quay", Fault | null>;
  /** Sets the daemon's wall clock: milliseconds ahead of the machine's. */
  setClock(ahead: number): Promise<void>;
  /** Where the clock is read from. */
  readonly clockFile: string;
  /** The configuration as it should be. */
  readonly config: string;
  readonly hookSecret: string;
}

const hookSecret = "en-0123456789abcdef0123456789";
const paths = { ghcr: "/you/", quay: "/me/" } as const;
const images = imageNames.map((name) => ({ name, releases: [release("1.0")] }));
const tree = {
  "compose.yaml": `services:\n${
    imageNames.map((name) =>
      `  ${name.split("/")[2]}:\n    image: ${name}:1.0 # {"magos": {"policy": "semver"}}\n    restart: always\n`
    ).join("")
  }`,
  "notes.md": "\n",
};

/** Builds the world, runs the test, takes all down. `every` is the time between two passes. */
export function withEndureWorld(every: string, test: (world: EndureWorld) => Promise<void>): Promise<void> {
  const settings = `update: { schedule: { every: ${every} } }
apply: { schedule: { every: ${every} } }
server: { listen: "127.0.0.1:0", webhooks: [{ kind: generic, secretFile: hook }] }
log: { level: info, format: json }
`;
  const faults: EndureWorld["faults"] = { ghcr: null, quay: null };
  const faulty: Fault = (request, next) => {
    const { pathname, searchParams } = new URL(request.url);
    const asked = pathname + (searchParams.get("scope") ?? "").replace("repository:", "/");
    const fault = faults[asked.includes(paths.quay) ? "quay" : "ghcr"];
    return fault === null ? next() : fault(request, next);
  };
  return withMemoryFolder(
    (disk) =>
      withHomelab({ tree, images, settings, faults: [faulty], stateDir: `${disk}/state` }, async (homelab) => {
        const { registry: { address }, server, folder } = homelab;
        const lines = {
          ghcr: startTcpLine(address),
          quay: startTcpLine(address),
          git: startTcpLine(new URL(server.url).host),
        };
        const peoplesServer = await startGitHttpServer(folder, { login: { user: "you", password: homelabToken } });
        try {
          await Deno.writeTextFile(`${folder}/registries.conf`, registriesConf(lines));
          await Deno.writeTextFile(`${folder}/hook`, hookSecret, { mode: 0o600 });
          const written = await Deno.readTextFile(homelab.config);
          const config = written.replace(server.url, `http://${lines.git.address}`);
          await Deno.writeTextFile(homelab.config, config);
          const clockFile = `${folder}/wall-clock`;
          const setClock = async (ahead: number): Promise<void> => {
            await Deno.writeTextFile(`${clockFile}.new`, String(ahead));
            await Deno.rename(`${clockFile}.new`, clockFile);
          };
          await setClock(0);
          await test({ homelab, disk, peoplesServer, lines, faults, setClock, clockFile, config, hookSecret });
        } finally {
          for (const line of Object.values(lines)) line.close();
          await peoplesServer.close();
        }
      }),
    "24m",
  );
}

function registriesConf(lines: EndureWorld["lines"]): string {
  return (["ghcr", "quay"] as const).map((name) =>
    `[[registry]]\nprefix = "${name}.io"\nlocation = "${lines[name].address}"\ninsecure = true\n`
  ).join("\n");
}
