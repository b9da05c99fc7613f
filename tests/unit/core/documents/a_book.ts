// Policy documents for tests: one file to a book, and what is wrong with it in short.
import { type PolicyBookReading, readPolicyBook } from "../../../../src/core/documents/policy_book.ts";
import type { Problem } from "../../../../src/core/model/problem.ts";

/** The book of one file that lies where policies are kept. */
export function bookOf(text: string, fluxVersioning: "flux" | "loose" = "flux"): PolicyBookReading {
  return readPolicyBook([{ file: "policies/p.yml", text, mayHoldPolicies: true }], { fluxVersioning });
}

/** `line:column code message -> cure`. */
export function short({ line, column, code, message, cure }: Problem): string {
  return `${line}:${column} ${code} ${message}${cure === undefined ? "" : ` -> ${cure}`}`;
}

/** A policy of magos whose spec is given, a line in flow style. */
export function magosPolicy(spec: string, name = "app"): string {
  return `apiVersion: v1\nkind: ImagePolicy\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
}

/** A policy of Flux and its repository. */
export function fluxPolicy(spec: string, metadata = "name: app, namespace: apps", version = "v1"): string {
  return `${fluxRepository("image: ghcr.io/you/app, interval: 1h")}---
apiVersion: image.toolkit.fluxcd.io/${version}
kind: ImagePolicy
metadata: { ${metadata} }
spec: { imageRepositoryRef: { name: app, namespace: apps }, ${spec} }
`;
}

/** A repository of Flux. */
export function fluxRepository(spec: string, name = "app"): string {
  return `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: ${name}, namespace: apps }
spec: { ${spec} }
`;
}
