// magos init --from-flux: policies and markers of magos for those of Flux, and a configuration for its automation.
import { automationConfig } from "../../core/documents/automation_config.ts";
import type { Automation } from "../../core/model/automation.ts";
import { failure, type Problem, type Result, success } from "../../core/model/problem.ts";
import { noGateDefaults } from "../../core/model/policy.ts";
import { noShortNames } from "../../core/documents/short_names.ts";
import { type FluxImport, importFlux } from "../../core/patch/import_flux.ts";
import { selectMarkedFiles } from "../../core/patch/select_files.ts";
import { unifiedDiff } from "../../core/patch/unified_diff.ts";
import { initReport } from "../../core/report/init_report.ts";
import { readInside } from "../../reconcile/checkout_reader.ts";
import { readPolicies } from "../../reconcile/read_policies.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { survey } from "../../reconcile/survey.ts";
import { type Draft, writeDrafts } from "../drafts.ts";
import { openLocalSource } from "../local_source.ts";
import { painterFor } from "../render/colour.ts";
import { renderInit } from "../render/init_text.ts";
import { readRepositoryConfig } from "../repository_config.ts";
import { exitCodes, orFail, type Session } from "../session.ts";

const policiesFile = "policies/from-flux.yaml";
const configFile = "magos.yaml";

/** Shows what magos would follow in Flux's place, or writes it. Flux's own resources stay where they are. */
export async function initFromFlux(session: Session, path: string | undefined, write: boolean): Promise<number> {
  const { system } = session;
  const { root, files, isNamed } = orFail(await openLocalSource(system, path ?? "."));
  const own = await readRepositoryConfig(session, root);
  const { update, fluxVersioning } = own === null ? session.config : session.configWith(own.layer);
  if (selectMarkedFiles([policiesFile], update.policies).length === 0) {
    orFail(failure("usage.invalid", `update.policies leaves ${policiesFile} out`, { cure: "add policies/** to it" }));
  }
  const reader = { files, read: (file: string) => readInside(system.files, root, file) };
  const { book, automations, problems } = await readPolicies(reader, { policies: update.policies, fluxVersioning });
  const { pin, exclude } = update;
  const inPaths = new Set(selectMarkedFiles(files, update.paths));
  const isInPaths = (file: string): boolean => inPaths.has(file);
  const rules = { isInPaths, pin, exclude, book, shortNames: noShortNames, gates: noGateDefaults };
  const found = await survey(reader, rules);
  const chosen = found.files.filter(({ file }) => path === undefined || isNamed(file));
  const context = { defaultPin: update.pin, book, readSibling: () => null };
  const imported = importFlux(chosen, policiesFile, context);
  if (imported.policies !== "") orFail(await checkRoom(session, root));
  const [automation, ...others] = automations.automations;
  const proposed = [
    ...draftsOf(imported),
    ...automation === undefined || own !== null || imported.policies === "" ? [] : [configDraft(automation, others)],
  ];
  const drafts = write ? await writeAll(session, root, proposed) : proposed;
  const all = [
    ...problems,
    ...found.problems,
    ...imported.problems,
    ...drafts.flatMap((draft) => draft.problems),
    ...imported.policies === "" || automation === undefined
      ? []
      : automationNotes(automation, others, own?.file ?? null),
  ];
  const shown = drafts.filter(({ diff, problems }) => diff !== "" || problems.length > 0);
  session.print(
    initReport(write, shown, all),
    () => renderInit(shown, { marked: 0, builds: 0, byHand: 0 }, write, painterFor(system, system.stdout)),
  );
  session.report(all);
  return hasErrors(all) ? exitCodes.partly : exitCodes.done;
}

/** Fails where the file of policies is there already, or would be written to another place through a link. */
async function checkRoom({ system: { files } }: Session, root: string): Promise<Result<void>> {
  const there = await files.stat(`${root}/${policiesFile}`);
  if (!there.ok) return there;
  if (there.value !== null) {
    return failure("usage.invalid", `${policiesFile} is there already`, { cure: "give that file another name" });
  }
  const folder = await files.stat(`${root}/policies`);
  if (!folder.ok) return folder;
  const isRoom = folder.value === null || folder.value.kind === "directory";
  return isRoom ? success(undefined) : failure("usage.invalid", "policies is no folder", { cure: "make it one" });
}

async function writeAll({ system }: Session, root: string, drafts: readonly Draft[]): Promise<readonly Draft[]> {
  const isPolicies = ({ file }: Draft): boolean => file === policiesFile;
  if (drafts.some(isPolicies)) orFail(await system.files.makeFolder(`${root}/policies`));
  const first = await writeDrafts(system, root, drafts.filter(isPolicies));
  // Markers that name policies which are not there would lose their values.
  if (first.some(({ problems }) => problems.length > 0)) return first;
  return [...first, ...await writeDrafts(system, root, drafts.filter((draft) => !isPolicies(draft)))];
}

/** Policies first: a marker must never name one that is not there yet. */
function draftsOf({ policies, swapped }: FluxImport): readonly Draft[] {
  const marked = swapped.map(({ file, text, diff, swaps }): Draft => ({
    file,
    added: swaps.map(({ found: { target }, setter, marker, old }) => ({
      line: target.line,
      column: target.column,
      setter,
      marker,
      old,
    })),
    problems: [],
    diff,
    text,
    isNew: false,
  }));
  return policies === "" ? marked : [newFile(policiesFile, policies), ...marked];
}

function configDraft(automation: Automation, others: readonly Automation[]): Draft {
  return newFile(configFile, automationConfig(automation, others).text);
}

function newFile(file: string, text: string): Draft {
  return { file, added: [], problems: [], diff: unifiedDiff(file, null, text), text, isNew: true };
}

function automationNotes(
  automation: Automation,
  others: readonly Automation[],
  config: string | null,
): readonly Problem[] {
  const note = ({ file, line }: Automation, message: string, cure: string): Problem => ({
    code: "flux.not_imported",
    severity: "warning",
    ...{ file, line },
    message,
    cure,
  });
  const { key } = automation;
  return [
    ...config === null ? [] : [
      note(
        automation,
        `${config} stays as it is, whatever ${key} says`,
        "compare its branch, author and path yourself",
      ),
    ],
    ...automationConfig(automation, others).left.map((what) =>
      note(automation, `not taken over from ${key}: ${what}`, "it belongs elsewhere with magos")
    ),
    ...others.map((other) =>
      note(
        other,
        `${other.key} is not taken over: magos has one configuration`,
        "leave its markers to Flux's resources",
      )
    ),
  ];
}
