// One decision for people, with its tags.
import type { TagReason } from "../../core/model/decision.ts";
import { formatPlatform } from "../../core/model/platform.ts";
import { formatTime } from "../../core/model/time.ts";
import type { System } from "../../core/ports/system.ts";
import { subjectOf } from "../../core/plan/hold_message.ts";
import { describe } from "../../core/policy/holds.ts";
import { describeRule } from "../../core/report/decision_report.ts";
import { countVerdicts, type ExplainItem, nextChangeAt } from "../../core/report/explain_report.ts";
import { squashNumber } from "../../core/plan/landing.ts";
import { plainLine } from "../../core/plan/plain_line.ts";
import { painterFor } from "./colour.ts";
import { recordedVersion, whyText } from "./history_text.ts";
import { versionText } from "./plan_text.ts";
import { renderTable } from "./table.ts";

const shownTags = 20;

/** All items, with an empty line between them. */
export function renderExplanation(system: System, items: readonly ExplainItem[], all: boolean): string {
  return items.map((item) => explainItem(system, item, all)).join("\n");
}

function explainItem(system: System, item: ExplainItem, all: boolean): string {
  const { target, state, selected, newest, reasons, evidence, tags } = item.decision;
  const paint = painterFor(system, system.stdout);
  const change = nextChangeAt(item.decision);
  const facts: [string, string][] = [
    ["image", `${target.current.name} ${versionText(target.current)}`],
    ["where", `${target.file}:${target.line}:${target.column}`],
    ["rule", `${target.policy.kind}: ${describeRule(target.policy)}`],
    ...target.policy.group === null ? [] : [["group", target.policy.group] as [string, string]],
    ["answer", selected === null ? state : `${state}: ${versionText(selected)}`],
    ...newest !== null && newest.tag !== selected?.tag ? [["newest", versionText(newest)] as [string, string]] : [],
    ...reasons.map((reason): [string, string] => ["because", reason]),
    ...item.holds.map((hold): [string, string] => ["hold", `${subjectOf(hold)}: ${describe(hold)}`]),
    ...change === null ? [] : [["may change", formatTime(change)] as [string, string]],
    ...evidence === null ? [] : [
      ["digest", evidence.digest] as [string, string],
      ["platforms", evidence.platforms.map(formatPlatform).join(", ") || "not known"] as [string, string],
      ["first seen", evidence.firstSeen === null ? "not known" : formatTime(evidence.firstSeen)] as [string, string],
      ...evidence.gates.map((gate): [string, string] => [`gate ${gate.gate}`, `${gate.verdict}: ${gate.message}`]),
    ],
    ...originFacts(item),
    ...item.scannedAt === null ? [] : [["tags listed", formatTime(item.scannedAt)] as [string, string]],
  ];
  const head = facts.map(([name, value]) => `${paint("dim", name.padEnd(15))} ${value}\n`).join("");
  return `${head}${tagTable(tags, all)}`;
}

/** Who set the value, when, from what and why; that nobody knows is worth a line only when git was asked. */
function originFacts({ past, deliveredTo }: ExplainItem): readonly [string, string][] {
  if (past === null) return [];
  const { setBy, movedSince } = past;
  if (setBy === null) return [["set by", "not by magos, as far as its commits tell"]];
  const { commit, change, landing } = setBy;
  const number = landing?.number ?? squashNumber(commit.subject);
  const way = [
    ...number === null ? [] : [`pull request ${number}`],
    ...landing?.branch ? [`branch ${landing.branch}`] : deliveredTo === null ? [] : [`to ${deliveredTo}`],
  ].map((it) => `, ${plainLine(it, 200)}`).join("");
  return [
    ["set by", `${commit.revision.slice(0, 12)} of ${formatTime(commit.time)} by ${commit.author}${way}`],
    ["moved", `${recordedVersion(change.from)} -> ${recordedVersion(change.to)}: ${whyText(change)}`],
    ...movedSince === null ? [] : [[
      "moved since",
      `to ${recordedVersion(movedSince.change.to)} by ${movedSince.commit.revision.slice(0, 12)}, ` +
      "which this value does not hold",
    ] as [string, string]],
  ];
}

function tagTable(tags: readonly TagReason[], all: boolean): string {
  if (tags.length === 0) return "";
  const shown = all ? tags : tags.slice(0, shownTags);
  const rows = shown.map(({ tag, verdict, reason }) => [tag, verdict, reason]);
  const counts = Object.entries(countVerdicts(tags)).map(([verdict, count]) => `${count} ${verdict}`).join(", ");
  const more = shown.length < tags.length ? `... and ${tags.length - shown.length} more; --all shows them\n` : "";
  return `\n${renderTable(["TAG", "VERDICT", "REASON"], rows)}${more}${tags.length} tags: ${counts}\n`;
}
