// What must not be in the bundle: tests, other files of the project, packages that only tests use or that nobody locked.
import type { LockedPackage } from "./manifest.ts";

/** Packages of deno.json that only tests import; those of types are seen by their name. */
const forTests: readonly string[] = ["axe-core", "fast-check"];

/** A package inside the bundle. */
export interface PackageName {
  readonly name: string;
  readonly version: string;
}

/** What breaks a rule, one line each. `paths` are those of the bundled modules, `imports` what it imports when it runs. */
export function bundleProblems(
  paths: readonly string[],
  imports: readonly string[],
  direct: readonly string[],
  lock: readonly LockedPackage[],
): readonly string[] {
  const allowed = withDependencies(direct.filter((name) => !isForTests(name)), lock);
  const own = paths.filter((path) =>
    !path.startsWith("npm:") && !/^(main\.ts|deno\.json|src\/.+|policies\/.+)$/.test(path)
  );
  const strange = packagesOf(paths).filter(({ name, version }) =>
    !allowed.some((one) => one.name === name && one.version === version)
  );
  return [
    ...(paths.includes("main.ts") ? [] : ["main.ts is not in the bundle"]),
    ...own.map((path) => `${path} is in the bundle, and no part of the program`),
    ...strange.map(({ name, version }) => `${name}@${version} is in the bundle, and no locked package of the program`),
    ...imports.filter((specifier) => !specifier.startsWith("node:"))
      .map((specifier) => `the bundle still imports ${specifier}`),
  ];
}

/** The packages of the modules, each once, by name. */
export function packagesOf(paths: readonly string[]): readonly PackageName[] {
  const found = new Map<string, PackageName>();
  for (const path of paths) {
    const [, name, version] = /^npm:(@?[^@]+)@([^/]+)\//.exec(path) ?? [];
    if (name !== undefined && version !== undefined) found.set(`${name}@${version}`, { name, version });
  }
  return [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

function isForTests(name: string): boolean {
  return forTests.includes(name) || name.startsWith("@types/");
}

function withDependencies(names: readonly string[], lock: readonly LockedPackage[]): readonly LockedPackage[] {
  const found = new Set<LockedPackage>();
  const add = (name: string): void => {
    for (const one of lock.filter((one) => one.name === name && !found.has(one))) {
      found.add(one);
      // The lock tells the version only where there are two.
      one.dependencies.forEach((dependency) => add(dependency.replace(/(?!^)@.*$/, "")));
    }
  };
  names.forEach(add);
  return [...found];
}
