// A real smart-HTTP remote on loopback: git's own http-backend as a CGI program behind a small server.

/** How the server behaves; each key may be changed while it runs. */
export interface GitHttpOptions {
  /** Who may come in; null lets everybody in. */
  login: { readonly user: string; readonly password: string } | null;
  /** Decides instead of `login` who may come in: for which path, and whether to push. */
  admits: ((user: string, password: string, path: string, wantsToPush: boolean) => boolean) | null;
  /** Answer with this status. */
  rejectWith: number | null;
  /** What `rejectWith` answers. */
  rejects: "everything" | "pushes";
  /** Happens once, before the next push may begin. */
  beforePush: (() => Promise<void>) | null;
  /** What the rejected are told; `{login}` becomes the login that they sent. */
  rejectText: string;
  /** Send everything on to this origin. */
  redirectTo: string | null;
}

/** What was asked of the server. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly contentEncoding: string | null;
}

/** A running server; `url` is the folder that holds the bare repositories. */
export interface GitHttpServer {
  readonly url: string;
  readonly options: GitHttpOptions;
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

/** Serves all bare repositories below `root`. Whether a push is allowed says their own `http.receivepack`. */
export async function startGitHttpServer(
  root: string,
  given: Partial<GitHttpOptions> = {},
  tls?: { readonly cert: string; readonly key: string },
): Promise<GitHttpServer> {
  const options: GitHttpOptions = {
    login: null,
    admits: null,
    rejectWith: null,
    rejects: "everything",
    beforePush: null,
    rejectText: "no",
    redirectTo: null,
    ...given,
  };
  const seen: SeenRequest[] = [];
  const backend = await findBackend();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls }, async (request) => {
    const { pathname, search } = new URL(request.url);
    seen.push({
      method: request.method,
      path: pathname + search,
      authorization: request.headers.get("authorization"),
      contentEncoding: request.headers.get("content-encoding"),
    });
    const refused = refuse(request, options, pathname + search);
    if (refused === null) {
      const { beforePush } = options;
      if (beforePush !== null && wantsToPush(search)) {
        options.beforePush = null;
        await beforePush();
      }
      return await runBackend(backend, root, request);
    }
    await request.body?.cancel();
    return refused;
  });
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${server.addr.port}`,
    options,
    seen,
    close: () => server.shutdown(),
  };
}

async function findBackend(): Promise<string> {
  const output = await new Deno.Command("git", { args: ["--exec-path"] }).output();
  return `${new TextDecoder().decode(output.stdout).trim()}/git-http-backend`;
}

function refuse(request: Request, options: GitHttpOptions, target: string): Response | null {
  if (options.redirectTo !== null) {
    return new Response(null, { status: 302, headers: { location: options.redirectTo + target } });
  }
  if (options.rejectWith !== null && (options.rejects === "everything" || wantsToPush(target))) {
    const [, pair = ""] = /^Basic (\S+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
    const text = options.rejectText.replace("{login}", `${pair} ${atob(pair)}`);
    return new Response(text, { status: options.rejectWith });
  }
  if (options.admits !== null) return isAdmitted(request, options.admits, target) ? null : whoAreYou();
  if (options.login === null) return null;
  const wanted = `Basic ${btoa(`${options.login.user}:${options.login.password}`)}`;
  if (request.headers.get("authorization") === wanted) return null;
  return whoAreYou();
}

function whoAreYou(): Response {
  return new Response("who are you?", { status: 401, headers: { "www-authenticate": 'Basic realm="git"' } });
}

function isAdmitted(request: Request, admits: NonNullable<GitHttpOptions["admits"]>, target: string): boolean {
  const [, pair = ""] = /^Basic (\S+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  const [, user = "", password = ""] = /^([^:]*):(.*)$/.exec(atob(pair)) ?? [];
  return admits(
    user,
    password,
    target.replace(/\/(info\/refs|git-[a-z-]+)(\?.*)?$/, ""),
    wantsToPush(target),
  );
}

function wantsToPush(target: string): boolean {
  return /git-receive-pack/.test(target);
}

/** One CGI exchange (RFC 3875): request body to stdin, headers and body from stdout, both streamed. */
async function runBackend(backend: string, root: string, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const child = new Deno.Command(backend, {
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REMOTE_ADDR: "127.0.0.1",
      CONTENT_TYPE: request.headers.get("content-type") ?? "",
      CONTENT_LENGTH: request.headers.get("content-length") ?? "",
      HTTP_CONTENT_ENCODING: request.headers.get("content-encoding") ?? "",
      GIT_PROTOCOL: request.headers.get("git-protocol") ?? "",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const fed = (request.body ?? new ReadableStream<Uint8Array>({ start: (empty) => empty.close() }))
    .pipeTo(child.stdin)
    .catch(() => {});
  const reader = child.stdout.getReader();
  const { status, headers, rest } = await readHead(reader);
  const body = new ReadableStream<Uint8Array>({
    start: (sink) => {
      if (rest.length > 0) sink.enqueue(rest);
    },
    pull: async (sink) => {
      const next = await reader.read();
      if (!next.done) return sink.enqueue(next.value);
      await Promise.all([fed, child.status]);
      sink.close();
    },
    cancel: async () => {
      await reader.cancel();
      await Promise.all([fed, child.status]);
    },
  });
  return new Response(body, { status, headers });
}

async function readHead(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<{ readonly status: number; readonly headers: Headers; readonly rest: Uint8Array<ArrayBuffer> }> {
  let text = "";
  while (!text.includes("\r\n\r\n")) {
    const next = await reader.read();
    if (next.done) break;
    text += Array.from(next.value, (byte) => String.fromCharCode(byte)).join("");
  }
  const end = text.indexOf("\r\n\r\n");
  const headers = new Headers();
  let status = end < 0 ? 500 : 200;
  for (const line of text.slice(0, Math.max(0, end)).split("\r\n")) {
    const [name = "", value = ""] = line.split(/: ?(.*)/s);
    if (name.toLowerCase() === "status") status = Number(value.slice(0, 3));
    else if (name !== "") headers.append(name, value);
  }
  const rest = end < 0 ? "" : text.slice(end + 4);
  return { status, headers, rest: Uint8Array.from(rest, (letter) => letter.charCodeAt(0)) };
}
