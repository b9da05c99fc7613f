// doctor server: whether a daemon answers on this machine, and whether it says that it is ready.
import { success } from "../../core/model/problem.ts";
import type { Check, CheckContext, Finding } from "./check.ts";

/** Asks `/readyz`, as a watching program does. No daemon is no failure: timers and hands may run magos too. */
export const serverCheck: Check = {
  id: "server",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look({ session }: CheckContext): Promise<readonly Finding[]> {
  const { system, config } = session;
  const { server } = config.daemon;
  if (server === null || server.port === 0) return [{ state: "skip", message: "no address is configured for it" }];
  // A daemon that listens on all addresses listens on loopback too.
  const host = /^(0\.0\.0\.0|\[?::\]?)$/.test(server.hostname) ? "127.0.0.1" : server.hostname;
  const address = `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${server.port}`;
  const sent = await system.http.send(new Request(`${address}/readyz`), { headersTimeout: 3000, bodyTimeout: 3000 });
  if (!sent.ok) return [{ state: "skip", message: `no daemon answers at ${address}` }];
  const why = await firstLines(sent.value);
  if (sent.value.status === 200 && why === "ok") return [{ state: "ok", message: `the daemon at ${address} is ready` }];
  if (sent.value.status === 503) {
    return [{
      state: "warn",
      message: `the daemon at ${address} is not ready: ${why}`,
      cure: "magos status says more",
    }];
  }
  return [{
    state: "warn",
    message: `what answers at ${address} is no magos (status ${sent.value.status})`,
    cure: "set server.listen to another address, or end what listens there",
  }];
}

/** Bounded: another program may answer with anything. */
async function firstLines(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  try {
    const first = await reader?.read();
    await reader?.cancel();
    return new TextDecoder().decode(first?.value?.subarray(0, 300)).trim().replaceAll(/\s*\n\s*/g, "; ");
  } catch {
    return "";
  }
}
