// Comments that were plainly meant as markers and are none: a pass reads past them without a word.
import { isMagosMarker, parseMagosMarker } from "../documents/magos_marker.ts";
import { nearestOf } from "../model/nearest.ts";

/** What to say of such a comment. */
export interface NearMarker {
  readonly message: string;
  readonly cure: string;
}

const words = ["magos", "$imagepolicy"] as const;

/** Whether a text may hold such a comment at all; spares reading the others line by line. */
export function mayHoldNearMarkers(text: string): boolean {
  return /#[^\n{]{0,20}\{/.test(text);
}

/**
 * The slip in a comment, which begins with its `#`; null for a marker and for prose. Only a brace right behind the `#`
 * and a key that reads nearly like one of the two words make a comment suspicious.
 */
export function nearMarker(comment: string): NearMarker | null {
  const match =
    /^#+[\s\u00a0]*\{[\s\u00a0]*["'`\u201c\u201d\u2018\u2019]?([$\w-]{1,40})["'`\u201c\u201d\u2018\u2019]?[\s\u00a0]*:/
      .exec(comment);
  const word = match?.[1];
  if (match === null || word === undefined || isMagosMarker(comment)) return null;
  const meant = words.find((known) => known === word) ?? nearestOf(word, words);
  if (meant === "magos") {
    return { message: "this is nearly a marker of magos, and none", cure: rightSpelling(comment, match[0]) };
  }
  // Flux takes any blanks before and after the brace.
  const isFluxMarker = word === meant && /^#+[ \t]*\{[ \t]*"\$imagepolicy"[ \t]*:/.test(comment);
  if (meant === null || isFluxMarker) return null;
  return {
    message: "this is nearly a marker of Flux, and none",
    cure: 'write exactly # {"$imagepolicy": "namespace:name"}, or with :tag, :name or :digest at its end',
  };
}

/** The comment as it should be, where that can be told; else how markers begin. */
function rightSpelling(comment: string, start: string): string {
  const rest = comment.slice(start.length).replaceAll(/['\u201c\u201d\u2018\u2019]/g, '"');
  const mended = `# {"magos":${rest}`;
  return parseMagosMarker(mended).ok ? `write ${mended}` : 'a marker starts with exactly # {"magos":';
}
