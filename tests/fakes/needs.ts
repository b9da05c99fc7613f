// What a test needs of the machine: names the missing program, and keeps a skip from passing for a success.

/** Programs a test may ask for, each with what installs it. */
const installs = {
  "age-keygen": "apt-get install age",
  busybox: "apt-get install busybox-static",
  chromium: "apt-get install chromium",
  containerd: "apt-get install containerd",
  crane: "go install github.com/google/go-containerregistry/cmd/crane@v0.20.2",
  docker: "apt-get install docker.io",
  "docker-compose": "go build ./cmd of github.com/docker/compose/v2@v2.15.1",
  "docker-registry": "apt-get install docker-registry",
  dockerd: "apt-get install docker.io",
  git: "apt-get install git",
  gpg: "apt-get install gnupg",
  namespaces: "run as root",
  nsenter: "apt-get install util-linux",
  openssl: "apt-get install openssl",
  podman: "apt-get install podman crun netavark aardvark-dns iptables",
  "podman-compose": "apt-get install podman-compose",
  "podman-remote": "go build -tags remote ./cmd/podman of github.com/containers/podman/v4@v4.9.5",
  runc: "apt-get install runc",
  sops: "go install github.com/getsops/sops/v3/cmd/sops@v3.8.1",
  "ssh-keygen": "apt-get install openssh-client",
  sshd: "apt-get install openssh-server",
  systemctl: "apt-get install systemd",
  "systemd-analyze": "apt-get install systemd",
  tmpfs: "run as root, or as somebody whom sudo asks for nothing",
} as const satisfies Record<string, string>;

/** A program that `needs()` knows how to get, or a right. */
export type Program = keyof typeof installs;

/** What only a user with rights may do: mount a tmpfs; have processes and mounts apart from those of the machine. */
export type Right = "tmpfs" | "namespaces";

/** Options for `Deno.test`: `name: "pull() reads a real registry" + suffix, ignore`. */
export interface Needs {
  readonly ignore: boolean;
  /** ` [needs docker-registry]`, also when the program is there: a test keeps its name on every machine. */
  readonly suffix: string;
}

/** What is asked of the machine; a test of `needs()` itself brings its own. */
export interface Machine {
  readonly env: (name: string) => string | undefined;
  readonly isExecutable: (path: string) => boolean;
  readonly may: (right: Right) => boolean;
}

const thisMachine: Machine = {
  env: (name) => Deno.env.get(name),
  isExecutable,
  may: (right) => right === "tmpfs" ? mountsTmpfs() : hasNamespaces(),
};

/**
 * Looks for the programs in PATH. A test of a missing one is ignored; under `MAGOS_TEST_NO_SKIP=1` the whole file fails
 * instead.
 * @throws {Error} with the missing programs and what installs them, only under `MAGOS_TEST_NO_SKIP=1`.
 */
export function needs(...programs: readonly [Program, ...Program[]]): Needs {
  return needsOf(thisMachine, programs);
}

/** The same, on a machine of the caller's making. */
export function needsOf(machine: Machine, programs: readonly Program[]): Needs {
  const folders = (machine.env("PATH") ?? "").split(":").filter((folder) => folder !== "");
  const missing = programs.filter((program) =>
    program === "tmpfs" || program === "namespaces"
      ? !machine.may(program)
      : !folders.some((folder) => machine.isExecutable(`${folder}/${program}`))
  );
  if (missing.length > 0 && machine.env("MAGOS_TEST_NO_SKIP") === "1") {
    const cures = missing.map((program) => `${program} (${installs[program]})`);
    throw new Error(`MAGOS_TEST_NO_SKIP=1 allows no skip, and this machine lacks ${cures.join(", ")}`);
  }
  return { ignore: missing.length > 0, suffix: ` [needs ${programs.join(", ")}]` };
}

/** Whether this user may mount a tmpfs, the way `withMemoryFolder()` does. */
function mountsTmpfs(): boolean {
  const folder = Deno.makeTempDirSync({ prefix: "magos-memory-" });
  const mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder];
  try {
    return [[], ["sudo", "-n"]].some((as) => succeeds([...as, ...mount]) && succeeds([...as, "umount", folder]));
  } finally {
    Deno.removeSync(folder);
  }
}

function hasNamespaces(): boolean {
  const apart = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  return succeeds(["unshare", ...apart, "mount", "-t", "tmpfs", "tmpfs", "/tmp"]);
}

function succeeds([program = "", ...args]: readonly string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether this machine could start the file. */
export function isExecutable(path: string): boolean {
  try {
    const found = Deno.statSync(path);
    return found.isFile && ((found.mode ?? 0) & 0o111) !== 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}
