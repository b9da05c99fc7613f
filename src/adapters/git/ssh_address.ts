// SSH addresses of a repository: `ssh://user@host:port/path` and `user@host:path`, as git(1) reads them.

const url = /^ssh:\/\/(?:([^/@]*)@)?(\[[0-9a-f:.]+\]|[^/:@[\]]+)(?::(\d{1,5}))?(\/.*)$/i;
const scp = /^([^/:@]*)@(\[[0-9a-f:.]+\]|[^/:@[\]]+):(.+)$/i;
// What begins with "-" could be read as an option, by git or by ssh.
const hostForm = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9.])?)$/i;
const userForm = /^[a-z0-9_][a-z0-9_.-]*$/i;

/** Whether the text means to be one. */
export function isSshAddress(text: string): boolean {
  return /^ssh:\/\//i.test(text) || /^[^/@]*@[^/]*:/.test(text);
}

/** The address in the form that git is given; `secret` when it holds a password, null when it cannot be understood. */
export function readSshAddress(text: string): string | "secret" | null {
  if (/^(ssh:\/\/)?[^/@]*:[^/@]*@/i.test(text)) return "secret";
  const [, scpUser, scpHost, scpPath = ""] = scp.exec(text) ?? [];
  if (scpUser !== undefined && scpHost !== undefined && !/^ssh:\/\//i.test(text)) {
    // Such a path begins at that user's home, so it cannot be written as a URL.
    const isRight = userForm.test(scpUser) && hostForm.test(scpHost) && !/^-|^\/*$/.test(scpPath);
    return isRight ? `${scpUser}@${scpHost.toLowerCase()}:${scpPath}` : null;
  }
  const [, user, host = "", port, path = ""] = url.exec(text) ?? [];
  const number = Number(port ?? 22);
  if (!hostForm.test(host) || /^\/*$/.test(path) || number < 1 || number > 65_535) return null;
  if (user !== undefined && !userForm.test(user)) return null;
  const who = user === undefined ? "" : `${user}@`;
  return `ssh://${who}${host.toLowerCase()}${port === undefined ? "" : `:${number}`}${path}`;
}

/** Host and port of an address that `readSshAddress` gave. */
export function hostOfSshAddress(address: string): { readonly host: string; readonly port: number } {
  const [, , host, port] = url.exec(address) ?? [];
  const name = host ?? scp.exec(address)?.[2] ?? "";
  return { host: name.replace(/^\[|\]$/g, ""), port: Number(port ?? 22) };
}
