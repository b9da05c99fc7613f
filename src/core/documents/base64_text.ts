// Base64 as files hold it -> the text in it.

/** The text, or null where it is no Base64 of UTF-8; blanks and line breaks between the letters do not matter. */
export function decodeBase64(text: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
