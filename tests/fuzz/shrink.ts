// A failing text made as short as it gets in a bounded number of tries, so that a person sees what matters in it.

/** The shortest text found that still fails. `fails` is asked at most `tries` times. */
export function shrink(text: string, fails: (text: string) => boolean, tries: number): string {
  let best = text;
  let left = tries;
  for (let size = Math.ceil(best.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && left > 0; left--) {
      const shorter = best.slice(0, at) + best.slice(at + size);
      if (fails(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}
