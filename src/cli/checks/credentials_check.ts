// doctor credentials: which login is used for each registry in use, and what is wrong with files and helpers.
import { type Problem, success } from "../../core/model/problem.ts";
import type { World } from "../wire.ts";
import type { Check, CheckContext, CheckItem, Finding, RegistryPlace } from "./check.ts";
import { findingOf } from "./problem_finding.ts";
import { namedPlace, placesInUse } from "./registry_places.ts";

/** Reads files and asks helpers, and asks no registry: whether a login opens anything is for `registry` to say. */
export const credentialsCheck: Check = {
  id: "credentials",
  takesSubjects: true,
  async items(context, subjects) {
    const named: RegistryPlace[] = [];
    for (const word of subjects) {
      const place = await namedPlace(context, word);
      if (!place.ok) return place;
      named.push(place.value);
    }
    const used = subjects.length > 0 ? success(named) : await placesInUse(context);
    const places = used.ok ? used.value ?? [] : [];
    if (places.length === 0) return success([nothingToLookAt(used.ok ? null : used.failure.message)]);
    const all: CheckItem = { subject: null, look: () => lookAtFiles(context, places) };
    return success([...places.map((place) => itemOf(context, place)), all]);
  },
};

function nothingToLookAt(why: string | null): CheckItem {
  const message = why ?? "no registry is in use that could need a login";
  const finding: Finding = { state: "skip", message, cure: "name one: magos doctor credentials ghcr.io" };
  return { subject: null, look: () => Promise.resolve([finding]) };
}

function itemOf(context: CheckContext, place: RegistryPlace): CheckItem {
  return {
    subject: place.host,
    async look() {
      const world = await context.world();
      if (!world.ok) return [findingOf(world.failure)];
      const origin = await originOf(world.value, place);
      const doubts = loginProblems(world.value).filter(({ host }) => host === place.host);
      if (doubts.length > 0) return doubts.map(findingOf);
      const message = origin === null ? "no login is found; it is asked as anybody" : `login: ${origin}`;
      return [{ state: "ok", message }];
    },
  };
}

/** What is wrong with a whole file is said once, whatever the number of registries. */
async function lookAtFiles(context: CheckContext, places: readonly RegistryPlace[]): Promise<readonly Finding[]> {
  const world = await context.world();
  if (!world.ok) return [];
  for (const place of places) await originOf(world.value, place);
  const hosts = new Set(places.map(({ host }) => host));
  return loginProblems(world.value).filter(({ host }) => host === undefined || !hosts.has(host)).map(findingOf);
}

function originOf(world: World, { host, image }: RegistryPlace): Promise<string | null> {
  return world.loginOrigin(image?.repository ?? { host, path: "any" });
}

function loginProblems({ problems }: World): readonly Problem[] {
  return problems.filter(({ code }) => code === "registry.auth_file" || code === "registry.login_helper");
}
