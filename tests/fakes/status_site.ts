// The daemon's status page on a real socket, over a state in memory, as a browser comes to it.
import type { Store } from "../../src/core/ports/store.ts";
import { busyHolds, fillBusy } from "./busy_status.ts";
import { type DaemonApp, daemonApp } from "./daemon_app.ts";
import { recordPass, samplePass, withState } from "./memory_state.ts";
import { sampleDecision, sampleTarget } from "./sample_decision.ts";

/** What the page may have to tell. */
export type Story = "busy" | "fresh" | "failing" | "hostile";

/** All of them. */
export const stories: readonly Story[] = ["busy", "fresh", "failing", "hostile"];

/** What somebody may have written into a message, a container's log or a commit, all in one. */
export const hostileText = `"><script>window.hit = 1</script><img src=x onerror="window.hit = 2">` +
  "\u202egnp.exe\u202c \u200b\u200d\ufeff\u2066x\u0000\u001b[31m\u0085\u2028 ]]>--> &lt;b&gt; {{ 7*7 }} \ud800 end";

/** Serves the page and ends with the test. */
export async function withStatusSite(story: Story, test: (url: string) => Promise<void>): Promise<void> {
  await withState(async (store) => {
    const { app } = await tell[story](store);
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
    try {
      await test(`http://127.0.0.1:${server.addr.port}/`);
    } finally {
      await server.shutdown();
    }
  });
}

const tell: Readonly<Record<Story, (store: Store) => DaemonApp | Promise<DaemonApp>>> = {
  async busy(store) {
    fillBusy(store, [...await sampleImages(), longImage]);
    return daemonApp(store, { holds: busyHolds, deploys: true, timeZone: "Europe/Berlin" });
  },
  fresh: (store) => daemonApp(store),
  failing(store) {
    const message = "the credentials may not push";
    const cure = "give the token the right to write contents";
    const problems = [{
      code: "git.denied",
      severity: "error",
      message: `${message}: ${"x".repeat(900)}`,
      cure,
    }] as const;
    recordPass(store, samplePass({ result: "failed", problems }));
    const site = daemonApp(store);
    const { state } = site.parts;
    state.configProblem = `configs/config.yaml:12:3: unknown key "shedule"`;
    state.passes.update.last = { result: "failed", retryAt: null, message, schedule: null };
    return site;
  },
  hostile(store) {
    const problems = [{ code: "git.denied", severity: "error", message: hostileText, cure: hostileText }] as const;
    const reference = { name: hostileText, tag: hostileText, digest: null };
    recordPass(store, samplePass({ trigger: hostileText, commit: hostileText, problems }), [
      sampleDecision({ target: sampleTarget({ current: reference }), newest: reference, state: "held" }),
    ]);
    return daemonApp(store);
  },
};

const longImage = `registry.example.org/${"a-long-team-name/".repeat(3)}${"never-ending".repeat(6)}:${
  "2026.01.20-".repeat(9)
}x`;

/** The images of the sample policies, as their markers stand at them. */
async function sampleImages(): Promise<readonly string[]> {
  const folder = new URL("../../policies/", import.meta.url);
  const names = (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).filter((name) =>
    name.endsWith(".compose.yaml")
  );
  const texts = await Promise.all(names.sort().map((name) => Deno.readTextFile(new URL(name, folder))));
  return texts.flatMap((text) => [...text.matchAll(/image: (\S+)/g)].map(([, image = ""]) => image));
}
