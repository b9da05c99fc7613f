// Where podman and Docker keep registry logins, in the order in which they are searched (registries 1.5).

/** One file that may hold logins. */
export interface AuthPlace {
  readonly path: string;
  /** `exclusive`: somebody named it, so it must be there. `guessed`: it may lie where this user may not look. */
  readonly kind: "exclusive" | "usual" | "guessed";
  /** Docker's own file, in which `credsStore` counts. */
  readonly isDocker: boolean;
}

/** What the places depend on. */
export interface AuthSurroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number | null;
  /** `registries.authFile`, or null. */
  readonly authFile: string | null;
}

/** The file that was named, alone; else podman's of this session and of the user, then Docker's. */
export function authPlaces({ env, cwd, uid, authFile }: AuthSurroundings): readonly AuthPlace[] {
  const absolute = (path: string): string => path.startsWith("/") ? path : `${cwd}/${path}`;
  const named = authFile ?? (env["REGISTRY_AUTH_FILE"] || null);
  if (named !== null) return [{ path: absolute(named), kind: "exclusive", isDocker: false }];
  const places: AuthPlace[] = [];
  const runtime = env["XDG_RUNTIME_DIR"];
  if (runtime) places.push({ path: `${absolute(runtime)}/containers/auth.json`, kind: "usual", isDocker: false });
  else if (uid !== null) places.push({ path: `/run/containers/${uid}/auth.json`, kind: "guessed", isDocker: false });
  const settings = userAuthFile(env, cwd);
  if (settings !== null) places.push({ path: settings, kind: "usual", isDocker: false });
  const docker = env["DOCKER_CONFIG"] || (env["HOME"] ? `${env["HOME"]}/.docker` : null);
  if (docker !== null) places.push({ path: `${absolute(docker)}/config.json`, kind: "usual", isDocker: true });
  return places;
}

/** The file that outlives a restart and is searched before Docker's: where a new login is best kept. */
export function userAuthFile(env: AuthSurroundings["env"], cwd: string): string | null {
  const folder = env["XDG_CONFIG_HOME"] || (env["HOME"] ? `${env["HOME"]}/.config` : null);
  if (folder === null) return null;
  return `${folder.startsWith("/") ? folder : `${cwd}/${folder}`}/containers/auth.json`;
}
