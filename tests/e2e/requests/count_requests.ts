// What a kind of registry is asked in the passes of a homelab's life: the first one, a new image on a known host, one
// without news, one with news. Whole updates, with the kind in place of the network.
import { appHttp } from "../../fakes/app_http.ts";
import { manualClock } from "../../fakes/manual_clock.ts";
import type { RegistryKind } from "../../fakes/registry_kinds/kind.ts";
import type { KindImages } from "../../fakes/registry_kinds/shelf.ts";
import { withHomelab } from "../homelab.ts";

/** Requests for one image in one pass; redirects and tokens count (registries 8.4). */
export interface RequestFigures {
  /** Nothing is known of the host. */
  readonly cold: number;
  /** Another image of the host is known, and this one is new. */
  readonly known: number;
  /** Nothing has changed since the pass before, in a new process. */
  readonly warm: number;
  /** There is a new version, or the tag has moved. */
  readonly changed: number;
}

/** One job at one kind of registry. */
export interface RequestJob {
  readonly kind: (images: KindImages) => RegistryKind;
  /** `ghcr.io`. */
  readonly host: string;
  /** What the file holds behind the name. */
  readonly tag: string;
  readonly marker: Readonly<Record<string, unknown>>;
  /** Tags of the repository, oldest first. */
  readonly tags: readonly string[];
  /** The tag that is pushed for the last pass. */
  readonly news: string;
}

const [first, second] = ["team/app", "team/other"] as const;
const hour = 3_600_000;

/** Runs the passes and counts. Throws when one of them does not end well. */
export async function countRequests(job: RequestJob): Promise<RequestFigures> {
  const kind = job.kind({ [first]: job.tags, [second]: job.tags });
  const clock = manualClock();
  const figures = { cold: 0, known: 0, warm: 0, changed: 0 };
  await withHomelab({ tree: { "first.yaml": fileOf(job, first) }, images: [] }, async (homelab) => {
    const pass = async (path: string, changes: boolean): Promise<number> => {
      kind.forget();
      clock.advance(hour);
      const ran = await homelab.magos(["update", "--json"], { http: appHttp(kind.handlers), clock });
      const { result } = JSON.parse(ran.out);
      if (ran.code !== 0 || result !== (changes ? "done" : "nothing")) {
        throw new Error(`${ran.code} ${ran.err}${ran.out}`);
      }
      return kind.lines.filter((line) => isAbout(decodeURIComponent(line), path)).length;
    };
    figures.cold = await pass(first, true);
    await homelab.remote.push({ "second.yaml": fileOf(job, second) });
    figures.known = await pass(second, true);
    // What was new in the pass before has settled after one more.
    await pass(first, false);
    figures.warm = await pass(first, false);
    kind.push(first, job.news, clock.now());
    figures.changed = await pass(first, true);
  });
  return figures;
}

/** The path of the repository, also as Docker Hub's own API has it. */
function isAbout(line: string, path: string): boolean {
  return line.includes(path) || line.includes(path.replace("/", "/repositories/"));
}

function fileOf(job: RequestJob, path: string): string {
  return `services:\n  app:\n    image: ${job.host}/${path}:${job.tag} # ${JSON.stringify({ magos: job.marker })}\n`;
}
