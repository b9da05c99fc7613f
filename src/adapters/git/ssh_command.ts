// The one way in which git calls ssh: every option said, so that no file of the user's and no agent has a say.

/** Options beside the two files. The words of ssh go to `classify.ts`, so nothing but errors is to be said. */
const options: readonly string[] = [
  "IdentitiesOnly=yes",
  "IdentityAgent=none",
  "BatchMode=yes",
  "StrictHostKeyChecking=yes",
  "GlobalKnownHostsFile=/dev/null",
  "UpdateHostKeys=no",
  "VerifyHostKeyDNS=no",
  "PreferredAuthentications=publickey",
  "ForwardAgent=no",
  "ClearAllForwardings=yes",
  "ControlMaster=no",
  "ControlPath=none",
  "PermitLocalCommand=no",
  "LogLevel=ERROR",
  "ConnectTimeout=20",
  // A connection over which nothing comes for a minute is dead, as over http.
  "ServerAliveInterval=15",
  "ServerAliveCountMax=4",
];

/** For `GIT_SSH_COMMAND`, which a shell reads. Null for a path that ssh's own quoting cannot hold. */
export function sshCommand(keyFile: string, knownHostsFile: string): string | null {
  // deno-lint-ignore no-control-regex -- a line end could begin another option
  if ([keyFile, knownHostsFile].some((path) => /["\\\u0000-\u001f\u007f]|\$\{/.test(path))) return null;
  const all = [
    `IdentityFile=${quoteForSsh(keyFile)}`,
    `UserKnownHostsFile=${quoteForSsh(knownHostsFile)}`,
    ...options,
  ];
  return ["ssh", "-F", "/dev/null", ...all.flatMap((option) => ["-o", quoteForShell(option)])].join(" ");
}

/** A value of ssh_config(5): in double quotes, with `%` doubled since it begins a token there. */
function quoteForSsh(path: string): string {
  return `"${path.replaceAll("%", "%%")}"`;
}

function quoteForShell(text: string): string {
  return /^[A-Za-z0-9_./=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
