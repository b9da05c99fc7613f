// Steps 1 to 3 of the apply pass: a checkout to the stacks of this host and all that decides what runs.
import { sha256Of } from "../core/model/digest.ts";
import { failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { Stack, StackContent } from "../core/model/stack.ts";
import type { Files } from "../core/ports/files.ts";
import type { Checkout } from "../core/ports/git.ts";
import { discoverStacks } from "../core/stack/discover.ts";
import { readStack } from "../core/stack/read_stack.ts";
import type { KnownFile } from "../core/stack/repository_view.ts";
import { decodeText } from "../core/yaml/text.ts";
import type { ApplySettings } from "./apply_ports.ts";

/** Larger files count by their bytes alone. */
const largestText = 4 * 1024 * 1024;
const largestFile = 256 * 1024 * 1024;

/** Each round reads what the one before asked for: includes within includes, no deeper than they may be nested. */
const mostRounds = 100;

/** The stacks of a host at one revision. */
export interface HostStacks {
  readonly contents: readonly StackContent[];
  /** Names of stacks that cannot be read: what runs of them stays. */
  readonly broken: readonly string[];
  readonly problems: readonly Problem[];
}

/** Reads all stacks; one that is wrong is broken alone. Only files of the checkout itself are read. */
export async function readStacks(
  checkout: Checkout,
  files: Files,
  { host, apply }: Pick<ApplySettings, "host" | "apply">,
): Promise<Result<HostStacks>> {
  const root = await files.realPath(checkout.root);
  if (!root.ok) return root;
  // Through a link, what is used is the file that it leads to.
  const tracked = checkout.links.length === 0 ? checkout.files : [...checkout.files, ...checkout.links].sort();
  const found = discoverStacks({
    host,
    apps: apply.apps,
    hosts: [...apply.hosts.keys()],
    sources: apply.discover,
    defaults: apply.defaults,
    files: tracked,
  });
  const known = new Map<string, Result<KnownFile | null>>();
  const contents: StackContent[] = [];
  const broken = [...found.broken];
  const problems = [...found.problems];
  for (const stack of found.stacks) {
    const read = await readOne(stack, tracked, files, root.value ?? checkout.root, known);
    problems.push(...read.problems);
    if (read.content === null) broken.push(stack.name);
    else contents.push(read.content);
  }
  return success({ contents, broken, problems });
}

async function readOne(
  stack: Stack,
  tracked: readonly string[],
  files: Files,
  root: string,
  known: Map<string, Result<KnownFile | null>>,
): Promise<{ readonly content: StackContent | null; readonly problems: readonly Problem[] }> {
  for (let round = 0; round < mostRounds; round++) {
    const reading = readStack(stack, tracked, known);
    if (reading.state === "read") return reading;
    for (const path of reading.paths) known.set(path, await readKnown(files, root, path));
  }
  const message = `${stack.name} asks for ever more files`;
  return { content: null, problems: [{ code: "stack.invalid", severity: "error", stack: stack.name, message }] };
}

/** A file of the checkout, links resolved and bounded; null where there is none. */
async function readKnown(files: Files, root: string, path: string): Promise<Result<KnownFile | null>> {
  const real = await files.realPath(`${root}/${path}`);
  if (!real.ok) return real;
  if (real.value === null) return success(null);
  if (!real.value.startsWith(`${root}/`)) {
    return failure("file.outside", `${path} leads out of the repository through a link; it is not read`, {
      file: path,
      cure: "keep the file itself in the repository",
    });
  }
  const info = await files.stat(real.value);
  if (!info.ok) return info;
  if (info.value?.kind === "directory" && real.value !== `${root}/${path}`) {
    const folder = real.value.slice(root.length + 1);
    return success({ text: null, digest: sha256Of(folder), folder });
  }
  if (info.value?.kind !== "file") return success(null);
  const bytes = await files.read(real.value, largestFile);
  if (!bytes.ok || bytes.value === null) return bytes.ok ? success(null) : bytes;
  const text = bytes.value.length > largestText ? null : decodeText(bytes.value, path);
  const digest = sha256Of(bytes.value);
  const mayRun = ((info.value.mode ?? 0) & 0o100) !== 0;
  return success({
    text: text?.ok ? text.value : null,
    digest: mayRun ? sha256Of(`${digest} x`) : digest,
    folder: null,
  });
}
