// magos validate: what is wrong with a repository's configuration, policies and markers; for pre-commit and CI.
import { Command } from "@commander-js/extra-typings";
import { holdsFile, readHolds } from "../../core/documents/holds.ts";
import { type Problem, problemOf, success } from "../../core/model/problem.ts";
import { checkFiles, isWorthChecking } from "../../core/patch/check_files.ts";
import { selectMarkedFiles } from "../../core/patch/select_files.ts";
import type { SourceText } from "../../core/patch/slot.ts";
import { withCure } from "../../core/report/default_cure.ts";
import { validateReport, type Validation } from "../../core/report/validate_report.ts";
import { type CheckoutReader, readInside } from "../../reconcile/checkout_reader.ts";
import { findAppTargets } from "../../reconcile/find_app_targets.ts";
import { readSources } from "../../reconcile/read_sources.ts";
import { type LocalSource, openLocalSource } from "../local_source.ts";
import { painterFor } from "../render/colour.ts";
import { renderValidation } from "../render/validate_text.ts";
import { findRepositoryConfig, ignoredKeys } from "../repository_config.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function validateVerb(start: Start): Command<[string | undefined], { strict?: true }> {
  return new Command("validate")
    .description("check configuration, policies and markers; asks nobody and writes nothing")
    .argument("[path]", "a file or folder; default: the clone around the working directory")
    .option("--strict", "count warnings as errors")
    .addHelpText("after", "\nExamples:\n  magos validate\n  magos validate stacks/ai/compose.yaml --strict\n")
    .action((path, options) =>
      start((session) => validate(session, path, options.strict ?? false), { bearsBadConfig: true })
    );
}

async function validate(session: Session, path: string | undefined, strict: boolean): Promise<number> {
  const { system, flags } = session;
  const source = orFail(await openLocalSource(system, path ?? "."));
  // The whole clone is what a verb without a path means, wherever in it the user stands.
  const validation = await check(session, path === undefined ? { ...source, isNamed: () => true } : source);
  session.print(
    validateReport(validation),
    () => renderValidation(validation, painterFor(system, system.stdout), flags.quiet ?? false),
  );
  const fails = validation.problems.some(({ severity }) => strict || severity === "error");
  return fails ? exitCodes.usage : exitCodes.done;
}

async function check(session: Session, source: LocalSource): Promise<Validation> {
  const { root, files, isNamed } = source;
  const own = await findRepositoryConfig(session, root);
  const config = own === null ? session.config : session.configWith(own.layer);
  const { apps, update: { paths, policies, pin } } = config;
  const candidates = selectMarkedFiles(files, ["."]);
  const ofApps = new Set(apps.map(({ compose }) => compose));
  const withPolicies = new Set(selectMarkedFiles(files, policies));
  const read = orFail(
    await readSources(
      session.system.files,
      root,
      candidates,
      (it) => withPolicies.has(it.file) || ofApps.has(it.file) || isWorthChecking(it),
    ),
  );
  const { fluxVersioning, strictNamespaces } = config;
  const namedByApps = apps.flatMap(({ images }) => images.map(({ policy }) => policy));
  const checked = checkFiles(read.sources, {
    paths,
    policyPaths: policies,
    pin,
    fluxVersioning,
    strictNamespaces,
    namedByApps,
  });
  const followed = await findAppTargets(apps, readerOf(read.sources), { defaultPin: pin, book: checked.book }, []);
  const hostFile = session.host.file === null ? null : orFail(await session.system.files.realPath(session.host.file));
  // A user of one machine has one file that plays both parts.
  const isHostFile = own !== null && hostFile === `${root}/${own.file}`;
  const problems = [
    ...isHostFile ? [] : askedHostProblems(session),
    ...own === null ? [] : [...own.layer.problems, ...isHostFile ? [] : ignoredKeys(own)],
    ...read.problems,
    ...await checkHolds(session, root),
    ...checked.problems,
    ...followed.problems,
    ...followed.found.flatMap(({ target }) => target.notes),
  ];
  const named = [...checked.markers].filter(([file]) => isNamed(file));
  return {
    files: candidates.filter(isNamed).length,
    markers: named.reduce((sum, [, markers]) => sum + markers, 0),
    policies: [...checked.book.magos.values(), ...checked.book.flux.values()].filter((it) => isNamed(it.file)).length,
    problems: problems.filter(({ file }) => file === undefined || file.startsWith("/") || isNamed(file)).sort(byPlace)
      .map(withCure),
  };
}

/** A list of holds that cannot be read stops every update. */
async function checkHolds({ system }: Session, root: string): Promise<readonly Problem[]> {
  const text = await readInside(system.files, root, holdsFile);
  return text.ok ? readHolds(text.value).problems : [{ ...problemOf(text.failure), code: "hold.unreadable" }];
}

/** What was read already, as a pass reads it. */
function readerOf(sources: readonly SourceText[]): CheckoutReader {
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  return { files: [...texts.keys()], read: (file) => Promise.resolve(success(texts.get(file) ?? null)) };
}

/** The host's own file is checked when it was asked for by name; a wrong one elsewhere says nothing of these files. */
function askedHostProblems({ flags, host }: Session): readonly Problem[] {
  return flags.config === undefined ? [] : host.problems.filter(({ file }) => file === host.file);
}

function byPlace(a: Problem, b: Problem): number {
  const [one, other] = [a.file ?? "", b.file ?? ""];
  if (one !== other) return one < other ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
