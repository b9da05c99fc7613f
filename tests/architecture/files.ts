// The files of the project, and the house rules that hold for each file by itself.

/** A module as the rules see it; `path` starts at the project's folder. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const maxLines = 300;
const forbiddenNames = new Set(["utils", "helpers", "common", "manager"]);
const snakeCase = /^[a-z0-9]+(_[a-z0-9]+)*$/;

/** All files below the entries, sorted, as paths that start at the root. An entry that is not there has none. */
export async function listFiles(root: string, entries: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of entries) {
    const info = await Deno.stat(root + entry).catch(() => null);
    if (info?.isFile) found.push(entry);
    if (!info?.isDirectory) continue;
    const children = await Array.fromAsync(Deno.readDir(root + entry), (child) => `${entry}/${child.name}`);
    found.push(...await listFiles(root, children));
  }
  return found.sort();
}

/** What breaks a rule in one module: its name, its first line, its length, or that it only passes names on. */
export function fileProblems(file: SourceFile): readonly string[] {
  const problems = nameProblems(file.path);
  // A unit test is named after the file that it tests, and says no more.
  const unitTest = file.path.startsWith("tests/unit/") && file.path.endsWith("_test.ts");
  if (!unitTest && !/^\/\/ \S/.test(file.text)) problems.push("its first line is no comment that says what it is for");
  if (file.path.startsWith("tests/")) return problems.map((problem) => `${file.path}: ${problem}`);
  const lines = file.text.split("\n").length - 1;
  if (lines > maxLines) problems.push(`${lines} lines, ${maxLines} are allowed`);
  if (file.path.startsWith("src/") && isBarrel(file.text)) problems.push("it only passes on what other files declare");
  return problems.map((problem) => `${file.path}: ${problem}`);
}

function nameProblems(path: string): string[] {
  const problems: string[] = [];
  for (const part of path.split("/")) {
    const name = part.replace(/\.[a-z]+$/, "");
    if (!snakeCase.test(name)) problems.push(`"${part}" is not snake_case`);
    if (forbiddenNames.has(name)) problems.push(`"${part}" says nothing of its content`);
  }
  return problems;
}

/** Whether nothing but imports, re-exports and comments is in the module, and at least one re-export. */
export function isBarrel(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const passing = /(import|export)\b[^;"'(=]*?(from\s*)?(["'][^"']*["'](\s*with\s*\{[^}]*\})?)?\s*;/g;
  return /^\s*export\b/m.test(code) && code.replace(passing, (all) => isDeclaration(all) ? all : "").trim() === "";
}

function isDeclaration(statement: string): boolean {
  return !/^(import\b|export\s+(type\s+)?[{*])/.test(statement);
}

/** What stands at the top of the project and has no place there. Names that start with a dot are free. */
export function topLevelProblems(entries: readonly string[]): readonly string[] {
  const places = new Set(["main.ts", "src", "tests", "policies", "deno.json", "deno.lock", "README.md", "LICENSE"]);
  const found = new Set(entries.map((entry) => entry.split("/")[0] ?? ""));
  return [...found].filter((name) => !name.startsWith(".") && !places.has(name))
    .map((name) => `${name}: the top level holds only ${[...places].join(", ")} and dot files`);
}
