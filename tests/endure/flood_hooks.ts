// A thousand webhooks a second: genuine ones, repeated, forged, to the wrong place, and not even JSON.
import { Secret } from "../../src/core/model/secret.ts";
import { hmacOf } from "../../src/core/model/signature.ts";
import { type EndureWorld, imageNames } from "./endure_world.ts";

/** What floods came to so far. */
export interface FloodFigures {
  sent: number;
  milliseconds: number;
  /** By status; 0: no answer. */
  readonly answers: Map<number, number>;
}

const aSecond = 1000;
const slices = 50;
/** More than these at once would measure the sender. */
const mostOpen = 256;

/** Sends until it is over. What finds no room among the open ones is not sent, and not counted. */
export async function floodHooks(
  { hookSecret }: EndureWorld,
  address: string,
  figures: FloodFigures,
  over: Promise<void>,
): Promise<void> {
  let isOver = false;
  void over.then(() => isOver = true);
  const secret = new Secret(hookSecret);
  const open = new Set<Promise<void>>();
  // Senders that go away: what the daemon keeps of them is not theirs to decide.
  using client = Deno.createHttpClient({});
  const begun = performance.now();
  for (let sent = 0; !isOver;) {
    const due = Math.round((performance.now() - begun) * aSecond / 1000) - sent;
    sent += due;
    for (let count = 0; count < due && open.size < mostOpen; count++) {
      const one = send(client, address, secret, figures.sent++).then((status) => {
        figures.answers.set(status, (figures.answers.get(status) ?? 0) + 1);
        open.delete(one);
      });
      open.add(one);
    }
    await new Promise((resolve) => setTimeout(resolve, aSecond / slices));
  }
  await Promise.all(open);
  figures.milliseconds += performance.now() - begun;
}

async function send(client: Deno.HttpClient, address: string, secret: Secret, number: number): Promise<number> {
  const image = imageNames[number % imageNames.length];
  // Every second one is genuine; of these every second one came before.
  const id = number % 4 === 0 ? number : 0;
  const body = number % 16 === 1 ? "x".repeat(3000) : JSON.stringify({ image, id });
  const bytes = new TextEncoder().encode(body);
  const key = number % 2 === 0 ? secret : new Secret("somebody else's");
  const kind = number % 32 === 3 ? "harbor" : "generic";
  try {
    const answer = await fetch(`${address}/webhooks/${kind}`, {
      method: "POST",
      headers: { "x-magos-signature": hmacOf(key, bytes) },
      body: bytes,
      client,
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}
