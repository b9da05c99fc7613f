// Functions of sprig for regular expressions: RE2 like everywhere in magos, so that no template can hang (sprig,
// "String Functions").
import { findAll, replacePattern, splitPattern } from "../model/pattern_words.ts";
import { compilePattern, matchesPattern, type Pattern } from "../model/pattern.ts";
import { take, textAt, wholeAt } from "./arguments.ts";
import { FunctionError, type FunctionTable, type Value } from "./value.ts";

/** The pattern is the first argument, the text the second. */
export const patternFunctions: FunctionTable = {
  regexMatch: (args) => matchesPattern(patternOf(take(args, 2)), textAt(args, 1)),
  regexFind: (args) => findAll(patternOf(take(args, 2)), textAt(args, 1), 1)[0] ?? "",
  regexFindAll: (args) => [...findAll(patternOf(take(args, 3)), textAt(args, 1), wholeAt(args, 2))],
  regexReplaceAll: (args) => replacePattern(patternOf(take(args, 3)), textAt(args, 1), textAt(args, 2), true),
  regexReplaceAllLiteral: (args) => replacePattern(patternOf(take(args, 3)), textAt(args, 1), textAt(args, 2), false),
  regexSplit: (args) => [...splitPattern(patternOf(take(args, 3)), textAt(args, 1), wholeAt(args, 2))],
};

function patternOf(args: readonly Value[]): Pattern {
  const compiled = compilePattern(textAt(args, 0));
  if (!compiled.ok) throw new FunctionError(compiled.failure.message);
  return compiled.value;
}
