// A real service manager of a user, in namespaces of its own: its services end with the test, whatever they do.

/** What a test does with it. */
export interface SystemdWorld {
  /** The user's HOME; units lie in `.config/systemd/user` below it. */
  readonly home: string;
  /** Runs a command where the manager is, and gives its exit code and what it said on both streams. */
  run(program: string, ...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
  /** `systemctl --user ARGS`. Throws when it fails. */
  systemctl(...args: readonly string[]): Promise<string>;
  /** One property of a unit. */
  show(unit: string, property: string): Promise<string>;
  /** Waits until the shell command succeeds; throws with the state of all units when a minute is over. */
  until(condition: string): Promise<void>;
  /** Writes `UNIT.d/test.conf` and lets the manager read it. */
  dropIn(unit: string, text: string): Promise<void>;
}

/** Programs that the world is made of. */
export const systemdPrograms = ["systemctl", "unshare", "nsenter"] as const;

const manager = "/lib/systemd/systemd";

// The manager wants cgroup v2, a /run that looks like systemd's, and a group of its own (systemd(1)).
const boot = `
umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$GROUP" && echo $$ >"/sys/fs/cgroup/$GROUP/cgroup.procs"
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /run/systemd/system /run/lock && mkdir -m 0700 -p "$XDG_RUNTIME_DIR"
${manager} --user &
until systemctl --user is-system-running >/dev/null 2>&1; do sleep 0.1; done
echo ready
wait`;

// Processes die some time after the first one of their namespace.
const cleanUp = `
umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
until find "/sys/fs/cgroup/$GROUP" -depth -type d -exec rmdir {} + 2>/dev/null; do sleep 0.1; done`;

/** Starts the manager, runs the test, ends everything. `env` reaches each of the services. */
export async function withSystemd(
  home: string,
  env: Readonly<Record<string, string>>,
  test: (world: SystemdWorld) => Promise<void>,
): Promise<void> {
  const variables = {
    PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    ...env,
    HOME: home,
    XDG_RUNTIME_DIR: "/run/user-of-test",
    GROUP: `magos-test-${crypto.randomUUID()}`,
  };
  const options = { env: variables, clearEnv: true, cwd: home, stdin: "null" } as const;
  const holder = new Deno.Command("unshare", {
    ...options,
    args: ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-euc", boot],
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
    const { code, text } = await run("systemctl", "--user", ...args);
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
        const status = await run("systemctl", "--user", "--no-pager", "--full", "status", "magos*");
        throw new Error(`never seen: ${condition}\n${text}\n${status.text}`);
      },
      async dropIn(unit, text) {
        const folder = `${home}/.config/systemd/user/${unit}.d`;
        await Deno.mkdir(folder, { recursive: true });
        await Deno.writeTextFile(`${folder}/test.conf`, text);
        await systemctl("daemon-reload");
      },
    });
  } finally {
    holder.kill("SIGKILL");
    await holder.status;
    await new Deno.Command("unshare", { ...options, args: ["--mount", "sh", "-euc", cleanUp] }).output();
  }
}
