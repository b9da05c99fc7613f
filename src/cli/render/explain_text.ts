// One decision for people, with its tags.
import type { TagReason } from "../../core/model/decision.ts";
import { formatPlatform } from "../../core/model/platform.ts";
import { formatTime } from "../../core/model/time.ts";
import type { System } from "../../core/ports/system.ts";
import { describeRule } from "../../core/report/decision_report.ts";
import { countVerdicts, type ExplainItem, nextChangeAt } from "../../core/report/explain_report.ts";
import { painterFor } from "./colour.ts";
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
    ...change === null ? [] : [["may change", formatTime(change)] as [string, string]],
    ...evidence === null ? [] : [
      ["digest", evidence.digest] as [string, string],
      ["platforms", evidence.platforms.map(formatPlatform).join(", ") || "not known"] as [string, string],
      ["first seen", evidence.firstSeen === null ? "not known" : formatTime(evidence.firstSeen)] as [string, string],
      ...evidence.gates.map((gate): [string, string] => [`gate ${gate.gate}`, `${gate.verdict}: ${gate.message}`]),
    ],
    ...item.scannedAt === null ? [] : [["tags listed", formatTime(item.scannedAt)] as [string, string]],
  ];
  const head = facts.map(([name, value]) => `${paint("dim", name.padEnd(15))} ${value}\n`).join("");
  return `${head}${tagTable(tags, all)}`;
}

function tagTable(tags: readonly TagReason[], all: boolean): string {
  if (tags.length === 0) return "";
  const shown = all ? tags : tags.slice(0, shownTags);
  const rows = shown.map(({ tag, verdict, reason }) => [tag, verdict, reason]);
  const counts = Object.entries(countVerdicts(tags)).map(([verdict, count]) => `${count} ${verdict}`).join(", ");
  const more = shown.length < tags.length ? `... and ${tags.length - shown.length} more; --all shows them\n` : "";
  return `\n${renderTable(["TAG", "VERDICT", "REASON"], rows)}${more}${tags.length} tags: ${counts}\n`;
}
