// What the daemon under faults shows of itself: log, notices to systemd, memory, open files, answers on /healthz.
import type { DaemonProcess } from "../e2e/daemon_process.ts";

/** What was seen. Grows as the daemon runs. */
export interface DaemonWatch {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  /** How many events of each name came, passes with their result. */
  readonly events: ReadonlyMap<string, number>;
  /** Lines that tell of a bug, and what is no line of the log at all. */
  readonly crashes: readonly string[];
  /** The longest time without a word to the watchdog, and the slowest answer of /healthz; milliseconds. */
  readonly longestSilence: number;
  readonly slowestHealth: number;
  /** What /healthz said that was not `ok`. */
  readonly unhealthy: readonly string[];
  /** Waits for the next pass of a kind that ends after now, and gives its result. */
  nextPass(kind: string): Promise<string>;
  /** Memory in KiB and open files, now. */
  measure(): Promise<Measured>;
  /** Settles when the daemon has ended and all it said was read. */
  readonly ended: Promise<void>;
}

/** A moment's figures. */
export interface Measured {
  /** Resident now, and its own part of it; the most ever. KiB. */
  readonly resident: number;
  readonly own: number;
  readonly peak: number;
  readonly files: number;
}

/** Reads along until the daemon ends. Settles when it listens and systemd was told that it is ready. */
export async function watchDaemon(daemon: DaemonProcess): Promise<DaemonWatch> {
  const events = new Map<string, number>();
  const [crashes, unhealthy]: [string[], string[]] = [[], []];
  const waiting: { readonly kind: string; readonly done: (result: string) => void }[] = [];
  let [longestSilence, slowestHealth, beatAt] = [0, 0, performance.now()];
  const listening = Promise.withResolvers<string>();
  const note = (line: string): void => {
    const fields = parsed(line);
    if (fields === null || isCrash(fields)) crashes.push(line);
    if (fields === null) return;
    const name = String(fields["event"]);
    if (name === "server.listening") listening.resolve(String(fields["address"]));
    const isPass = name === "pass.ended";
    const key = isPass ? `${fields["kind"]} pass: ${fields["result"]}` : name;
    events.set(key, (events.get(key) ?? 0) + 1);
    if (!isPass) return;
    for (const wish of waiting.splice(0)) {
      if (wish.kind === fields["kind"]) wish.done(String(fields["result"]));
      else waiting.push(wish);
    }
  };
  const readLog = readLines((pattern) => daemon.line(pattern), note);
  const readNotices = readLines((pattern) => daemon.notice(pattern), (line) => {
    if (line !== "WATCHDOG=1") return;
    const now = performance.now();
    longestSilence = Math.max(longestSilence, now - beatAt);
    beatAt = now;
  });
  const address = await listening.promise;
  const health = new AbortController();
  const askHealth = async (): Promise<void> => {
    while (!health.signal.aborted) {
      const begun = performance.now();
      const said = await fetch(`${address}/healthz`).then((it) => it.text(), (error) => `no answer: ${error}`);
      if (health.signal.aborted) return;
      slowestHealth = Math.max(slowestHealth, performance.now() - begun);
      if (said !== "ok\n") unhealthy.push(said);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const asked = askHealth();
  return {
    address,
    events,
    crashes,
    unhealthy,
    get longestSilence() {
      return longestSilence;
    },
    get slowestHealth() {
      return slowestHealth;
    },
    nextPass: (kind) => new Promise((done) => waiting.push({ kind, done })),
    measure: () => measure(daemon.pid),
    ended: daemon.ended().then(async () => {
      health.abort();
      await Promise.all([readLog, asked]);
      void readNotices;
    }),
  };
}

async function readLines(next: (pattern: RegExp) => Promise<string>, note: (line: string) => void): Promise<void> {
  try {
    for (;;) note((await next(/^[^\n]*\n/)).trimEnd());
  } catch {
    // Whoever spoke has ended.
  }
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A state that cannot be read or written is the disk's fault; anything else that nobody expected is the program's. */
function isCrash({ event, error }: Record<string, unknown>): boolean {
  return event === "pass.crashed" || (event === "http.failed" && !String(error).startsWith("StoreFailure"));
}

/** Of the kernel: other processes' figures may only be read by a program, not by the test itself. */
async function measure(pid: number): Promise<Measured> {
  const script = `cat /proc/${pid}/status; echo "Files: $(ls /proc/${pid}/fd | wc -l)"`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  const text = new TextDecoder().decode(stdout);
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return { resident: field("VmRSS"), own: field("RssAnon"), peak: field("VmHWM"), files: field("Files") };
}
