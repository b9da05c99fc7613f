// magos demo: the main job with nothing set up, on an embedded registry and a throw-away repository.
import { Command } from "@commander-js/extra-typings";
import type { RunningServer } from "../../core/ports/serve.ts";
import type { System } from "../../core/ports/system.ts";
import { demoRegistriesConf } from "../demo/demo_registries_conf.ts";
import { createDemoRegistry } from "../demo/demo_registry.ts";
import { demoFiles } from "../demo/demo_repository.ts";
import { demoImages } from "../demo/images.ts";
import { painterFor } from "../render/colour.ts";
import { exitCodes, orFail, runVerb, type Session } from "../session.ts";
import { createClone, refreshClone } from "../wire.ts";
import { plan } from "./plan.ts";
import type { Start } from "./start.ts";
import { update } from "./update.ts";

/** The verb. */
export function demoVerb(start: Start): Command<[], { keep?: true; serve?: true }> {
  return new Command("demo")
    .description("show the main job in ten seconds, on embedded parts; needs nothing but git")
    .option("--keep", "keep the folder with the repository and the state")
    .option("--serve", "keep the registry running as well, until Ctrl-C")
    .addHelpText("after", "\nExample:\n  magos demo --keep\n")
    .action((options) =>
      start((session) => demo(session, options.keep ?? options.serve ?? false, options.serve ?? false))
    );
}

async function demo(session: Session, keep: boolean, serve: boolean): Promise<number> {
  const { system } = session;
  const folder = orFail(await system.files.makeTemporaryFolder("magos-demo-"));
  const registry = createDemoRegistry(demoImages, { auth: "bearer" });
  const server = orFail(await system.serve.start(registry.fetch, { hostname: "127.0.0.1", port: 0 }));
  try {
    const code = await tell(session, folder, server);
    if (keep) tellWhatIsKept(session, folder, serve ? server : null);
    if (serve) await waitForStop(system);
    return code;
  } finally {
    await server.close();
    if (!keep) orFail(await system.files.remove(folder));
  }
}

async function tell(session: Session, folder: string, server: RunningServer): Promise<number> {
  const { system, flags } = session;
  const say = speaker(session);
  const parts = await buildParts(system, folder, server);
  say(
    "1",
    `an OCI registry on 127.0.0.1:${server.port} with ${demoImages.length} repositories, a git remote, a clone with marked images`,
  );
  say("", parts.workTree);
  const inner: System = { ...system, env: parts.env, cwd: parts.workTree };
  const run = (verb: (session: Session) => Promise<number>): Promise<number> =>
    runVerb(inner, { ...flags, config: parts.config }, verb);
  say("2", "magos plan: what would change, and why");
  const planned = await run((it) => plan(flags.json ? mute(it) : it, [], {}));
  say("3", "magos update: the same, committed and pushed");
  const updated = await run((it) => update(it, [], { wait: "10m" }));
  say("4", "magos update again: no news, so nothing happens");
  const again = await run((it) => update(flags.json ? mute(it) : it, [], { wait: "10m" }));
  orFail(await refreshClone(inner, parts.order));
  return [planned, updated, again].find((code) => code !== exitCodes.done) ?? exitCodes.done;
}

interface DemoParts {
  readonly workTree: string;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  readonly order: Parameters<typeof createClone>[1];
}

/** Everything in one folder; the user's own configuration and environment play no part. */
async function buildParts(system: System, folder: string, server: RunningServer): Promise<DemoParts> {
  const { files } = system;
  const conf = demoRegistriesConf(demoImages, `127.0.0.1:${server.port}`);
  orFail(await files.write(`${folder}/registries.conf`, conf));
  const config = [
    `repo: { url: ${folder}/remote.git, branch: main }`,
    `registries: { registriesConf: ${folder}/registries.conf }`,
    `state: { dir: ${folder}/state }`,
    "log: { level: warning }",
    "",
  ].join("\n");
  orFail(await files.write(`${folder}/config.yaml`, config));
  const order = {
    remote: `${folder}/remote.git`,
    workTree: `${folder}/homelab`,
    files: demoFiles,
    author: { name: "You", email: "you@localhost" },
    time: system.clock.now(),
  };
  orFail(await createClone(system, order));
  const kept = ["PATH", "HOME", "NO_COLOR", "TMPDIR"].flatMap((name) => {
    const value = system.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { workTree: order.workTree, config: `${folder}/config.yaml`, env: Object.fromEntries(kept), order };
}

function tellWhatIsKept(session: Session, folder: string, server: RunningServer | null): void {
  const config = `--config ${folder}/config.yaml`;
  const next = server === null ? `magos ${config} status` : `magos ${config} plan ollama/ollama`;
  const lines = [
    `kept in ${folder}: homelab (the clone), remote.git, state, config.yaml`,
    ...server === null ? [] : [`the registry answers at http://127.0.0.1:${server.port}/v2/ until Ctrl-C`],
    `try: ${next}`,
  ];
  session.system.stderr.write(`\n${lines.join("\n")}\n`);
}

async function waitForStop(system: System): Promise<void> {
  while (!system.stop.aborted) await system.clock.sleep(60_000, system.stop);
}

/** Headings on stdout for people; with `--json` only the update's document is printed. */
function speaker(session: Session): (step: string, text: string) => void {
  const { system, flags } = session;
  const paint = painterFor(system, system.stdout);
  return (step, text) => {
    if (flags.json || flags.quiet) return;
    system.stdout.write(step === "" ? `   ${text}\n` : `\n${paint("bold", `${step}. ${text}`)}\n`);
  };
}

function mute(session: Session): Session {
  return { ...session, print: () => {} };
}
