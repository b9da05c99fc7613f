// magos patch: sets marked values from references that are given, without asking a registry.
import { Command } from "@commander-js/extra-typings";
import type { FilePatch } from "../../core/model/plan.ts";
import { type Problem, problemOf } from "../../core/model/problem.ts";
import { parseSetting, type PolicySetting, setPolicies } from "../../core/patch/set_policies.ts";
import { patchReport } from "../../core/report/patch_report.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { findNamedFile, type NamedFile, readNamedFiles, replaceFile } from "../named_files.ts";
import { paintDiff, painterFor } from "../render/colour.ts";
import { answerFailure, exitCodes, type Session } from "../session.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function patchVerb(start: Start): Command<[string[]], { set: string[]; write?: true }> {
  return new Command("patch")
    .description("set marked values from known references, without asking a registry; prints the diff")
    .argument("<file...>", "files that hold markers")
    .requiredOption(
      "--set <ns:name=image:tag>",
      "the policy and the image it chose, IMAGE:TAG or IMAGE:TAG@DIGEST; may be repeated",
      (word: string, before: string[] | undefined) => [...before ?? [], word],
    )
    .option("--write", "change the files")
    .addHelpText(
      "after",
      "\nExample:\n  magos patch --set flux-system:app=ghcr.io/you/app:1.4.2 --write apps/*.yaml\n",
    )
    .action((files, options) => start((session) => patch(session, files, options))) as unknown as Command<
      [string[]],
      { set: string[]; write?: true }
    >;
}

/** Patches the named files, prints what changes, and answers with the exit code. */
export async function patch(
  session: Session,
  names: readonly string[],
  options: { readonly set: readonly string[]; readonly write?: boolean },
): Promise<number> {
  const { system, flags, config } = session;
  const settings = readSettings(options.set);
  const named = await resolve(session, names);
  const wrong = [...settings.problems, ...named.problems];
  if (wrong.length > 0) {
    answerFailure(system, flags, wrong);
    return exitCodes.usage;
  }
  const read = await readNamedFiles(system, named.files);
  const patches = setPolicies(read.sources, settings.values, {
    defaultPin: config.update.pin,
    readSibling: (path) => read.siblings.get(path) ?? null,
  });
  const files = withProblems(named.files, patches, read.problems);
  const done = options.write ? await writeAll(session, files) : files;
  session.print(patchReport(done, options.write ?? false), () => renderPatches(session, done));
  const problems = done.flatMap((file) => file.problems);
  session.report(problems);
  return hasErrors(problems) ? exitCodes.partly : exitCodes.done;
}

function readSettings(
  words: readonly string[],
): { readonly values: readonly PolicySetting[]; readonly problems: readonly Problem[] } {
  const values = new Map<string, PolicySetting>();
  const problems: Problem[] = [];
  for (const setting of words.map(parseSetting)) {
    if (!setting.ok) problems.push(problemOf(setting.failure));
    else if (values.has(setting.value.name)) problems.push(twice(setting.value.name));
    else values.set(setting.value.name, setting.value);
  }
  return { values: [...values.values()], problems };
}

function twice(name: string): Problem {
  const message = `--set names the policy "${name}" twice`;
  return { code: "usage.invalid", severity: "error", message, cure: "give each policy one image" };
}

async function resolve(
  { system }: Session,
  names: readonly string[],
): Promise<{ readonly files: readonly NamedFile[]; readonly problems: readonly Problem[] }> {
  const files = new Map<string, NamedFile>();
  const problems: Problem[] = [];
  for (const name of names) {
    const file = await findNamedFile(system, name);
    if (!file.ok) problems.push(problemOf(file.failure));
    else if (!files.has(file.value.path)) files.set(file.value.path, file.value);
  }
  return { files: [...files.values()], problems };
}

/** The patches in the order of the named files, with what was wrong when those were read. */
function withProblems(
  named: readonly NamedFile[],
  patches: readonly FilePatch[],
  problems: readonly Problem[],
): readonly FilePatch[] {
  const byName = new Map(patches.map((it) => [it.file, it]));
  const listed = named.map(({ name }): FilePatch => {
    const found = byName.get(name) ?? { file: name, changes: [], problems: [], diff: "", text: null };
    byName.delete(name);
    const own = problems.filter((problem) => problem.file === name);
    const all = { ...found, problems: [...own, ...found.problems] };
    return hasErrors(own) ? { ...all, changes: [], diff: "", text: null } : all;
  });
  return [...listed, ...byName.values()];
}

async function writeAll({ system }: Session, patches: readonly FilePatch[]): Promise<readonly FilePatch[]> {
  const done: FilePatch[] = [];
  for (const file of patches) {
    const written = file.text === null ? null : await replaceFile(system, file.file, file.text);
    if (written?.ok !== false) done.push(file);
    else {
      const problem = problemOf(written.failure, { file: file.file });
      done.push({ ...file, changes: [], diff: "", text: null, problems: [...file.problems, problem] });
    }
  }
  return done;
}

function renderPatches({ system }: Session, patches: readonly FilePatch[]): string {
  const diff = patches.map((file) => file.diff).join("");
  return diff === "" ? "Nothing to change.\n" : paintDiff(diff, painterFor(system, system.stdout));
}
