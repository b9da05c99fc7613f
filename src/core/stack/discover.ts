// The configuration and the folders of a repository to the stacks that one host runs.
import type { Problem } from "../model/problem.ts";
import { nearestOf } from "../model/nearest.ts";
import type { AppStack, Hooks, Stack, StackDefaults } from "../model/stack.ts";
import { composeNames } from "./compose_project.ts";

/** What decides which stacks there are. */
export interface DiscoverInput {
  readonly host: string;
  readonly apps: readonly AppStack[];
  /** The names in `hosts`; none: there is only this host. */
  readonly hosts: readonly string[];
  /** Where stacks may come from. */
  readonly sources: readonly ("apps" | "hosts" | "gitops")[];
  readonly defaults: StackDefaults;
  /** Tracked files of the repository, sorted. */
  readonly files: readonly string[];
}

/** The stacks of one host. */
export interface Discovery {
  /** Sorted by name. */
  readonly stacks: readonly Stack[];
  readonly problems: readonly Problem[];
  /** Names that something is wrong with: what runs of them stays. */
  readonly broken: readonly string[];
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const noHooks: Hooks = { pre: null, post: null };

/** Finds the stacks. Two with one name are a problem, and neither is touched. */
export function discoverStacks(input: DiscoverInput): Discovery {
  const problems: Problem[] = gitopsNotFollowed(input);
  const fromApps = input.sources.includes("apps") ? appStacks(input, problems) : [];
  const taken = new Set(fromApps.map((stack) => stack.compose));
  const fromFolders = input.sources.includes("hosts") ? folderStacks(input, taken, problems) : [];
  const byName = Map.groupBy([...fromApps, ...fromFolders], (stack) => stack.name.toLowerCase());
  const broken: string[] = [];
  const stacks: Stack[] = [];
  for (const [, same] of byName) {
    const [first] = same;
    if (same.length === 1 && first !== undefined) stacks.push(first);
    else {
      broken.push(...same.map((stack) => stack.name));
      problems.push(duplicate(same));
    }
  }
  return { stacks: stacks.sort((a, b) => a.name < b.name ? -1 : 1), problems, broken };
}

/** The layout `gitops/HOST/config.yml` with its units: whoever has it, or asks for it alone, must not wait in vain. */
function gitopsNotFollowed({ host, sources, files }: DiscoverInput): Problem[] {
  if (!sources.includes("gitops")) return [];
  const file = files.find((path) => [`gitops/${host}/config.yml`, `gitops/${host}/config.yaml`].includes(path));
  const code = "stack.gitops";
  if (file !== undefined) {
    const message = `${file} is not followed yet: magos deploys none of its services`;
    const cure = "leave them to what deploys them now; apply.discover: [apps, hosts] says that this is meant";
    return [{ code, severity: "warning", file, message, cure }];
  }
  if (sources.length > 1) return [];
  const message = "apply.discover names gitops alone, which is not followed yet: there is nothing to deploy";
  return [{ code, severity: "warning", message, cure: "add apps or hosts to it" }];
}

function appStacks(input: DiscoverInput, problems: Problem[]): readonly Stack[] {
  return input.apps.flatMap((app): Stack[] => {
    for (const host of app.hosts ?? []) {
      if (input.hosts.length > 0 && !input.hosts.includes(host)) {
        problems.push(unknownHost(app.name, host, input.hosts));
      }
    }
    if (app.compose === null || !runsHere(app, input)) return [];
    return [{
      ...input.defaults,
      name: app.name,
      kind: "compose",
      compose: app.compose,
      source: `app ${app.name}`,
      after: app.after,
      windows: app.windows ?? input.defaults.windows,
      health: { ...input.defaults.health, ...app.health },
      rollback: app.rollback ?? input.defaults.rollback,
      hooks: app.hooks,
    }];
  });
}

/** An app without hosts runs on all of them; without any `hosts` this is the only one (contracts 2.2). */
function runsHere(app: AppStack, { host, hosts }: DiscoverInput): boolean {
  if (app.hosts !== null) return app.hosts.includes(host);
  return hosts.length === 0 || hosts.includes(host);
}

/** One stack for each folder `hosts/HOST/NAME` with a Compose file; one right in `hosts/HOST` has the host's name. */
function folderStacks(input: DiscoverInput, taken: ReadonlySet<string>, problems: Problem[]): readonly Stack[] {
  const root = `hosts/${input.host}/`;
  const files = new Set(input.files.filter((file) => file.startsWith(root)));
  const folders = new Set(
    [...files].map((file) => file.slice(root.length).split("/")).filter((it) => it.length <= 2)
      .map((parts) => parts.length === 2 ? parts[0] ?? "" : ""),
  );
  return [...folders].sort().flatMap((folder): Stack[] => {
    const base = folder === "" ? root : `${root}${folder}/`;
    const file = composeNames.map((name) => base + name).find((path) => files.has(path));
    if (file === undefined || taken.has(file)) return [];
    const name = folder === "" ? input.host : folder;
    if (!nameForm.test(name)) {
      problems.push({
        code: "stack.invalid",
        severity: "error",
        file,
        message: `the folder ${base} cannot give a stack its name`,
        cure: "use letters, digits, -, _ and . only",
      });
      return [];
    }
    return [{ ...input.defaults, name, kind: "compose", compose: file, source: base, after: [], hooks: noHooks }];
  });
}

function duplicate(same: readonly Stack[]): Problem {
  const name = same[0]?.name ?? "";
  return {
    code: "stack.duplicate",
    severity: "error",
    stack: name,
    message: `${same.map((stack) => stack.source).join(" and ")} are both called ${name}`,
    cure: "give one of them another name",
  };
}

function unknownHost(app: string, host: string, hosts: readonly string[]): Problem {
  const near = nearestOf(host, hosts);
  return {
    code: "stack.unknown_host",
    severity: "warning",
    host,
    stack: app,
    message: `the app "${app}" names the host "${host}", which hosts does not list`,
    cure: near === null ? `known: ${hosts.join(", ")}` : `did you mean "${near}"?`,
  };
}
