// Steps 7 and 8: the files of a delivery written into the work tree, part by part, each part committed on the last.
import type { PlanPart } from "../core/model/plan.ts";
import { type Result, success } from "../core/model/problem.ts";
import type { CommitWords } from "../core/plan/prepare_deliveries.ts";
import type { Checkout } from "../core/ports/git.ts";
import type { Time } from "../core/model/time.ts";
import type { KeyFiles } from "./signing_keys.ts";
import type { PassPorts } from "./pass_ports.ts";

/** A work tree that several deliveries are made in, one after the other; `base` keeps what files held at first. */
export interface WorkTree {
  readonly checkout: Checkout;
  readonly base: Map<string, Uint8Array>;
}

/** What each commit of a delivery is made from. */
export interface CommitOptions {
  readonly time: Time;
  /** One for each part. */
  readonly commits: readonly CommitWords[];
  /** Keys of single automations; every other commit is signed as the configuration says. */
  readonly keys: KeyFiles;
}

// No file with markers is larger (contracts.md 5.2).
const largestFile = 16 * 1024 * 1024;

/** Makes the commits, and gives the last of them. No branch points to it yet. */
export async function commitParts(
  { checkout, base }: WorkTree,
  parts: readonly PlanPart[],
  ports: Pick<PassPorts, "git" | "files" | "log">,
  { commits, time, keys }: CommitOptions,
): Promise<Result<string>> {
  const { git, files, log } = ports;
  const put = (file: string, bytes: Uint8Array | string): Promise<Result<void>> =>
    files.write(`${checkout.root}/${file}`, bytes);
  // What an earlier delivery wrote belongs to its branch alone.
  const restored = [...base.keys()];
  for (const [file, bytes] of base) {
    const back = await put(file, bytes);
    if (!back.ok) return back;
  }
  let parent = checkout.revision;
  for (const [index, words] of commits.entries()) {
    const part = parts[index];
    if (part === undefined) break;
    for (const { file, text } of part.files) {
      const kept = base.has(file) ? success(null) : await files.read(`${checkout.root}/${file}`, largestFile);
      if (!kept.ok) return kept;
      if (kept.value !== null) base.set(file, kept.value);
      const written = await put(file, text);
      if (!written.ok) return written;
    }
    log.event("debug", "update.step", { step: "written" });
    const names = new Set([...part.files.map(({ file }) => file), ...index === 0 ? restored : []]);
    const sign = part.by === null ? undefined : keys.get(part.by);
    const order = { ...words, time, checkout, files: [...names], parent, ...sign === undefined ? {} : { sign } };
    const commit = await git.commit(order);
    if (!commit.ok) return commit;
    log.event("debug", "update.step", { step: "committed" });
    parent = commit.value;
  }
  return success(parent);
}
