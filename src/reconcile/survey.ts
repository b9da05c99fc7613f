// Step 4 of the update pass: the files of a checkout to the values that are marked in them.
import type { Pin } from "../core/model/decision.ts";
import { failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { findTargets, type MarkedFile } from "../core/patch/find_targets.ts";
import { selectYamlFiles } from "../core/patch/select_files.ts";
import type { Files } from "../core/ports/files.ts";
import type { Checkout } from "../core/ports/git.ts";
import { decodeText } from "../core/yaml/text.ts";

/** Larger files and more files are refused, not read in part (contracts.md 5.2). */
export const largestFile = 4 * 1024 * 1024;
const mostFiles = 20_000;

/** What the repository marks. Files without markers and problems are left out. */
export interface Survey {
  readonly files: readonly MarkedFile[];
  readonly problems: readonly Problem[];
}

/** Reads the YAML files below the configured paths. One bad file does not hide the others. */
export async function survey(
  checkout: Checkout,
  files: Files,
  options: { readonly paths: readonly string[]; readonly pin: Pin },
): Promise<Survey> {
  const candidates = selectYamlFiles(checkout.files, options.paths);
  if (candidates.length > mostFiles) return { files: [], problems: [tooMany(candidates.length)] };
  const root = await files.realPath(checkout.root);
  if (!root.ok) return { files: [], problems: [problemOf(root.failure)] };
  const found: MarkedFile[] = [];
  const problems: Problem[] = [];
  for (const file of candidates) {
    const text = await readInside(files, root.value ?? checkout.root, file);
    if (!text.ok) {
      problems.push(problemOf(text.failure));
      continue;
    }
    if (text.value === null) continue;
    const marked = findTargets(file, text.value, options.pin);
    problems.push(...marked.problems);
    if (marked.found.length > 0) found.push(marked);
  }
  return { files: found, problems };
}

/** Reads a file of the repository, and refuses one that a link has moved out of it. Null: not there, or no text. */
export async function readInside(files: Files, root: string, file: string): Promise<Result<string | null>> {
  const real = await files.realPath(`${root}/${file}`);
  if (!real.ok) return { ok: false, failure: { ...real.failure, file } };
  if (real.value === null) return success(null);
  if (!real.value.startsWith(`${root}/`)) {
    return failure("file.outside", `${file} leads out of the repository through a link; it is not read`, {
      file,
      cure: "keep the file itself in the repository",
    });
  }
  const bytes = await files.read(real.value, largestFile);
  if (!bytes.ok) return { ok: false, failure: { ...bytes.failure, file } };
  if (bytes.value === null) return success(null);
  return decodeText(bytes.value, file);
}

function tooMany(count: number): Problem {
  return {
    code: "file.too_many",
    severity: "error",
    message: `the repository holds ${count} YAML files below update.paths; magos reads at most ${mostFiles}`,
    cure: "narrow update.paths",
  };
}
