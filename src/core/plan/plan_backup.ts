// Whether a deployment has to export the stack's volumes first, and why (contracts.md 2.2, `apply.backup`).
import { canonicalName, formatReference, type ImageReference, parseReference } from "../model/reference.ts";
import { type BackupOccasion, owedBackup } from "../model/backup.ts";
import type { StackContent, StackRow, StackService } from "../model/stack.ts";
import { compareMajor } from "../policy/compare_major.ts";
import type { Container } from "../ports/engine.ts";
import type { BackupPlan } from "./stack_plan.ts";

/**
 * What a deployment exports; null: nothing. A stack that never ran here has nothing to lose, and one whose deployment is
 * under way was exported before the new images touched its data: a second export would keep what they made of it.
 */
export function planBackup(
  occasion: BackupOccasion | null,
  content: StackContent,
  row: StackRow | null,
  own: readonly Container[],
): BackupPlan | null {
  const hasRun = own.length > 0 || (row?.applied ?? row?.lastGood ?? null) !== null;
  if (occasion === null || content.volumes.length === 0 || !hasRun || owedBackup(row?.backup) !== null) return null;
  const reason = occasion === "always" ? "apply.backup is for every deployment" : majorChange(content, row, own);
  return reason === null ? null : { reason, volumes: content.volumes };
}

/** The first service that may read data otherwise than what ran before. Others of the stack may hold that data. */
function majorChange(content: StackContent, row: StackRow | null, own: readonly Container[]): string | null {
  for (const service of content.services) {
    const before = own.filter((it) => it.service === service.name);
    const reason = service.builds
      ? builtAnew(service, before)
      : imageChange(service, imageBefore(service, row, before)) ?? movedTag(service, before) ??
        (before.length === 0 ? inPlaceOf(service, content, row, own) : null);
    if (reason !== null) return `${service.name}: ${reason}`;
  }
  return null;
}

function builtAnew(service: StackService, before: readonly Container[]): string | null {
  const isSame = before.every(({ labels }) => labels?.service === service.hash);
  return isSame ? null : "it is built here, so no version can be compared";
}

/** Who is made anew from a tag that is no version gets whatever it stands for by then. */
function movedTag({ image, hash }: StackService, before: readonly Container[]): string | null {
  const tag = image === null || image.digest !== null ? null : tagOf(image);
  if (image === null || tag === null || compareMajor(tag, tag) !== "unknown") return null;
  const isKept = before.every(({ labels }) => labels?.service === hash);
  return before.length === 0 || isKept ? null : `${formatReference(image)} may be another version by now`;
}

/** A service under another name may have the data of one that goes. */
function inPlaceOf(
  { name }: StackService,
  { services }: StackContent,
  row: StackRow | null,
  own: readonly Container[],
): string | null {
  const ran = new Set([...row?.images.keys() ?? [], ...own.map(({ service }) => service)]);
  if (ran.has(name)) return null;
  const gone = ran.values().find((it) => !services.some((service) => service.name === it));
  return gone === undefined ? null : `it is new, and ${gone} goes`;
}

/** `undefined`: the service is new; null: what it ran cannot be told. */
function imageBefore(
  { name }: StackService,
  row: StackRow | null,
  before: readonly Container[],
): ImageReference | null | undefined {
  const written = row?.images.get(name)?.written ?? null;
  const [running] = before;
  if (written !== null || running === undefined) return written ?? undefined;
  const parsed = parseReference(running.image);
  return parsed.ok ? parsed.value : null;
}

function imageChange({ image }: StackService, before: ImageReference | null | undefined): string | null {
  if (before === undefined || image === null) return null;
  if (before === null) return "what it ran before cannot be told";
  const [from, to] = [formatReference(before), formatReference(image)];
  if (from === to) return null;
  const cannot = `${from} and ${to} cannot be compared`;
  if (canonicalName(before.name) !== canonicalName(image.name)) return cannot;
  if (before.digest !== null && before.digest === image.digest) return null;
  const [old, next] = [tagOf(before), tagOf(image)];
  const compared = old === null || next === null ? "unknown" : compareMajor(old, next);
  if (compared === "same") return null;
  return compared === "other" ? `${old} and ${next} are different major versions` : cannot;
}

/** Who names neither tag nor digest gets `latest`. */
function tagOf({ tag, digest }: ImageReference): string | null {
  return tag ?? (digest === null ? "latest" : null);
}
