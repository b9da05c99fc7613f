// The words that say what a suffix means, and how a policy moves them (loose versioning 1).
import { failure, type Result, success } from "../../model/problem.ts";

/** The classes that words belong to by their name. All words that no list names are flavours. */
export type WordClass = "prerelease" | "fix" | "build" | "flavour";

/** What a listed word means. */
export interface Word {
  readonly class: WordClass;
  /** How close to the release a prerelease word is, from 0 to 4; 0 for the other classes. */
  readonly rank: number;
  /** Whether the word is of its class only with a number. */
  readonly numbered: boolean;
}

/** Words by their lower-case name. */
export type WordTable = ReadonlyMap<string, Word>;

// N stands for the number, as in the page's table.
const lists: readonly (readonly [WordClass, number, string])[] = [
  ["prerelease", 0, "dev devel develop nightly snapshot canary edge next exp experimental unstable test testing"],
  ["prerelease", 1, "alpha aN"],
  ["prerelease", 2, "beta bN milestone mN"],
  ["prerelease", 3, "pre preview ea"],
  ["prerelease", 4, "rc"],
  ["fix", 0, "security hotfix patch update pN plN spN uN"],
  ["build", 0, "lsN rN revN buildN bldN postN"],
];

/** Flavours that name an operating system, whose number may rise (loose versioning 2 and 4). */
export const operatingSystems: ReadonlySet<string> = new Set(["alpine", "debian", "ubuntu", "fedora", "ubi"]);

const listed: WordTable = new Map(
  lists.flatMap(([kind, rank, words]) => words.split(" ").map((word) => entry(kind, rank, word))),
);

/**
 * The table with a policy's own words in it. A moved word is of its new class with and without a number, unless it is
 * written with `N`; as a prerelease it keeps the rank it has, or gets 0. Fails on a word that is moved twice.
 */
export function wordTable(moved: Readonly<Partial<Record<WordClass, readonly string[]>>>): Result<WordTable> {
  // Every target compiles its rule, and hardly any moves a word.
  if (Object.keys(moved).length === 0) return success(listed);
  const table = new Map(listed);
  const seen = new Set<string>();
  for (const kind of ["prerelease", "fix", "build", "flavour"] as const) {
    for (const word of moved[kind] ?? []) {
      const [name, meaning] = entry(kind, 0, word);
      if (!/^[a-z][a-z0-9.]{0,63}$/.test(name)) return invalid(`"${word.slice(0, 80)}" is no word of a suffix`);
      if (seen.has(name)) return invalid(`the word "${word}" is moved to two classes`);
      seen.add(name);
      const rank = kind === "prerelease" ? listed.get(name)?.rank ?? 0 : 0;
      table.set(name, { ...meaning, rank });
    }
  }
  return success(table);
}

function entry(kind: WordClass, rank: number, word: string): readonly [string, Word] {
  const numbered = /^[a-z]+N$/.test(word);
  return [(numbered ? word.slice(0, -1) : word).toLowerCase(), { class: kind, rank, numbered }];
}

function invalid(message: string): Result<never> {
  return failure("policy.invalid", message, { cure: "list each word once, in lower case, like words: { build: [b] }" });
}
