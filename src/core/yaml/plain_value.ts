// A YAML document as a plain value, for a schema to check.
import type { Document, ParsedNode } from "yaml";
import { failure, type Result, success } from "../model/problem.ts";

/** The document's value with its aliases expanded; fails on an alias without anchor and on a bomb of aliases. */
export function plainValue(document: Document<ParsedNode>, file: string): Result<unknown> {
  try {
    return success(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return failure("config.unreadable", `${file}: ${error.message}`, {
      file,
      cure: "write the value out instead of the alias",
    });
  }
}
