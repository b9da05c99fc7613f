// Who could open an encrypted file, as its metadata says, in each of the forms that sops writes.

const most = 10;

/** Age recipients and PGP fingerprints, in the order of the file. */
export function recipientsOf(text: string): readonly string[] {
  const age = [...text.matchAll(/recipient["']?\s*[:=]\s*["']?(age1[0-9a-z-]{8,2000}|ssh-\S+ \S+)/g)];
  const pgp = [...text.matchAll(/\bfp["']?\s*[:=]\s*["']?([0-9A-Fa-f]{16,40})\b/g)];
  const names = [...age.map((match) => match[1] ?? ""), ...pgp.map((match) => `PGP ${match[1] ?? ""}`)];
  return [...new Set(names)].slice(0, most);
}
