// A look at a service from outside, by Deno's own connections.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Http } from "../../core/ports/http.ts";
import type { Probe } from "../../core/ports/probe.ts";

/** Probes over the given way to HTTP; addresses by a bare connection. */
export function denoProbe(http: Http): Probe {
  return {
    http: (url, timeout, signal) => probeHttp(http, url, timeout, signal),
    tcp: probeTcp,
  };
}

async function probeHttp(http: Http, url: string, timeout: number, signal?: AbortSignal): Promise<Result<void>> {
  const options = { headersTimeout: timeout, bodyTimeout: timeout, ...(signal === undefined ? {} : { signal }) };
  const sent = await http.send(new Request(url), options);
  if (!sent.ok) return failed(url, sent.failure.message);
  await sent.value.body?.cancel();
  const { status } = sent.value;
  return status >= 200 && status < 400 ? success(undefined) : failed(url, `it answers with status ${status}`);
}

async function probeTcp(address: string, timeout: number, signal?: AbortSignal): Promise<Result<void>> {
  const [, hostname = "", port = ""] = /^\[?([^\]]*)\]?:(\d+)$/.exec(address) ?? [];
  const limit = AbortSignal.any([AbortSignal.timeout(timeout), ...(signal === undefined ? [] : [signal])]);
  try {
    (await Deno.connect({ hostname, port: Number(port), signal: limit })).close();
    return success(undefined);
  } catch (error) {
    return failed(address, error instanceof Error ? error.message : String(error));
  }
}

function failed(what: string, why: string): Result<never> {
  return failure("probe.failed", `${what}: ${why}`, { retry: "later" });
}
