// src/README.md is the newcomer's map; a map that lies is worse than none.

/** What is wrong with the map: a folder without a row, or a name in it that does not exist. Paths start at src. */
export function mapProblems(map: string, files: readonly string[]): readonly string[] {
  const folders = foldersOf(files);
  const rows = [...map.matchAll(/^\| `([^`]+)\/` +\|/gm)].map((row) => row[1] ?? "");
  const missing = [...folders].filter((folder) => !rows.includes(folder)).map((folder) => `${folder}/ has no row`);
  const twice = rows.filter((row, at) => rows.indexOf(row) !== at).map((row) => `${row}/ has two rows`);
  const known = new Set([...files, ...[...folders].map((folder) => `${folder}/`)]);
  const named = [...map.matchAll(/`([^`\s]+)`/g)].map((one) => one[1] ?? "").filter(isPath);
  const gone = named.filter((path) => !known.has(path.replace(/^src\/(?=.)/, "")))
    .map((path) => `${path} does not exist`);
  return [...missing, ...twice, ...new Set(gone)];
}

/** A path ends in a slash or in the extension of a source file; `node:sqlite` and `hono/jsx` are libraries. */
function isPath(text: string): boolean {
  return /(\/|\.tsx?|\.sql|\.json)$/.test(text);
}

function foldersOf(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files) {
    const parts = file.split("/").slice(0, -1);
    parts.forEach((_, at) => folders.add(parts.slice(0, at + 1).join("/")));
  }
  return folders;
}
