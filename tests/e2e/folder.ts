// A folder of files on this machine, without remote, registry or state: what validate and init look at.
import { cli } from "../../src/cli/cli.ts";
import type { System } from "../../src/core/ports/system.ts";
import { testSystem } from "../fakes/test_system.ts";

/** The user's folder. It ends with the test. */
export interface Folder {
  readonly path: string;
  /** `magos ARGS` in this process, from a folder below; network and state would make it fail. */
  magos(args: readonly string[], from?: string, changes?: Partial<System>): Promise<FolderRan>;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
}

/** How one command line ended. */
export interface FolderRan {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Writes the files, runs the test, removes all. */
export async function withFolder(
  files: Readonly<Record<string, string>>,
  test: (folder: Folder) => Promise<void>,
): Promise<void> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-folder-" }));
  const write = async (file: string, text: string): Promise<void> => {
    await Deno.mkdir(`${path}/${file}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${path}/${file}`, text, { mode: 0o644 });
  };
  try {
    for (const [file, text] of Object.entries(files)) await write(file, text);
    await test({
      path,
      write,
      read: (file) => Deno.readTextFile(`${path}/${file}`),
      magos: async (args, from = "", changes = {}) => {
        const http = {
          send: (): Promise<never> => Promise.reject(new Error("a verb without network asked for something")),
        };
        const machine = testSystem(`${path}/${from}`.replace(/\/$/, ""), { HOME: "/nonexistent" }, {
          http,
          ...changes,
        });
        const code = await cli(args, machine.system);
        return { code, out: machine.out(), err: machine.err() };
      },
    });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}
