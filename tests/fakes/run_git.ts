// Git as a person runs it, for building the repositories that tests work with.

/** Variables that keep the machine's own git configuration out of a test. */
export const personEnv: Readonly<Record<string, string>> = {
  PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
  HOME: "/dev/null",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};

/**
 * Runs git in a folder and gives its stdout.
 * @throws {Error} with git's own words when it ends badly.
 */
export async function runGitAs(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const output = await new Deno.Command("git", {
    args: [...args],
    cwd,
    env: { ...personEnv, ...env },
    clearEnv: true,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(output.stdout);
  if (output.success) return text.replace(/\n$/, "");
  throw new Error(`git ${args.join(" ")}: ${text}${new TextDecoder().decode(output.stderr)}`);
}
