// Hundreds of SIGHUPs while the configuration is edited: right, wrong, half written, right again.
import type { EndureWorld } from "./endure_world.ts";

const pause = 10;

/** Signals until it is over; the last configuration is the right one, and so is the last signal's. */
export async function stormOfHangups(
  { config, homelab }: EndureWorld,
  signal: (name: Deno.Signal) => void,
  over: Promise<void>,
): Promise<void> {
  let isOver = false;
  void over.then(() => isOver = true);
  const texts = [
    config,
    `${config}update: { paths: 3 }\n`,
    config.replace("server: { ", "server: { names: [magos.example.org], "),
    // Half written, in the midst of the server's line: what stands before it alone would move the server.
    config.slice(0, config.indexOf("server: {") + 12),
  ];
  const put = async (text: string): Promise<void> => {
    await Deno.writeTextFile(`${homelab.config}.new`, text);
    await Deno.rename(`${homelab.config}.new`, homelab.config);
  };
  for (let round = 0; !isOver; round++) {
    if (round % 7 === 0) await put(texts[round / 7 % texts.length] ?? config);
    signal("SIGHUP");
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  await put(config);
  signal("SIGHUP");
}
