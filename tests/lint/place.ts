// Where a linted file lies: the rules are for src, tests are free.

const source = new URL("../../src/", import.meta.url).pathname;

/** Whether the file lies in src, or in the folder below it that is named (`adapters/system/`). */
export function isSource(filename: string, folder = ""): boolean {
  return filename.startsWith(source + folder);
}
