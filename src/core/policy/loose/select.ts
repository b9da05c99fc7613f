// From a list of tags to the one of the kind that the file already holds, with a reason for each tag.
import { type Result, success } from "../../model/problem.ts";
import { selectByName } from "./by_name.ts";
import { selectByNumber } from "./by_number.ts";
import { selectByVersion } from "./by_version.ts";
import { type CompiledLoose, compileLoose, type LooseRule } from "./rule.ts";
import { type Candidate, screenCurrent, type Screened, screenTags } from "./screen.ts";
import { type Findings, type LooseSelection, tellSelection } from "./selection.ts";

/**
 * Selects under loose versioning. `current` is the tag in the file, null where there is none. Fails with
 * `policy.invalid` or `policy.invalid_filter` when the rule itself cannot be understood.
 */
export function selectLoose(
  tags: readonly string[],
  rule: LooseRule,
  current: string | null,
): Result<LooseSelection> {
  const compiled = compileLoose(rule);
  return compiled.ok ? success(selectCompiled(tags, compiled.value, current)) : compiled;
}

/** As `selectLoose` with a rule that was made ready before: a policy has one rule and many targets. */
export function selectCompiled(
  tags: readonly string[],
  rule: CompiledLoose,
  current: string | null,
): LooseSelection {
  // A digest may follow the tag in a file's value; it is no part of the tag (loose versioning 4).
  const held = current?.split("@", 1)[0] || null;
  const screened = screenTags(tags, rule);
  const findings = select(screened, rule, screenCurrent(held, rule));
  return tellSelection(findings, screened, rule, held);
}

function select(screened: Screened, rule: CompiledLoose, current: Candidate | null): Findings {
  if (rule.channel !== null) return selectChannel(screened, rule.channel, current);
  switch (rule.rule.kind) {
    case "semver":
      return selectByVersion(screened, rule, current);
    case "numerical":
      return selectByNumber(screened, rule, current);
    case "alphabetical":
      return selectByName(screened, rule, current);
  }
}

/** The one tag that the filter names: its name is the answer, only its digest moves (loose versioning 6). */
function selectChannel(screened: Screened, channel: string, current: Candidate | null): Findings {
  const exists = screened.tags.includes(channel);
  const isCandidate = exists && current?.tag !== channel;
  return {
    candidates: isCandidate ? [channel] : [],
    below: () => exists && !isCandidate ? [channel] : [],
    selected: exists ? channel : null,
    dropped: screened.dropped,
    notes: [],
  };
}
