// What checks share, opened by the first that wants it and closed in the end.
import { type Failure, failure, type Problem, type Result, success } from "../../core/model/problem.ts";
import type { Examination } from "../../core/ports/examiner.ts";
import { type Session, VerbFailure } from "../session.ts";
import { findInUse, hasNoRepository, type ValuesInUse } from "../values_in_use.ts";
import { openRemote, openWorld, type RemoteAccess, type World } from "../wire.ts";
import type { CheckContext } from "./check.ts";

/** The shared things, and their end. */
export interface OpenContext extends CheckContext {
  close(): Promise<void>;
}

/** Nothing is opened yet. */
export function openContext(session: Session): OpenContext {
  let world: Promise<Result<World>> | null = null;
  let remote: Promise<Result<RemoteAccess>> | null = null;
  let repository: Promise<Result<ValuesInUse | null>> | null = null;
  const examined = new Map<string, Promise<Result<Examination>>>();
  const context: OpenContext = {
    session,
    world: () => world ??= openWorld(session.system, session.config),
    remote: () => remote ??= openRemoteOf(context),
    repository: () => repository ??= readRepository(context),
    async inUse() {
      const read = await context.repository();
      return read.ok ? success(read.value?.targets ?? null) : read;
    },
    examine(place) {
      const key = JSON.stringify(place);
      const known = examined.get(key) ?? context.world().then(async (opened) => {
        if (!opened.ok) return opened;
        return success(await opened.value.registry.examine(place.host, place.image, session.system.stop));
      });
      examined.set(key, known);
      return known;
    },
    async close() {
      const opened = await world;
      if (opened?.ok) opened.value.close();
    },
  };
  return context;
}

async function openRemoteOf(context: CheckContext): Promise<Result<RemoteAccess>> {
  const { system, config, host } = context.session;
  const world = await context.world();
  return world.ok ? await openRemote(system, config, host.token, world.value.stateDir) : world;
}

async function readRepository(context: CheckContext): Promise<Result<ValuesInUse | null>> {
  const world = await context.world();
  if (!world.ok) return world;
  try {
    return success(await findInUse(context.session, world.value));
  } catch (error) {
    if (!(error instanceof VerbFailure)) throw error;
    if (hasNoRepository(context.session, error.problems)) return success(null);
    return { ok: false, failure: failureOf(error.problems) };
  }
}

function failureOf([first]: readonly Problem[]): Failure {
  if (first === undefined) return failure("git.failed", "the repository cannot be read").failure;
  const { severity: _severity, ...rest } = first;
  return { ...rest, retry: "never" };
}
