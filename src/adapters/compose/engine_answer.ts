// What an engine's program printed, as text, lines or JSON.

/** All of it; bytes that are no UTF-8 become replacement characters. */
export function answerText(stdout: Uint8Array): string {
  return new TextDecoder().decode(stdout);
}

/** Its lines without blanks around them; empty ones are left out. */
export function answerLines(stdout: Uint8Array): readonly string[] {
  return answerText(stdout).split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

/** The JSON in it, to be checked by a schema; null when it is none. */
export function answerJson(stdout: Uint8Array): unknown {
  try {
    return JSON.parse(answerText(stdout));
  } catch {
    return null;
  }
}
