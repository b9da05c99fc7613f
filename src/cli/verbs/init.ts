// magos init: a marker for each image that has none, and a first configuration; shows them, or writes them.
import { Command } from "@commander-js/extra-typings";
import { firstConfig } from "../../core/documents/first_config.ts";
import type { Problem } from "../../core/model/problem.ts";
import { findFileExclusion } from "../../core/patch/exclude.ts";
import { type MarkedImages, markImages, mayHoldImages } from "../../core/patch/mark_images.ts";
import { selectMarkedFiles } from "../../core/patch/select_files.ts";
import { unifiedDiff } from "../../core/patch/unified_diff.ts";
import { initReport } from "../../core/report/init_report.ts";
import { readSources } from "../../reconcile/read_sources.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { type LocalSource, openLocalSource } from "../local_source.ts";
import { type Draft, writeDrafts } from "../drafts.ts";
import { painterFor } from "../render/colour.ts";
import { renderInit } from "../render/init_text.ts";
import { readRepositoryConfig } from "../repository_config.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import { initFromFlux } from "./init_from_flux.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function initVerb(start: Start): Command<[string | undefined], { write?: true; fromFlux?: true }> {
  return new Command("init")
    .description("propose a marker for every image that has none, and a first magos.yaml")
    .argument("[path]", "a file or folder; default: the clone around the working directory")
    .option("--write", "write them")
    .option("--from-flux", "make policies and markers of magos from those of Flux, and magos.yaml from its automation")
    .addHelpText("after", "\nExamples:\n  magos init\n  magos init stacks --write\n  magos init --from-flux\n")
    .action((path, options) =>
      start((session) => (options.fromFlux ? initFromFlux : init)(session, path, options.write ?? false))
    );
}

async function init(session: Session, path: string | undefined, write: boolean): Promise<number> {
  const { system } = session;
  const source = orFail(await openLocalSource(system, path ?? "."));
  const proposed = await propose(session, path === undefined ? { ...source, isNamed: () => true } : source);
  const drafts = write ? await writeDrafts(system, source.root, proposed.drafts) : proposed.drafts;
  const files = drafts.filter(({ diff, problems }) => diff !== "" || problems.length > 0);
  const problems = [...proposed.problems, ...files.flatMap((file) => file.problems)];
  const byHand = problems.filter(({ code }) => code === "image.not_marked").length;
  session.print(
    initReport(write, files, problems),
    () => renderInit(files, { ...proposed, byHand }, write, painterFor(system, system.stdout)),
  );
  session.report(problems);
  return hasErrors(problems) ? exitCodes.partly : exitCodes.done;
}

interface Proposed {
  readonly drafts: readonly Draft[];
  readonly marked: number;
  readonly builds: number;
  readonly problems: readonly Problem[];
}

async function propose(session: Session, { root, files, isNamed }: LocalSource): Promise<Proposed> {
  const own = await readRepositoryConfig(session, root);
  const { apps, update } = own === null ? session.config : session.configWith(own.layer);
  const below = selectMarkedFiles(files, update.paths);
  const candidates = below.filter((file) => findFileExclusion(file, update.exclude) === null);
  const read = orFail(await readSources(session.system.files, root, candidates, mayHoldImages));
  const texts = new Map(read.sources.map(({ file, text }) => [file, text]));
  const context = {
    defaultPin: update.pin,
    book: { magos: new Map(), flux: new Map() },
    exclude: update.exclude,
    apps: apps.flatMap(({ name, compose, images }) => images.map((image) => ({ ...image, compose, app: name }))),
    readSibling: (file: string) => texts.get(file) ?? null,
  };
  const results = read.sources.filter(({ file }) => isNamed(file)).map((source): [string, MarkedImages] => [
    source.file,
    markImages(source, context),
  ]);
  const drafts = results.map(([file, { additions, problems, diff, text }]) => ({
    file,
    added: additions,
    problems,
    diff,
    text,
    isNew: false,
  }));
  const sum = (key: "marked" | "builds"): number => results.reduce((total, [, result]) => total + result[key], 0);
  return {
    drafts: own === null && isNamed(configName) ? [...drafts, configDraft] : drafts,
    marked: sum("marked"),
    builds: sum("builds"),
    problems: read.problems.filter(({ file }) => file === undefined || isNamed(file)),
  };
}

const configName = "magos.yaml";

const configDraft: Draft = {
  file: configName,
  added: [],
  problems: [],
  diff: unifiedDiff(configName, null, firstConfig),
  text: firstConfig,
  isNew: true,
};
