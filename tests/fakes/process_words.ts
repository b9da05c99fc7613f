// What a process says, for a test to wait for: one line after the other, from one of its streams.

/** The words of a process so far, and those to come. */
export interface ProcessWords {
  /** Waits for what fits, behind what was waited for before. Throws when the stream ends first. */
  said(pattern: RegExp): Promise<string>;
  /** Listens no more. */
  cancel(): Promise<void>;
}

/** Listens to the stream from its beginning. */
export function wordsOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ProcessWords {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async said(pattern) {
      for (;;) {
        const found = pattern.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          return found[0];
        }
        const { value, done } = await reader.read();
        if (done) throw new Error(`it ended before it said ${pattern}: ${text}`);
        text += value;
      }
    },
    cancel: () => reader.cancel(),
  };
}
