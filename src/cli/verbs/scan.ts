// magos scan: what registries say now of the repositories in use, or of any image that is named.
import { Command } from "@commander-js/extra-typings";
import { locateName, type ShortNames } from "../../core/documents/short_names.ts";
import { type Problem, problemOf } from "../../core/model/problem.ts";
import { formatRepository, type ImageReference, parseReference } from "../../core/model/reference.ts";
import { scanReport } from "../../core/report/scan_report.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { joinOrders, ordersOf, scanImages, type ScanOrder } from "../../reconcile/scan_images.ts";
import { painterFor } from "../render/colour.ts";
import { renderScan } from "../render/scan_text.ts";
import { exitCodes, orFail, type Session, VerbFailure } from "../session.ts";
import { findInUse, findInUseIfAny } from "../values_in_use.ts";
import { openWorld } from "../wire.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function scanVerb(start: Start): Command<[string[]], Record<string, never>> {
  return new Command("scan")
    .description("list the tags and digests of the repositories in use, or of any images; asks whether due or not")
    .argument("[image...]", "ask about these instead; they need not be in any file")
    .addHelpText("after", "\nExamples:\n  magos scan\n  magos scan ghcr.io/you/app:1.4.2 busybox --json\n")
    .action((images) => start((session) => scan(session, images))) as unknown as Command<
      [string[]],
      Record<string, never>
    >;
}

async function scan(session: Session, images: readonly string[]): Promise<number> {
  const { system, progress } = session;
  const world = orFail(await openWorld(system, session.config));
  try {
    const named = namedOrders(images, world.shortNames);
    const used = await (named.length > 0 ? findInUseIfAny : findInUse)(session, world);
    const ports = { ...system, ...world, progress: progress.update };
    const rules = { scanInterval: used.config.registries.scanIntervalSeconds * 1000, ages: used.ages };
    const scanned = await scanImages(narrow(ordersOf(used.targets), named), ports, rules);
    progress.clear();
    const problems = [...world.problems, ...used.problems, ...scanned.flatMap((image) => image.problems)];
    const requests = world.registry.requests();
    session.print(
      scanReport(scanned, requests, problems),
      () => renderScan(scanned, requests, painterFor(system, system.stdout)),
    );
    session.report(problems);
    return hasErrors(problems) ? exitCodes.partly : exitCodes.done;
  } finally {
    world.close();
  }
}

/** What the words name. Ends the verb, with all that is wrong, when one of them can be no image. */
function namedOrders(images: readonly string[], shortNames: ShortNames): readonly ScanOrder[] {
  const orders: ScanOrder[] = [];
  const problems: Problem[] = [];
  for (const image of images) {
    const reference = parseReference(image);
    const repository = reference.ok ? locateName(shortNames, reference.value.name) : reference;
    if (!repository.ok) problems.push({ ...problemOf(repository.failure), code: "usage.invalid" });
    else if (reference.ok) {
      orders.push({ repository: repository.value, tags: tagOf(reference.value), targets: [] });
    }
  }
  if (problems.length > 0) throw new VerbFailure(problems);
  return orders;
}

function tagOf(reference: ImageReference): ScanOrder["tags"] {
  return reference.tag === null ? [] : [{ tag: reference.tag, current: reference }];
}

/** The named repositories with the tags of theirs that are in use; all that are in use when none was named. */
function narrow(used: readonly ScanOrder[], named: readonly ScanOrder[]): readonly ScanOrder[] {
  if (named.length === 0) return used;
  const keys = new Set(named.map(({ repository }) => formatRepository(repository)));
  return joinOrders([...named, ...used.filter(({ repository }) => keys.has(formatRepository(repository)))]);
}
