// A wire to a server on loopback, with the faults that wires have.

/** `gone`: hangs up at once; `silent`: takes every connection and says nothing; `cut`: breaks off inside of an answer. */
export type LineMood = "open" | "gone" | "silent" | "slow" | "cut";

/** A running wire. */
export interface TcpLine {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** From now on; connections that are open are ended, or nobody would notice. */
  turn(mood: LineMood): void;
  close(): void;
}

/** Each piece of a slow wire comes so many milliseconds late. */
const late = 400;
/** Bytes of an answer after which it breaks off: in the head of some, in the body of others. */
const cutAfter = 350;

/** Connects to `target`, `host:port`, for everybody who connects to it. */
export function startTcpLine(target: string): TcpLine {
  const { hostname, port } = new URL(`http://${target}`);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let mood: LineMood = "open";
  const endAll = (): void => {
    for (const conn of open) end(conn);
    open.clear();
  };
  const serve = async (near: Deno.Conn): Promise<void> => {
    if (mood === "gone") return end(near);
    open.add(near);
    if (mood === "silent") return;
    const far = await Deno.connect({ hostname, port: Number(port) });
    open.add(far);
    await Promise.race([carry(near, far, () => mood), carry(far, near, () => mood, cutAfter)]).catch(() => {});
    for (const conn of [near, far]) {
      end(conn);
      open.delete(conn);
    }
  };
  const run = async (): Promise<void> => {
    for await (const conn of listener) void serve(conn).catch(() => end(conn));
  };
  void run();
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    turn(next) {
      mood = next;
      endAll();
    },
    close() {
      listener.close();
      endAll();
    },
  };
}

async function carry(from: Deno.Conn, to: Deno.Conn, mood: () => LineMood, most = Infinity): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  let carried = 0;
  for (let size = await from.read(buffer); size !== null; size = await from.read(buffer)) {
    if (mood() === "slow") await new Promise((resolve) => setTimeout(resolve, late));
    const isCut = mood() === "cut" && carried + size > most;
    const end = isCut ? Math.max(0, most - carried) : size;
    for (let at = 0; at < end;) at += await to.write(buffer.subarray(at, end));
    carried += size;
    if (isCut) return;
  }
}

function end(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It has ended by itself.
  }
}
