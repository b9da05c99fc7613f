// The texts of a checkout: inside the repository only, bounded, each file read once.
import { failure, type Result, success } from "../core/model/problem.ts";
import type { Files } from "../core/ports/files.ts";
import type { Checkout } from "../core/ports/git.ts";
import { decodeText } from "../core/yaml/text.ts";

/** Larger files are refused, not read in part (contracts.md 5.2). */
export const largestFile = 4 * 1024 * 1024;

// What is kept of texts for a second look; a repository with more is read twice.
const mostKept = 64 * 1024 * 1024;

/** Reads files of one checkout. */
export interface CheckoutReader {
  readonly files: readonly string[];
  /** Null: not there, or removed since. */
  read(file: string): Promise<Result<string | null>>;
}

/** A reader that keeps what it has read. */
export async function readCheckout(checkout: Checkout, files: Files): Promise<Result<CheckoutReader>> {
  const root = await files.realPath(checkout.root);
  if (!root.ok) return root;
  const known = new Map<string, Result<string | null>>();
  let kept = 0;
  return success({
    files: checkout.files,
    async read(file) {
      const before = known.get(file);
      if (before !== undefined) return before;
      const text = await readInside(files, root.value ?? checkout.root, file);
      kept += text.ok ? text.value?.length ?? 0 : 0;
      if (kept <= mostKept) known.set(file, text);
      return text;
    },
  });
}

/** Reads a file of the repository, and refuses one that a link has moved out of it. Null: not there. */
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
