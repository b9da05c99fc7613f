// systemd's notification socket: one datagram for each notice, to the address that the environment names (sd_notify(3)).
import type { ServiceManager } from "../../core/ports/service_manager.ts";

/** Null where nobody started this process as a service that tells how it is. */
export function sdNotify(env: Readonly<Record<string, string>>): ServiceManager | null {
  const address = env["NOTIFY_SOCKET"];
  if (address === undefined || !/^[/@]./.test(address)) return null;
  // A name that starts with @ is one of Linux's abstract ones (unix(7)).
  const path = address.startsWith("@") ? `\0${address.slice(1)}` : address;
  return {
    watchdogSeconds: watchdogOf(env),
    async notify(state) {
      try {
        const socket = Deno.listenDatagram({ transport: "unixpacket" });
        try {
          await socket.send(new TextEncoder().encode(state), { transport: "unixpacket", path });
        } finally {
          socket.close();
        }
      } catch {
        // Whoever watches draws its own conclusion from silence.
      }
    },
  };
}

/** The watchdog may be meant for another process of the service. */
function watchdogOf(env: Readonly<Record<string, string>>): number | null {
  const micros = Number(env["WATCHDOG_USEC"]);
  const owner = env["WATCHDOG_PID"];
  const isOurs = owner === undefined || owner === String(Deno.pid);
  return isOurs && Number.isSafeInteger(micros) && micros > 0 ? micros / 1_000_000 : null;
}
