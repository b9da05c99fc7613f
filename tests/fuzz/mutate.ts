// From good texts to odd ones: a few changes at places that chance picks.
import type { Chance } from "./chance.ts";
import type { FuzzTarget } from "./target.ts";

// Characters that parsers stumble over, whatever the format.
const oddities = [
  ..."\0\t\n\r\v\f \"'`\\/#%&*?!@^~|<>()[]{}=:;,.+-_0123456789aAgvVxX",
  "\r\n",
  "\u00a0",
  "\ufeff",
  "\u2028",
  "\u0085",
  "\u202e",
  "\ud800",
  "\udc00",
  "😀",
  "é",
  "ı",
  "__proto__",
  "constructor",
  "99999999999999999999999",
  "-0",
  "1e309",
];

/** A new text for a target: one of its seeds, changed in one to eight places. */
export function mutate(target: FuzzTarget, chance: Chance): string {
  let text = chance.below(10) === 0 ? "" : chance.pick(target.seeds);
  for (let left = 1 + chance.below(8); left > 0; left--) {
    text = changeOnce(text, target, chance).slice(0, target.longest);
  }
  return text;
}

function changeOnce(text: string, target: FuzzTarget, chance: Chance): string {
  const start = chance.below(text.length + 1);
  const end = Math.min(text.length, start + chance.below(chance.pick([2, 8, 64])));
  const [before, middle, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  switch (chance.below(8)) {
    case 0:
      return before + after;
    case 1:
      return before + middle + middle + after;
    case 2:
      // What grows faster than its input shows itself only in long runs.
      return before + (middle === "" ? chance.pick(oddities) : middle).repeat(1 + chance.below(chance.pick([4, 300]))) +
        after;
    case 3:
      return before + piece(chance.pick(target.seeds), chance) + after;
    case 4:
      return before + chance.pick(oddities) + after;
    case 5:
      return before + String.fromCharCode(chance.below(chance.pick([128, 0x300, 0x10000]))) + after;
    case 6:
      return after + before;
    default:
      return before + chance.pick(target.words) + (chance.below(2) === 0 ? middle : "") + after;
  }
}

function piece(text: string, chance: Chance): string {
  const start = chance.below(text.length + 1);
  return text.slice(start, start + chance.below(40));
}
