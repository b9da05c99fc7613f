// One remote, the way to it, and a folder for all that a test makes: what each case of the git contract starts from.
import type { GitAuth } from "../../src/adapters/git/auth.ts";
import { Secret } from "../../src/core/model/secret.ts";
import { type GitHttpServer, startGitHttpServer } from "./git_http_server.ts";
import { type GitRemote, makeGitRemote, type Tree } from "./git_remote.ts";
import { type GitSetup, setUpGit } from "./git_setup.ts";

/** How the remote is reached. */
export type GitRoute = "path" | "file URL" | "HTTP";

/** The remote, and adapters on it. */
export interface GitWorld {
  readonly folder: string;
  readonly remote: GitRemote;
  readonly url: string;
  readonly auth: GitAuth | null;
  /** Null unless the route is HTTP. */
  readonly server: GitHttpServer | null;
  /** An adapter with a state folder of this name. */
  setUp(name?: string, env?: Readonly<Record<string, string>>): GitSetup;
}

/** The token of the HTTP route; no other text of a test looks like it. */
export const testToken = "tok-7f3aG_secret+/=";

/** Makes a world, runs the test in it, and takes everything down again. */
export async function withGitWorld(
  route: GitRoute,
  tree: Tree,
  test: (world: GitWorld) => Promise<void>,
  options: Parameters<typeof makeGitRemote>[2] = {},
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos git " }));
  const login = { user: "you", password: testToken };
  const server = route === "HTTP" ? await startGitHttpServer(folder, { login }) : null;
  try {
    const remote = await makeGitRemote(folder, tree, options);
    const url = server === null
      ? (route === "path" ? remote.path : `file://${encodeURI(remote.path)}`)
      : `${server.url}/homelab.git`;
    const auth = server === null ? null : { user: login.user, token: new Secret(login.password) };
    const setUp = (name = "state", env: Readonly<Record<string, string>> = {}): GitSetup =>
      setUpGit(`${folder}/${name}`, url, { auth, env });
    await test({ folder, remote, url, auth, server, setUp });
  } finally {
    await server?.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** How often a git sub-command was run. */
export function countCalls(setup: GitSetup, subcommand: string): number {
  return setup.commands.filter((command) => command.args[0] === subcommand).length;
}
