// How what runs of a stack was last seen, from its row and a listing of containers: no container is asked for it.
import type { Health } from "../model/health.ts";
import type { StackContent, StackRow } from "../model/stack.ts";
import type { Time } from "../model/time.ts";
import type { Container } from "../ports/engine.ts";
import { type JudgedService, judgeHealth } from "./judge_health.ts";

/**
 * Null when nothing of it should run. `content` is what git wants, which need not be what runs; null: it cannot be read.
 * A listing shows neither loops nor what a probe answers: a stack that was ill by one of them stays so until it is watched
 * again. The time is that since which it has been as it is.
 */
export function seenHealth(
  row: StackRow,
  content: StackContent | null,
  containers: readonly Container[],
  now: Time,
): Health | null {
  if (row.applied === null) return null;
  const services = servicesOf(row, content);
  if (services.length === 0) return null;
  const restarts = new Map(containers.map((it) => [it.id, it.restarts]));
  const { state, message } = judgeHealth({ project: row.project, services }, containers, restarts);
  const before = row.health;
  if (before !== null && state === "healthy" && isUnseen(before, row, content)) return before;
  const isSame = before !== null && before.state === state && before.message === message;
  return { state, since: isSame ? before.since : now, message, log: [] };
}

/** Of what is no longer wanted only the names of its services are known. */
function servicesOf({ applied, images }: StackRow, content: StackContent | null): readonly JudgedService[] {
  if (content !== null && applied?.hash === content.hash) return content.services;
  return [...images.keys()].map((name) =>
    content?.services.find((service) => service.name === name) ?? { name, replicas: 1, mayEnd: false }
  );
}

function isUnseen(before: Health, { failures, phase }: StackRow, content: StackContent | null): boolean {
  if (before.state === "healthy" || (failures === 0 && phase === "settled")) return false;
  const rule = content?.stack.health;
  return before.state === "looping" || (rule !== undefined && (rule.http !== null || rule.tcp !== null));
}
