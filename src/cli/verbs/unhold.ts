// magos unhold: takes the holds of an image out of the repository's list.
import { Command } from "@commander-js/extra-typings";
import { editToUnhold, isNamed } from "../../core/documents/change_holds.ts";
import { canonicalName } from "../../core/model/reference.ts";
import { holdsReport } from "../../core/report/hold_report.ts";
import { chooseNamed } from "../choose_targets.ts";
import { changeHolds } from "../hold_session.ts";
import { readNamed } from "../hold_words.ts";
import { renderHoldsChange } from "../render/hold_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function unholdVerb(start: Start): Command<[string], { wait: string }> {
  return new Command("unhold")
    .description("let an image move again")
    .argument("<image>", "a tag or digest behind it takes out that hold alone")
    .option("--wait <duration>", "how long to wait for a pass that is running", "10m")
    .addHelpText("after", "\nExample:\n  magos unhold ghcr.io/you/app\n")
    .action((image, { wait }) => start((session) => unhold(session, image, wait)));
}

async function unhold(session: Session, image: string, wait: string): Promise<number> {
  const named = orFail(readNamed(image, {}));
  const changed = await changeHolds(session, {
    image: named.image,
    wait,
    // Whoever holds the bot's token must not be able to drop a hold (contracts.md 5.2).
    apart: session.config.repo.verifyCommits !== null,
    isOfImage: (it) => canonicalName(it.image) === canonicalName(named.image),
    command: (text, { found, excluded }) => {
      const edit = editToUnhold(text, (it) => isNamed(it, named));
      if (!edit.ok || edit.value !== null) return edit;
      const known = chooseNamed([named.image])(found, excluded);
      return known.ok ? edit : known;
    },
  });
  session.print(holdsReport(changed), () => renderHoldsChange(changed, "is not in the list of holds; nothing to do"));
  session.report(changed.problems);
  return changed.delivery?.commit === null ? exitCodes.failed : exitCodes.done;
}
