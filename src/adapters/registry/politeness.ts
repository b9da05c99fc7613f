// How much a server is asked at a time and how closely, by its name: manners before limits (registries 4.6).
import { reachOfHost } from "../../core/model/host_reach.ts";

/** How one kind of request is sent. */
export interface Pace {
  /** Requests under way at most. */
  readonly atOnce: number;
  /** Milliseconds between two starts at least. */
  readonly apart: number;
}

/** The manners towards one server. Lists keep to both paces. */
export interface Politeness {
  readonly all: Pace;
  readonly lists: Pace;
}

const usual: Pace = { atOnce: 2, apart: 100 };
// One's own machines: nobody else waits for them.
const own: Pace = { atOnce: 4, apart: 0 };
const dockerHub: Pace = { atOnce: 4, apart: 100 };
const hubApi: Pace = { atOnce: 2, apart: 500 };
const ecrPublic: Pace = { atOnce: 1, apart: 1100 };

// GHCR and Quay refuse bursts of lists; Quay lets two through at one instant (registries 4.2 and 4.3).
const byHost: ReadonlyMap<string, Politeness> = new Map([
  ["registry-1.docker.io", { all: dockerHub, lists: dockerHub }],
  ["auth.docker.io", { all: dockerHub, lists: dockerHub }],
  ["hub.docker.com", { all: hubApi, lists: hubApi }],
  ["ghcr.io", { all: usual, lists: { atOnce: 2, apart: 250 } }],
  ["quay.io", { all: usual, lists: { atOnce: 1, apart: 500 } }],
  ["public.ecr.aws", { all: ecrPublic, lists: ecrPublic }],
]);

/** The manners towards a server. `concurrency` is what the user set for it; lists that go one by one go on so. */
export function politenessOf(url: URL, concurrency: number | null): Politeness {
  const pace = reachOfHost(url.hostname) === "public" ? usual : own;
  const { all, lists } = byHost.get(url.host) ?? { all: pace, lists: pace };
  if (concurrency === null) return { all, lists };
  const listsAtOnce = lists.atOnce < all.atOnce ? lists.atOnce : concurrency;
  return { all: { ...all, atOnce: concurrency }, lists: { ...lists, atOnce: listsAtOnce } };
}
