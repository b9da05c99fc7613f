// magos export flux: markers, policies and apps as resources and markers of Flux, for those who move to Kubernetes.
import { Command } from "@commander-js/extra-typings";
import type { Config } from "../../core/documents/config.ts";
import { normalisePath } from "../../core/documents/flux_automation.ts";
import { defaultNamespace } from "../../core/documents/flux_fields.ts";
import { noGateDefaults } from "../../core/model/policy.ts";
import { noShortNames } from "../../core/documents/short_names.ts";
import { failure } from "../../core/model/problem.ts";
import type { FindContext } from "../../core/patch/find_context.ts";
import { exportAutomation } from "../../core/patch/export_automation.ts";
import { exportFlux } from "../../core/patch/export_flux.ts";
import { resourceName } from "../../core/patch/export_names.ts";
import { exportReport } from "../../core/report/export_report.ts";
import { readInside } from "../../reconcile/checkout_reader.ts";
import { readPolicies } from "../../reconcile/read_policies.ts";
import type { Survey } from "../../reconcile/survey.ts";
import { surveyCheckout } from "../../reconcile/survey_checkout.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { exportFiles } from "../export_files.ts";
import { type LocalSource, openLocalSource } from "../local_source.ts";
import { replaceFile } from "../named_files.ts";
import { renderExport } from "../render/export_text.ts";
import { readRepositoryConfig } from "../repository_config.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import type { Start } from "./start.ts";

interface ExportFlags {
  readonly out: string;
  readonly namespace: string;
  readonly path?: string;
  readonly writeMarkers?: true;
  readonly force?: true;
}

/** The verb. */
export function exportVerb(start: Start): Command {
  const flux = new Command("flux")
    .description("write ImageRepository, ImagePolicy, ImageUpdateAutomation and Flux markers into a folder")
    .requiredOption("--out <dir>", "the folder to write to; it is made")
    .option("--namespace <name>", "where the resources are to live", defaultNamespace)
    .option("--path <path>", "only this folder of the repository, which the automation then updates")
    .option("--write-markers", "swap the markers in the work tree instead of writing marked copies to DIR/marked")
    .option("--force", "replace files that are there already")
    .addHelpText(
      "after",
      "\nExamples:\n  magos export flux --out /tmp/flux\n  magos export flux --out flux --write-markers\n",
    )
    .action((options) => start((session) => exportToFlux(session, options)));
  return new Command("export").description("hand the repository to another tool").addCommand(flux);
}

async function exportToFlux(session: Session, flags: ExportFlags): Promise<number> {
  const { system } = session;
  const path = normalisePath(flags.path ?? "");
  if (path === null) {
    orFail(failure("usage.invalid", `${flags.path} leads out of the repository`, { cure: "name a folder of it" }));
  }
  if (resourceName(flags.namespace) !== flags.namespace) {
    orFail(failure("usage.invalid", `"${flags.namespace}" is no namespace`, { cure: "write it like flux-system" }));
  }
  const source = orFail(await openLocalSource(system, "."));
  const own = await readRepositoryConfig(session, source.root);
  const config = own === null ? session.config : session.configWith(own.layer);
  const out = flags.out.startsWith("/") ? flags.out : `${system.cwd}/${flags.out}`;
  const real = orFail(await system.files.realPath(out)) ?? out;
  const surveyed = leaveOut(await surveySource(session, source, config), insideOf(source.root, real));
  const pass = exportAutomation(config, path ?? "");
  const exported = exportFlux(surveyed.files.filter(({ file }) => isBelow(file, path ?? "")), {
    namespace: flags.namespace,
    scanSeconds: config.registries.scanIntervalSeconds,
    automation: pass.automation,
    context: surveyed.context,
  });
  const copies = flags.writeMarkers ? [] : exported.swapped.map(({ file, text }) => ({ file: `marked/${file}`, text }));
  const files = [...exported.resources, ...copies];
  orFail(await exportFiles(system, out, files, flags.force ?? false));
  const marked: string[] = [];
  for (const { file, text } of flags.writeMarkers ? exported.swapped : []) {
    orFail(await replaceFile(system, `${source.root}/${file}`, text));
    marked.push(file);
  }
  const problems = [...surveyed.problems, ...pass.problems, ...exported.problems];
  const written = { out: flags.out, files: files.map(({ file }) => file), marked };
  session.print(exportReport({ ...exported, problems }, written), () => renderExport(exported, written));
  session.report(problems);
  return hasErrors(problems) ? exitCodes.partly : exitCodes.done;
}

/** What a repository holds before an export. */
interface Surveyed extends Survey {
  readonly context: FindContext;
}

/** The folder of an earlier export is no part of what is exported, unless something follows it already. */
function leaveOut(surveyed: Surveyed, folder: string | null): Surveyed {
  if (folder === null || folder === "") return surveyed;
  const { context, problems } = surveyed;
  const files = surveyed.files.filter(({ file }) => !isBelow(file, folder));
  const user = files.flatMap(({ found }) => found).find(({ target }) =>
    target.marker === "flux" && isBelow(target.policy.source.replace(/:\d+$/, ""), folder)
  );
  if (user !== undefined) {
    const { file, line } = user.target;
    const message = `${file}:${line} follows a policy in ${folder}, which an export would replace`;
    orFail(failure("usage.invalid", message, { cure: "export to another folder" }));
  }
  const flux = new Map([...context.book.flux].filter(([, it]) => !isBelow(it.file, folder)));
  return {
    files,
    context: { ...context, book: { ...context.book, flux } },
    problems: problems.filter(({ file }) => file === undefined || !isBelow(file, folder)),
  };
}

/** Where a folder lies in another; null where it does not. */
function insideOf(root: string, folder: string): string | null {
  return folder.startsWith(`${root}/`) ? normalisePath(folder.slice(root.length + 1)) : null;
}

async function surveySource(session: Session, source: LocalSource, config: Config): Promise<Surveyed> {
  const { root, files } = source;
  const reader = { files, read: (file: string) => readInside(session.system.files, root, file) };
  const options = {
    policies: config.update.policies,
    fluxVersioning: config.fluxVersioning,
    strictNamespaces: config.strictNamespaces,
    apps: config.apps,
    paths: config.update.paths,
    pin: config.update.pin,
    exclude: config.update.exclude,
    // These stay in the configuration, which both readings follow.
    gates: noGateDefaults,
    // Where this machine looks for short names says nothing of the cluster's nodes.
    shortNames: noShortNames,
  };
  const surveyed = await surveyCheckout(reader, options);
  const { book } = await readPolicies(reader, options);
  return { ...surveyed, context: { defaultPin: config.update.pin, book, readSibling: () => null } };
}

function isBelow(file: string, path: string): boolean {
  return path === "" || file === path || file.startsWith(`${path}/`);
}
