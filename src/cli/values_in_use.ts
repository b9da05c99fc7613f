// The values that a repository follows, for verbs that ask about them without deciding anything.
import type { Config } from "../core/documents/config.ts";
import type { Target } from "../core/model/decision.ts";
import type { Problem } from "../core/model/problem.ts";
import type { SourceText } from "../core/patch/slot.ts";
import { readCheckout } from "../reconcile/checkout_reader.ts";
import type { RepositoryAges } from "../core/model/repository_access.ts";
import { reachFlux } from "../reconcile/reach_flux.ts";
import { anyBase } from "../reconcile/survey_automations.ts";
import { surveyCheckout } from "../reconcile/survey_checkout.ts";
import { openSource } from "./plan_source.ts";
import { configFor, planSettings } from "./repository_config.ts";
import { orFail, type Session, VerbFailure } from "./session.ts";
import type { World } from "./wire.ts";

/** What was found. */
export interface ValuesInUse {
  readonly targets: readonly Target[];
  /** What is wrong with the files. */
  readonly problems: readonly Problem[];
  /** With what the repository's own file adds. */
  readonly config: Config;
  /** All files of the repository. */
  readonly files: readonly string[];
  /** The Quadlet units among them. */
  readonly units: readonly SourceText[];
  /** What single repositories say of how old answers may be. */
  readonly ages: ReadonlyMap<string, RepositoryAges>;
}

/** Reads the repository of the configuration, or the clone around. Ends the verb where there is none. */
export async function findInUse(session: Session, world: World): Promise<ValuesInUse> {
  const { checkout } = await openSource(session, world);
  try {
    const config = await configFor(session, checkout);
    const reader = orFail(await readCheckout(checkout, session.system.files));
    const settings = planSettings(config, world);
    const surveyed = await surveyCheckout(reader, settings);
    const { secretFiles } = settings;
    const reached = await reachFlux(reader, surveyed, { ...session.system, grant: world.grant }, {
      secretFiles,
      base: anyBase,
    });
    const targets = surveyed.files.flatMap((file) => file.found.map((it) => it.target));
    const units: SourceText[] = [];
    for (const file of checkout.files.filter((it) => /\.(container|kube|pod)$/.test(it))) {
      const text = await reader.read(file);
      if (text.ok && text.value !== null) units.push({ file, text: text.value });
    }
    const problems = [...surveyed.problems, ...reached.problems];
    return { targets, problems, config, files: checkout.files, units, ages: reached.ages };
  } finally {
    await checkout.close();
  }
}

/**
 * The same for a verb that can do without: no repository at all is no problem, one that cannot be read is a warning, and
 * what is wrong with single lines of it is no matter of what the user asked for.
 */
export async function findInUseIfAny(session: Session, world: World): Promise<ValuesInUse> {
  try {
    return { ...await findInUse(session, world), problems: [] };
  } catch (error) {
    if (!(error instanceof VerbFailure)) throw error;
    const problems = hasNoRepository(session, error.problems) ? [] : error.problems.map(asWarning);
    return { targets: [], problems, config: session.config, files: [], units: [], ages: new Map() };
  }
}

/** Whether a failure says no more than that the user stands in no clone and has configured nothing. */
export function hasNoRepository(session: Session, problems: readonly Problem[]): boolean {
  return session.config.repo.url === null && problems.every(({ code }) => /^(git|process)\./.test(code));
}

function asWarning(problem: Problem): Problem {
  return { ...problem, severity: "warning" };
}
