// Who imports whom, as `deno info` sees it: imports of types, dynamic imports and data files count like any other.

/** One file of the project with everything it imports. */
export interface Module {
  /** Starts at the project's folder. */
  readonly path: string;
  /** A path of the project, or a library's name such as `zod`, `hono/jsx`, `node:crypto`. */
  readonly imports: readonly string[];
}

interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: Target;
      readonly type?: Target;
    }[];
  }[];
}

interface Target {
  readonly specifier?: string;
  readonly error?: string;
}

/**
 * Asks Deno for the graph of these files.
 * @throws {Error} when a file does not parse or imports what does not exist.
 */
export async function readGraph(root: string, files: readonly string[]): Promise<readonly Module[]> {
  // `deno info` takes one entry, so a file in a folder of its own imports them all.
  const folder = await Deno.makeTempDir();
  try {
    const entry = `${folder}/all.ts`;
    await Deno.writeTextFile(entry, files.map((file) => `import "file://${root}${file}";\n`).join(""));
    const command = new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", `${root}deno.json`, entry],
      env: { NO_COLOR: "1" },
    });
    const { success, stdout, stderr } = await command.output();
    if (!success) throw new Error(`deno info: ${new TextDecoder().decode(stderr)}`);
    return modulesOf(JSON.parse(new TextDecoder().decode(stdout)), root);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The project's own modules out of what `deno info --json` prints. */
export function modulesOf(info: Info, root: string): readonly Module[] {
  const base = `file://${root}`;
  const modules: Module[] = [];
  for (const module of info.modules) {
    if (module.error !== undefined) throw new Error(module.error);
    if (!module.specifier.startsWith(base)) continue;
    const imports = (module.dependencies ?? []).flatMap((one) => {
      const targets = [one.code, one.type].filter((target) => target !== undefined);
      const local = targets.map((target) => target.specifier ?? "").filter((url) => url.startsWith("file:"));
      return local.length > 0
        ? local.map((url) => url.startsWith(base) ? url.slice(base.length) : url)
        : [one.specifier];
    });
    modules.push({ path: module.specifier.slice(base.length), imports: [...new Set(imports)].sort() });
  }
  return modules;
}

/** Every group of modules that import each other in a ring, as `a.ts -> b.ts -> a.ts`. */
export function findCycles(graph: readonly Module[]): readonly string[] {
  const importsOf = new Map(graph.map((module) => [module.path, module.imports]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || done.has(path)) return;
    for (const next of importsOf.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const module of graph) visit(module.path, []);
  return cycles;
}
