// HTTP by Deno's own fetch, with redirects left to the caller and a limit on each wait.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Http, HttpOptions, TlsIdentity } from "../../core/ports/http.ts";

const defaultHeadersTimeout = 10_000;
const defaultBodyTimeout = 30_000;
// Deno's own reader makes room for 64 KiB at each read, which costs more than the whole request of a small answer.
const firstRead = 16 * 1024;
const nextRead = 64 * 1024;

// One client for each identity keeps its connections; a client of one host never serves another.
const clients = new Map<TlsIdentity, Deno.HttpClient>();

/** Sends requests by fetch. The body is given up when it has not ended in time, headers likewise. */
export const denoHttp: Http = {
  async send(request: Request, options: HttpOptions = {}): Promise<Result<Response>> {
    const limit = new AbortController();
    const client = clientFor(request, options.tls);
    if (!client.ok) return client;
    const stop = (): void => limit.abort();
    options.signal?.addEventListener("abort", stop, { once: true });
    let timer = setTimeout(stop, options.headersTimeout ?? defaultHeadersTimeout);
    const end = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", stop);
    };
    try {
      options.signal?.throwIfAborted();
      const response = await fetch(request, { redirect: "manual", signal: limit.signal, ...client.value });
      clearTimeout(timer);
      if (response.body === null) {
        end();
        return success(response);
      }
      timer = setTimeout(stop, options.bodyTimeout ?? defaultBodyTimeout);
      return success(endWithBody(response, response.body, limit.signal, end));
    } catch (error) {
      end();
      const aborted = options.signal?.aborted ?? false;
      const failed = unreachable(new URL(request.url).host, error, limit.signal.aborted, aborted);
      // A response that cannot be handed on has a body all the same.
      limit.abort();
      return failed;
    }
  },
  release(identity: TlsIdentity): void {
    clients.get(identity)?.close();
    clients.delete(identity);
  },
};

function clientFor(request: Request, tls: TlsIdentity | undefined): Result<{ readonly client?: Deno.HttpClient }> {
  if (tls === undefined) return success({});
  const kept = clients.get(tls);
  if (kept !== undefined) return success({ client: kept });
  const pair = tls.client === null ? {} : { cert: tls.client.cert, key: tls.client.key.reveal() };
  try {
    // Over HTTP/2 a server that refuses the client's certificate may be seen as a closed connection and nothing more.
    const client = Deno.createHttpClient({ caCerts: [...tls.caCerts], http2: false, ...pair });
    clients.set(tls, client);
    return success({ client });
  } catch (error) {
    const { host } = new URL(request.url);
    return failure("http.tls", `${host}: the certificates given for it cannot be used: ${causeOf(error)}`, {
      host,
      cure: `check the files in certs.d/${host} and registries.hosts.${host}.caFile`,
    });
  }
}

/** A copy of the response whose body fails at the limit, and calls `end` when it has been read or cancelled. */
function endWithBody(
  response: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: AbortSignal,
  end: () => void,
): Response {
  const reader = body.getReader({ mode: "byob" });
  // The signal inside of fetch may be collected once the headers are there, and then never ends the body.
  limit.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true });
  let room = firstRead;
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller): Promise<void> {
      try {
        const { done, value } = await reader.read(new Uint8Array(room));
        limit.throwIfAborted();
        if (value !== undefined && value.length === room) room = nextRead;
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    async cancel(reason): Promise<void> {
      end();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  // 204, 205 and 304 may not carry a body object at all, though fetch can hand out an empty one.
  const withoutBody = [101, 204, 205, 304].includes(response.status);
  if (withoutBody) {
    end();
    void reader.cancel();
  }
  const copy = new Response(withoutBody ? null : watched, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
  Object.defineProperty(copy, "url", { value: response.url });
  return copy;
}

function unreachable(host: string, error: unknown, timedOut: boolean, aborted: boolean): Result<never> {
  if (aborted) return failure("http.aborted", `the request to ${host} was ended`, { host, retry: "later" });
  if (timedOut) {
    return failure("http.timeout", `${host} did not answer in time`, { host, retry: "later", cure: cureFor(host) });
  }
  const cause = causeOf(error);
  if (isTlsFailure(cause.replaceAll(host.replace(/:\d+$/, ""), ""))) {
    return tlsFailure(host, cause);
  }
  return failure("http.unreachable", `${host} cannot be reached: ${cause}`, {
    host,
    retry: "later",
    cure: cureFor(host),
  });
}

/** What a user can do differs with the reason; who may vouch for the server is for the caller to say. */
function tlsFailure(host: string, cause: string): Result<never> {
  const message = (why: string): string => `the certificate of ${host} is not accepted: ${why} (${cause})`;
  // A bad signature: an authority of the same name is known here, with another key.
  if (/UnknownIssuer|BadSignature|self.?signed|CaUsedAsEndEntity/i.test(cause)) {
    return failure("http.tls", message("its issuer is not known here"), { host });
  }
  if (/expired/i.test(cause)) {
    return failure("http.tls", message("it has expired"), { host, cure: "renew the certificate; check the clock" });
  }
  if (/not ?valid ?yet/i.test(cause)) {
    return failure("http.tls", message("it is not valid yet"), { host, cure: "check the clock of both machines" });
  }
  if (/not ?valid ?for ?name/i.test(cause)) {
    return failure("http.tls", message("it is for another name"), { host, cure: "use a name that it holds" });
  }
  if (/certificate_?required|CertificateRequired|bad_?certificate/i.test(cause)) {
    return failure("http.tls", `${host} wants a client certificate, or does not accept the given one (${cause})`, {
      host,
      cure: `put client.cert and client.key into /etc/containers/certs.d/${host}`,
    });
  }
  return failure("http.tls", `${host}: the TLS connection failed: ${cause}`, {
    host,
    cure: "check the server's certificate and TLS settings",
  });
}

/** A connection that ends during the handshake is as dead as any other; it says nothing of the certificate. */
function isTlsFailure(cause: string): boolean {
  return /certificate|UnknownIssuer|tls|ssl/i.test(cause) && !/handshake eof|reset|broken pipe/i.test(cause);
}

function cureFor(host: string): string {
  return `check the name ${host}, the network, and that the server runs`;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : "";
  // The address may carry a signature in its query, and its host name is no word of the error.
  const words = (cause || error.message).replaceAll(/(?: for url)? \(?https?:\/\/[^\s)]*\)?/g, "");
  return words.replaceAll(/\s+/g, " ").slice(0, 300);
}
