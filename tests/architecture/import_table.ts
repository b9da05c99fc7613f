// The rooms of src and who may import what: the table of src/README.md as data, and the rule that reads it.
import type { Module } from "./graph.ts";

/** Folders of src/core: each may import those before it. */
const coreOrder = [
  "model",
  "ports",
  "yaml",
  "template",
  "documents",
  "policy",
  "patch",
  "stack",
  "plan",
  "report",
] as const;

const adapters = [
  "system",
  "state",
  "registry",
  "git",
  "forge",
  "verify",
  "scan",
  "secrets",
  "compose",
  "quadlet",
  "notify",
] as const;

/** A library's name, or its first part with `/*`, and the places (folders or files) that may import it. */
const libraries: readonly (readonly [library: string, ...places: readonly string[]])[] = [
  ["yaml", "src/core/yaml/"],
  ["zod", "src/core/yaml/", "src/core/documents/", "src/adapters/"],
  ["re2js", "src/core/model/"],
  ["croner", "src/core/model/"],
  ["node:crypto", "src/core/model/"],
  ["smol-toml", "src/core/documents/"],
  ["picomatch", "src/core/patch/"],
  ["node:fs/promises", "src/adapters/system/"],
  ["node:http", "src/adapters/system/"],
  ["node:sqlite", "src/adapters/state/"],
  ["node:zlib", "src/adapters/state/"],
  ["@hono/node-server", "src/adapters/system/"],
  ["@logtape/*", "src/adapters/system/"],
  ["@octokit/auth-app", "src/adapters/forge/"],
  ["@sigstore/*", "src/adapters/verify/"],
  ["hono", "src/daemon/", "src/cli/demo/"],
  ["hono/*", "src/daemon/", "src/cli/demo/"],
  ["commander", "src/cli/"],
  ["@commander-js/extra-typings", "src/cli/"],
];

/** Data that lies outside of src, and who may import it: the version, and the sample policies. */
const data: readonly (readonly [prefix: string, ...places: readonly string[]])[] = [
  ["deno.json", "src/cli/"],
  ["policies/", "src/cli/"],
];

/** The room a file belongs to (`core/plan`, `adapters/git`, `cli`), or null where src has no such room. */
export function roomOf(path: string): string | null {
  if (path === "main.ts") return "main.ts";
  const [top, folder, second, third] = path.split("/");
  if (top !== "src" || folder === undefined || second === undefined) return null;
  if (folder === "core") {
    return coreOrder.some((name) => name === second) && third !== undefined ? `core/${second}` : null;
  }
  if (folder === "adapters") {
    return adapters.some((name) => name === second) && third !== undefined ? `adapters/${second}` : null;
  }
  return ["reconcile", "daemon", "cli"].includes(folder) ? folder : null;
}

/** Each import that the table refuses, and each file that stands in no room. */
export function importProblems(graph: readonly Module[]): readonly string[] {
  return graph.filter((module) => isCode(module.path)).flatMap((module) => {
    const room = roomOf(module.path);
    if (room === null) return [`${module.path}: src has no such room`];
    return module.imports.filter((target) => !mayImport(module.path, room, target))
      .map((target) => `${module.path}: ${room} may not import ${target}`);
  });
}

function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}

function mayImport(path: string, room: string, target: string): boolean {
  if (target.startsWith("src/")) return mayEnter(path, room, target);
  const rule = [...libraries, ...data].find(([name]) => fits(name, target));
  return rule !== undefined && rule.slice(1).some((place) => path.startsWith(place));
}

function fits(name: string, target: string): boolean {
  if (name.endsWith("/*")) return target.startsWith(name.slice(0, -1));
  return name.endsWith("/") ? target.startsWith(name) : target === name;
}

function mayEnter(path: string, room: string, target: string): boolean {
  const other = roomOf(target);
  if (other === null) return false;
  if (room === other) return true;
  // A data file belongs to the room it lies in.
  if (!isCode(target)) return false;
  const isCore = other.startsWith("core/");
  if (room.startsWith("core/")) return isCore && rank(other) < rank(room);
  if (room.startsWith("adapters/") || room === "reconcile") return isCore;
  if (room === "daemon") return isCore || other === "reconcile";
  if (room === "main.ts") return other === "cli" || other === "adapters/system";
  return !other.startsWith("adapters/") || /^src\/cli\/wire(_host)?\.ts$/.test(path);
}

function rank(coreRoom: string): number {
  return coreOrder.findIndex((name) => `core/${name}` === coreRoom);
}
