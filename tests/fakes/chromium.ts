// A real browser without a window, driven by its own protocol over a socket on loopback. Playwright would do, but it asks
// for rights that the tests do not have (the names of home folder, processors and system).

/** What happened in a page. */
export interface PageEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A page that is open. */
export interface BrowserPage {
  /** Everything that the browser told of it so far. */
  readonly events: readonly PageEvent[];
  /** The value of an expression in the page, promises waited for. Throws what it throws. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses and releases a key, such as `Tab`. */
  press(key: string): Promise<void>;
  /** Any command of the protocol. */
  send(method: string, params?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
}

/** How a page is looked at. */
export interface View {
  /** CSS pixels. */
  readonly width: number;
  readonly scheme: "light" | "dark";
  /** Device pixels for each CSS pixel; 2 with half the width is a zoom of 200 %. */
  readonly scale?: number;
}

/** A browser that runs. */
export interface Browser {
  /** Opens an address and waits until it is loaded. */
  open(url: string, view: View): Promise<BrowserPage>;
}

/** It asks nobody for anything: no update, no account, no name but loopback's. The page is our own, so no sandbox. */
const flags = [
  "--headless",
  "--no-sandbox",
  "--remote-debugging-port=0",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--disable-sync",
  "--disable-breakpad",
  "--metrics-recording-only",
  "--no-default-browser-check",
  "--no-first-run",
  "--password-store=basic",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "about:blank",
] as const;

/** Starts Chromium with a profile of its own, runs the test, and takes both away. */
export async function withChromium(test: (browser: Browser) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "magos-chromium-" });
  const child = new Deno.Command("chromium", {
    args: [`--user-data-dir=${folder}/profile`, ...flags],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: folder, TMPDIR: folder },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const connection = await connect(await addressIn(said));
    // Nobody reads what it says from now on, and a full pipe would stop it.
    const drained = drain(said);
    try {
      await test({ open: (url, view) => openPage(connection, url, view) });
    } finally {
      await connection.end();
      await child.status;
      await drained;
    }
  } finally {
    await end(child);
    await said.cancel();
    await Deno.remove(folder, { recursive: true });
  }
}

async function addressIn(said: ReadableStreamDefaultReader<string>): Promise<string> {
  for (let text = "";;) {
    const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
    if (address !== undefined) return address;
    const { value, done } = await said.read();
    if (done) throw new Error(`chromium ended: ${text}`);
    text += value;
  }
}

async function drain(said: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await said.read()).done);
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
  await child.status;
}

type Params = Readonly<Record<string, unknown>>;

interface Connection {
  send(method: string, params?: Params, sessionId?: string): Promise<Params>;
  /** Hears all events of a session. */
  hear(sessionId: string, listener: (event: PageEvent) => void): void;
  /** Closes the browser. */
  end(): Promise<void>;
}

interface Answer extends PageEvent {
  readonly id?: number;
  readonly sessionId?: string;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

async function connect(address: string): Promise<Connection> {
  const socket = new WebSocket(address);
  const waiting = new Map<number, PromiseWithResolvers<Params>>();
  const listeners = new Map<string, (event: PageEvent) => void>();
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  socket.onopen = () => opened.resolve();
  socket.onclose = () => {
    const gone = new Error("chromium closed the connection");
    opened.reject(gone);
    waiting.forEach(({ reject }) => reject(gone));
    closed.resolve();
  };
  socket.onmessage = ({ data }) => {
    const answer: Answer = JSON.parse(data);
    if (answer.id === undefined) return listeners.get(answer.sessionId ?? "")?.(answer);
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error !== undefined) asked?.reject(new Error(answer.error.message));
    else asked?.resolve(answer.result ?? {});
  };
  await opened.promise;
  let last = 0;
  const send: Connection["send"] = (method, params = {}, sessionId) => {
    const asked = Promise.withResolvers<Params>();
    waiting.set(++last, asked);
    socket.send(JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    return asked.promise;
  };
  return {
    send,
    hear: (sessionId, listener) => listeners.set(sessionId, listener),
    async end() {
      // It may be gone before it has answered.
      await send("Browser.close").catch(() => {});
      await closed.promise;
    },
  };
}

async function openPage({ send, hear }: Connection, url: string, view: View): Promise<BrowserPage> {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const session = String(sessionId);
  const events: PageEvent[] = [];
  const loaded = Promise.withResolvers<void>();
  hear(session, (event) => {
    events.push(event);
    if (event.method === "Page.loadEventFired") loaded.resolve();
  });
  const ask = (method: string, params: Params = {}): Promise<Params> => send(method, params, session);
  for (const part of ["Page", "Runtime", "Log", "Network"]) await ask(`${part}.enable`);
  const size = { width: view.width, height: 900, deviceScaleFactor: view.scale ?? 1, mobile: false };
  await ask("Emulation.setDeviceMetricsOverride", size);
  await ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: view.scheme }] });
  await ask("Emulation.setScrollbarsHidden", { hidden: true });
  await ask("Page.navigate", { url });
  await loaded.promise;
  return {
    events,
    send: ask,
    async evaluate<T>(expression: string) {
      const answer = await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
      return (answer.result as { readonly value: T }).value;
    },
    async press(key) {
      const code = key === "Tab" ? 9 : key === "Enter" ? 13 : 0;
      const common = { key, code: key, windowsVirtualKeyCode: code };
      await ask("Input.dispatchKeyEvent", { type: "keyDown", ...common, ...(key === "Enter" ? { text: "\r" } : {}) });
      await ask("Input.dispatchKeyEvent", { type: "keyUp", ...common });
    },
  };
}
