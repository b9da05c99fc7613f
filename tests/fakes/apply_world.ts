// A host with an engine in memory: git, state and folders are real, time is driven, and every pass may be killed.
import { DatabaseSync } from "node:sqlite";
import { openState } from "../../src/adapters/state/open_state.ts";
import { schemaSql } from "../../src/adapters/state/schema.ts";
import { SqliteStore } from "../../src/adapters/state/sqlite_store.ts";
import { createSecretsFolder } from "../../src/adapters/secrets/secrets_folder.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { denoRandom } from "../../src/adapters/system/deno_random.ts";
import { planSettings } from "../../src/cli/repository_config.ts";
import { configOf, mergeLayers } from "../../src/core/documents/config.ts";
import { readConfigFile } from "../../src/core/documents/config_layer.ts";
import { noShortNames } from "../../src/core/documents/short_names.ts";
import { failure, type Result, success } from "../../src/core/model/problem.ts";
import type { StackOutcome } from "../../src/core/report/stack_outcome.ts";
import type { Git } from "../../src/core/ports/git.ts";
import type { HookCall } from "../../src/core/ports/hooks.ts";
import type { ApplyPorts, SettingsFor } from "../../src/reconcile/apply_ports.ts";
import type { ApplyRun, RunApplyOptions } from "../../src/reconcile/run_apply.ts";
import { runApply } from "../../src/reconcile/run_apply.ts";
import { type FakeEngine, fakeEngine } from "./fake_engine.ts";
import type { GitRemote, Tree } from "./git_remote.ts";
import { must, setUpGit } from "./git_setup.ts";
import { withGitWorld } from "./git_world.ts";
import { type ManualClock, manualClock } from "./manual_clock.ts";

/** What a test drives. */
export interface ApplyWorld {
  readonly remote: GitRemote;
  readonly engine: FakeEngine;
  readonly store: SqliteStore;
  readonly git: Git;
  readonly clock: ManualClock;
  /** State and runtime folders are in it. */
  readonly folder: string;
  readonly hooks: HookCall[];
  /** One pass. */
  pass(options?: Partial<RunApplyOptions>, ports?: Partial<ApplyPorts>): Promise<Result<ApplyRun>>;
  /** The end of the only stack, or of the one named. */
  stack(name?: string, options?: Partial<RunApplyOptions>): Promise<StackOutcome>;
  /** A pass that ends as if killed after the step. */
  killedAfter(step: string): Promise<boolean>;
}

class Killed extends Error {}

/** `magos.yaml` of the repository: what most tests want. */
export const applyConfig = "apply: { health: { settle: 2s, timeout: 60s } }\n" +
  "apps: [{ name: web, compose: stacks/web/compose.yaml }]\n";

/**
 * Builds the world on a repository, runs the test, takes all down. `disk`: a folder for all that magos keeps, its state
 * file with it; without one the state is in memory.
 */
export async function withApplyWorld(
  tree: Tree,
  test: (world: ApplyWorld) => Promise<void>,
  disk: string | null = null,
): Promise<void> {
  await withGitWorld("path", tree, async ({ remote, url, folder }) => {
    const stateDir = disk ?? `${folder}/state`;
    const clock = manualClock();
    const store = new SqliteStore(disk === null ? inMemory() : must(await openState(denoFiles, disk, 0)).database);
    const engine = fakeEngine(clock.now);
    const hooks: HookCall[] = [];
    let killAfter: string | null = null;
    const { git } = setUpGit(stateDir, url);
    // The folder of a test lies on a disk.
    const files = { ...denoFiles, isInMemory: () => Promise.resolve(success(true)) };
    const ports: ApplyPorts = {
      git,
      store,
      files,
      clock,
      random: denoRandom,
      engine,
      log: {
        event: (_level, name, fields) => {
          const isStep = name === "apply.step" || name === "update.step";
          if (isStep && killAfter !== null && fields?.["step"] === killAfter) throw new Killed();
        },
      },
      decryptor: { decrypt: ({ path }) => decrypt(path) },
      secrets: createSecretsFolder({ files, runtimeDir: `${folder}/run`, uid: Deno.uid() }),
      probe: { http: () => Promise.resolve(success(undefined)), tcp: () => Promise.resolve(success(undefined)) },
      hooks: {
        run: (call) => {
          hooks.push(call);
          return Promise.resolve(
            call.script.includes("false") ? failure("hook.failed", "it failed") : success(undefined),
          );
        },
      },
      stackFolder: (stack) => `${stateDir}/stacks/${stack}`,
      mask: (text) => text.replaceAll("first line", "*** line"),
      stop: new AbortController().signal,
      progress: () => {},
    };
    const pass: ApplyWorld["pass"] = (options = {}, changed = {}) =>
      runApply({ ...ports, ...changed }, {
        branch: null,
        settingsFor,
        verify: null,
        accept: null,
        only: null,
        self: null,
        impatient: false,
        host: "pi4",
        trigger: "test",
        stateDir,
        waitSeconds: 0,
        onWait: () => {},
        ...options,
      });
    try {
      await test({
        remote,
        engine,
        store,
        git,
        clock,
        folder,
        hooks,
        pass,
        async stack(name = "web", options = {}) {
          const ran = await pass(options);
          if (!ran.ok) throw new Error(`${ran.failure.code}: ${ran.failure.message}`);
          const found = ran.value.report.stacks.find((stack) => stack.name === name);
          if (found === undefined) throw new Error(`no ${name}: ${JSON.stringify(ran.value.report.problems)}`);
          return found;
        },
        async killedAfter(step) {
          killAfter = step;
          try {
            await pass();
            return false;
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
            return true;
          } finally {
            killAfter = null;
          }
        },
      });
    } finally {
      store.close();
    }
  });
}

function inMemory(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(schemaSql);
  return database;
}

const settingsFor: SettingsFor = async ({ root }) => {
  const text = await Deno.readTextFile(`${root}/magos.yaml`);
  const config = configOf(mergeLayers([readConfigFile(text, "magos.yaml", {})]));
  return {
    host: "pi4",
    apply: config.apply,
    author: config.update.author,
    delivery: config.update.delivery,
    survey: planSettings(config, { shortNames: noShortNames }),
  };
};

/** Encrypted files of a test begin with `ENC `. */
async function decrypt(path: string): Promise<Result<Uint8Array>> {
  const text = await Deno.readTextFile(path);
  return text.startsWith("ENC ")
    ? success(new TextEncoder().encode(text.slice(4)))
    : failure("secrets.key_missing", "no key on this host opens it");
}
