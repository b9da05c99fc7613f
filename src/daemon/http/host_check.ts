// Which names the server answers to: a page in the owner's browser must not reach it under a name of its own (DNS
// rebinding, contracts 5.2).

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a `Host` header is one of loopback's names or one that the owner has listed. The port does not matter. */
export function isOwnHost(header: string | null, names: readonly string[]): boolean {
  if (header === null) return false;
  const name = header.toLowerCase().replace(/:\d{1,5}$/, "").replace(/\.$/, "");
  return loopback.test(name) || names.includes(name);
}
