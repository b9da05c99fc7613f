// A real service manager, of a user or of a whole system, in namespaces of its own: its services end with the test.

/** What a test does with it. */
export interface SystemdWorld {
  /** The user's HOME, where units lie in `.config/systemd/user`; to the services of a system it is `/mnt`. */
  readonly home: string;
  /** Runs a command where the manager is, and gives its exit code and what it said on both streams. */
  run(program: string, ...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
  /** `systemctl ARGS`, of a user's manager with `--user`. Throws when it fails. */
  systemctl(...args: readonly string[]): Promise<string>;
  /** One property of a unit. */
  show(unit: string, property: string): Promise<string>;
  /** Waits until the shell command succeeds; throws with the state of all units when a minute is over. */
  until(condition: string): Promise<void>;
  /** Writes `UNIT.d/test.conf` and lets the manager read it. */
  dropIn(unit: string, text: string): Promise<void>;
}

/** Programs that the world is made of. */
export const systemdPrograms = ["systemctl", "namespaces", "nsenter"] as const;

// The manager wants cgroup v2, a /run that looks like systemd's, and a group of its own (systemd(1)).
const surroundings = `
umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$GROUP" && echo $$ >"/sys/fs/cgroup/$GROUP/cgroup.procs"
mount -t tmpfs -o mode=0755 tmpfs /run`;

const bootUser = `${surroundings}
mkdir -p /run/systemd/system /run/lock && mkdir -m 0700 -p "$XDG_RUNTIME_DIR"
/lib/systemd/systemd --user &
until systemctl --user is-system-running >/dev/null 2>&1; do sleep 0.1; done
echo ready
wait`;

// As in a container: it sees no unit and no state of the machine, and cannot change the kernel's settings. PrivateTmp=
// hides what lies in /tmp, and credentials are handed over by shared mounts.
const bootSystem = `${surroundings}
mount -t tmpfs -o mode=0755 tmpfs /var/lib
mount -t tmpfs tmpfs /lib/systemd/system-generators
mount -t tmpfs tmpfs /etc/systemd/system
for name in default sysinit basic shutdown network-online multi-user; do
  echo "[Unit]" >"/etc/systemd/system/$name.target"
done
mount --bind /dev/null /dev/console
mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys
mount --bind "$HOME" /mnt && mount --bind "$PROJECT" /opt && mount --bind "$DENO_DIR" /media
mount --bind "$(dirname "$DENO")" /srv
mount --make-rshared /
(until systemctl is-system-running >/dev/null 2>&1; do sleep 0.1; done; echo ready; exec >&-) &
exec unshare --cgroup /lib/systemd/systemd --system`;

// Processes die some time after the first one of their namespace.
const cleanUp = `
umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
[ -d "/sys/fs/cgroup/$GROUP" ] || exit 0
until find "/sys/fs/cgroup/$GROUP" -depth -type d -exec rmdir {} + 2>/dev/null; do sleep 0.1; done`;

const namespaces = ["--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Starts a user's manager, runs the test, ends everything. `env` reaches each of the services. */
export async function withSystemd(
  home: string,
  env: Readonly<Record<string, string>>,
  test: (world: SystemdWorld) => Promise<void>,
): Promise<void> {
  await withManager("user", { ...env, HOME: home, XDG_RUNTIME_DIR: "/run/user-of-test" }, home, test);
}

/** The same with a system's manager. `env` names what is `/opt` there (PROJECT), `/media` (DENO_DIR), in `/srv` (DENO). */
export async function withSystemSystemd(
  home: string,
  env: Readonly<Record<"PATH" | "PROJECT" | "DENO_DIR" | "DENO", string>>,
  test: (world: SystemdWorld) => Promise<void>,
): Promise<void> {
  const container = { container: "test", SYSTEMD_UNIT_PATH: "/etc/systemd/system" };
  await withManager("system", { ...env, ...container, HOME: home }, home, test);
}

async function withManager(
  scope: "user" | "system",
  env: Readonly<Record<string, string>>,
  home: string,
  test: (world: SystemdWorld) => Promise<void>,
): Promise<void> {
  const flags = scope === "user" ? ["--user"] : [];
  const variables = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env, GROUP: `magos-test-${crypto.randomUUID()}` };
  const options = { env: variables, clearEnv: true, cwd: home, stdin: "null" } as const;
  const holder = new Deno.Command("unshare", {
    ...options,
    args: [...namespaces, "sh", "-euc", scope === "user" ? bootUser : bootSystem],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const inside = [`--mount=/proc/${holder.pid}/ns/mnt`, `--pid=/proc/${holder.pid}/ns/pid_for_children`, "--"];
  const run: SystemdWorld["run"] = async (program, ...args) => {
    const command = new Deno.Command("nsenter", { ...options, args: [...inside, program, ...args] });
    const { code, stdout, stderr } = await command.output();
    return { code, text: (new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr)).trim() };
  };
  const systemctl: SystemdWorld["systemctl"] = async (...args) => {
    const { code, text } = await run("systemctl", ...flags, ...args);
    if (code !== 0) throw new Error(`systemctl ${args.join(" ")}: ${text}`);
    return text;
  };
  try {
    const reader = holder.stdout.getReader();
    const { done } = await reader.read();
    if (done) throw new Error("no service manager started");
    await reader.cancel();
    await test({
      home,
      run,
      systemctl,
      show: (unit, property) => systemctl("show", "--value", `--property=${property}`, unit),
      async until(condition) {
        const loop = `until ${condition}; do sleep 0.1; done`;
        const { code, text } = await run("timeout", "60", "sh", "-c", loop);
        if (code === 0) return;
        const status = await run("systemctl", ...flags, "--no-pager", "--full", "status", "magos*");
        throw new Error(`never seen: ${condition}\n${text}\n${status.text}`);
      },
      async dropIn(unit, text) {
        await Deno.writeTextFile(`${home}/drop-in`, text);
        const folder = scope === "user" ? `${home}/.config/systemd/user` : "/etc/systemd/system";
        await run("install", "-D", "-m", "0644", `${home}/drop-in`, `${folder}/${unit}.d/test.conf`);
        await systemctl("daemon-reload");
      },
    });
  } finally {
    holder.kill("SIGKILL");
    await holder.status;
    await new Deno.Command("unshare", { ...options, args: ["--mount", "sh", "-euc", cleanUp] }).output();
  }
}
