// magos hold: keeps an image where it is, by a line in the repository; alone it lists what is held.
import { Command } from "@commander-js/extra-typings";
import { editToHold } from "../../core/documents/change_holds.ts";
import { holdsFile } from "../../core/documents/holds.ts";
import { canonicalName } from "../../core/model/reference.ts";
import { holdsReport } from "../../core/report/hold_report.ts";
import { readCheckout } from "../../reconcile/checkout_reader.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { surveyHolds } from "../../reconcile/survey_holds.ts";
import { chooseNamed } from "../choose_targets.ts";
import { changeHolds, followedIn, holdsByHand, inForce } from "../hold_session.ts";
import { type HoldFlags, readHold } from "../hold_words.ts";
import { pastBehind } from "../history_source.ts";
import { openSource } from "../plan_source.ts";
import { renderHolds, renderHoldsChange } from "../render/hold_text.ts";
import { exitCodes, orFail, type Session, VerbFailure } from "../session.ts";
import { openWorld } from "../wire.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function holdVerb(start: Start): Command<[string | undefined], HoldFlags> {
  return new Command("hold")
    .description("keep an image where it is until somebody says otherwise; alone: list the holds")
    .argument("[image]", "as a file names it; a tag or digest behind it holds that one alone")
    .option("--tag <tag>", "never take this tag")
    .option("--digest <digest>", "never take this digest")
    .option("--above <tag>", "until a release above this one")
    .option("--until <time|duration>", "until then: 2026-02-01, 2026-02-01T06:00:00Z, 3d")
    .option("--reason <text>", "why, for whoever reads the list")
    .option("--wait <duration>", "how long to wait for a pass that is running", "10m")
    .addHelpText(
      "after",
      '\nExamples:\n  magos hold ghcr.io/you/app:1.5 --reason "breaks the login"\n  magos hold ghcr.io/you/app --until 3d\n',
    )
    .action((image, flags) =>
      start((session) => image === undefined ? list(session, flags) : hold(session, image, flags))
    );
}

async function hold(session: Session, image: string, flags: HoldFlags): Promise<number> {
  const { system } = session;
  const wanted = orFail(readHold(image, flags, system.clock.now(), system.hostname));
  const changed = await changeHolds(session, {
    image: wanted.image,
    wait: flags.wait,
    apart: false,
    isOfImage: (it) => canonicalName(it.image) === canonicalName(wanted.image),
    command: (text, { found, excluded }, mask) => {
      const known = chooseNamed([wanted.image])(found, excluded);
      if (!known.ok) return known;
      // Where commits are verified a bot may add holds, and change none (contracts.md 3.3).
      const addsOnly = session.config.repo.verifyCommits !== null;
      return editToHold(text, { ...wanted, reason: mask(wanted.reason) }, addsOnly);
    },
  });
  session.print(holdsReport(changed), () => renderHoldsChange(changed, "is held so already; nothing to do"));
  session.report(changed.problems);
  return changed.delivery?.commit === null ? exitCodes.failed : exitCodes.done;
}

async function list(session: Session, flags: HoldFlags): Promise<number> {
  const { wait: _wait, ...others } = flags;
  const [first] = Object.keys(others);
  if (first !== undefined) {
    const cure = "name the image that is meant: magos hold IMAGE";
    throw new VerbFailure([{
      code: "usage.invalid",
      severity: "error",
      message: `--${first} says nothing alone`,
      cure,
    }]);
  }
  const { system } = session;
  const world = orFail(await openWorld(system, session.config));
  try {
    const { checkout, problems: doubts } = await openSource(session, world);
    try {
      const reader = orFail(await readCheckout(checkout, system.files));
      const surveyed = await surveyHolds(reader, system.clock.now(), null);
      const { found } = await followedIn(session, world, checkout, reader);
      const human = orFail(await holdsByHand(pastBehind(session, world, checkout), world, session, checkout, found));
      session.progress.clear();
      const text = await reader.read(holdsFile);
      const holds = inForce(session, text.ok ? text.value : null, human);
      const problems = [...doubts, ...surveyed.problems];
      const facts = { at: system.clock.now(), image: null, holds, added: [], removed: [], delivery: null, problems };
      session.print(holdsReport(facts), () => renderHolds(holds));
      session.report(problems);
      return hasErrors(problems) ? exitCodes.partly : exitCodes.done;
    } finally {
      await checkout.close();
    }
  } finally {
    world.close();
  }
}
