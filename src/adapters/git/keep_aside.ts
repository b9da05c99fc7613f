// What containers wrote where git is about to make a file: kept under another name, never overwritten.
import { type Result, success } from "../../core/model/problem.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";

/** A file that the revision has and the folder, as far as git knows, has not. */
export interface NewFile {
  readonly path: string;
  readonly object: string;
}

/** A folder with its index: the variables that git finds them by. */
interface Tree {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Makes way in `root` for new files. What git put there itself, or half a checkout left, is not kept. */
export async function keepAside(
  context: GitContext,
  root: string,
  env: Tree["env"],
  files: readonly NewFile[],
): Promise<Result<void>> {
  // An empty folder has nothing in the way, and a first checkout has many files.
  const inside = await context.files.list(root);
  if (!inside.ok) return inside;
  const present = new Set(inside.value);
  const clear = new Set<string>();
  for (const file of files) {
    if (!present.has(file.path.split("/")[0] ?? "")) continue;
    const inTheWay = await findObstacle(context, { root, env }, file, clear);
    if (!inTheWay.ok) return inTheWay;
    if (inTheWay.value === null) continue;
    const aside = `${inTheWay.value}.kept-${context.random.hex(4)}`;
    const moved = await context.files.rename(`${root}/${inTheWay.value}`, `${root}/${aside}`);
    if (!moved.ok) return moved;
    context.log.event("warning", "stack.kept_aside", { path: inTheWay.value, aside });
  }
  return success(undefined);
}

/** The path, of the file's own and those above it, that holds something of somebody else's. */
async function findObstacle(
  context: GitContext,
  tree: Tree,
  { path, object }: NewFile,
  clear: Set<string>,
): Promise<Result<string | null>> {
  const parts = path.split("/");
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = parts.slice(0, depth).join("/");
    if (clear.has(at)) continue;
    const info = await context.files.stat(`${tree.root}/${at}`);
    // Below what is no folder nothing can be either.
    if (!info.ok || info.value === null) return success(null);
    const isFolder = info.value.kind === "directory";
    if (isFolder && depth < parts.length) {
      clear.add(at);
      continue;
    }
    const answer = depth < parts.length
      ? await ask(context, tree, ["ls-files", "-z", "--", at])
      : isFolder
      ? await ask(context, tree, ["ls-files", "-z", "--others", "--directory", "--", `${at}/`])
      : await ask(context, tree, ["hash-object", "--no-filters", "--", at]);
    if (!answer.ok) return answer;
    const isGits = depth < parts.length
      ? answer.value !== ""
      : isFolder
      ? answer.value === ""
      : answer.value.trim() === object;
    return success(isGits ? null : at);
  }
  return success(null);
}

async function ask(context: GitContext, { root, env }: Tree, args: readonly string[]): Promise<Result<string>> {
  const ran = await runGit(context, { args, cwd: root, env: { ...env, GIT_LITERAL_PATHSPECS: "1" } });
  return ran.ok ? success(new TextDecoder().decode(ran.value.stdout)) : ran;
}
