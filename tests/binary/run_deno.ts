// Runs the same Deno that this program runs in.

/** What it printed and how it ended. */
export interface DenoOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it in `cwd` with the caller's environment and without colours. */
export async function runDeno(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<DenoOutput> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Its standard output. @throws {Error} with what it printed when it fails. */
export async function denoText(cwd: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runDeno(cwd, args);
  if (code !== 0) throw new Error(`deno ${args[0]} ended with ${code}: ${stderr.trim()}`);
  return stdout;
}
