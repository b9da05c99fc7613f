// Values that must not be seen: printing, JSON and logging give `***` (contracts.md 5.3).

/** Holds a text that only `reveal()` gives out; every way of printing it shows `***`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [Symbol.for("Deno.customInspect")](): string {
    return "***";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "***";
  }
}

/** Replaces every live secret, and its usual encodings, in a text that is about to be kept or shown. */
export function maskSecrets(text: string, secrets: readonly Secret[]): string {
  // A very short "secret" would blank half of any text and so reveal itself by its gaps.
  const plain = secrets.map((secret) => secret.reveal()).filter((it) => it.length >= 4);
  const forms = plain.flatMap((it) => [it, encodeURIComponent(it.toWellFormed()), base64(it)]);
  // The longest first: where one secret begins another, the rest of the longer one would stay.
  return forms.sort((a, b) => b.length - a.length).reduce((masked, form) => masked.replaceAll(form, "***"), text);
}

/** Base64 of the text's UTF-8 bytes, as HTTP's Basic scheme wants it (RFC 7617). */
export function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
