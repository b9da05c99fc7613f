// The markers of a revision that a bot's commit builds on, read as a pass on that revision would read them.
import { type Result, success } from "../core/model/problem.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import type { Files } from "../core/ports/files.ts";
import type { Checkout } from "../core/ports/git.ts";
import { readCheckout } from "./checkout_reader.ts";
import { type CheckoutOptions, surveyCheckout } from "./survey_checkout.ts";
import type { VerifyRules } from "./verify_rules.ts";

/** The rules of `repo.verifyCommits`; `optionsFor` says what the configuration of a checkout follows. */
export function verifyRules(
  files: Files,
  bots: readonly string[],
  optionsFor: (checkout: Checkout) => Promise<CheckoutOptions>,
): VerifyRules {
  return {
    bots: new Set(bots),
    async survey(checkout): Promise<Result<readonly FoundTarget[]>> {
      const reader = await readCheckout(checkout, files);
      if (!reader.ok) return reader;
      const surveyed = await surveyCheckout(reader.value, await optionsFor(checkout));
      return success(surveyed.files.flatMap((file) => file.found));
    },
  };
}
