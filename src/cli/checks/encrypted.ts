// Which files of a repository are encrypted ones, by their names (contracts.md 2.4).

/** `NAME.sops.EXT`, and `.sops.EXT`. */
export function isEncrypted(file: string): boolean {
  return /(^|\/|\.)sops\.[^/.]+$/.test(file) && !/(^|\/)\.sops\.ya?ml$/.test(file);
}
