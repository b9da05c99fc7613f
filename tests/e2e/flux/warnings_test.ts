// Where Flux is silent or does harm, plan says so aloud, for people and as JSON, with the cure.
import assert from "node:assert/strict";
import { manualClock } from "../../fakes/manual_clock.ts";
import { type Homelab, release, withHomelab } from "../homelab.ts";
import { app, automation } from "./resources.ts";

const place = (name: string): string => `ghcr.io/you/${name}`;

/** One image with these tags; the file holds the first of them. */
function image(name: string, policy: string, tags: readonly string[], marker = `flux-system:${name}`): {
  readonly tree: Record<string, string>;
  readonly images: { name: string; releases: ReturnType<typeof release>[] }[];
} {
  const { [`flux/${name}.yaml`]: resources = "" } = app(name, "apps");
  return {
    tree: {
      [`flux/${name}.yaml`]: resources.replace(
        /imageRepositoryRef: \{ name: \w+ \}, policy: .* \}$/m,
        (it) => `${it.slice(0, it.indexOf(", policy"))}, ${policy} }`,
      ),
      [`apps/${name}.yaml`]: `image: ${place(name)}:${tags[0]} # {"$imagepolicy": "${marker}"}\n`,
      "flux/auto.yaml": automation("a", "apps"),
    },
    images: [{ name: place(name), releases: tags.map((tag) => release(tag)) }],
  };
}

interface Told {
  readonly json: {
    readonly decisions: readonly {
      readonly state: string;
      readonly selected: { readonly tag: string } | null;
      readonly reasons: readonly string[];
      readonly blockers: readonly { readonly tag: string; readonly message: string }[];
    }[];
    readonly problems: readonly { readonly code: string; readonly message: string; readonly cure?: string }[];
  };
  readonly text: string;
}

async function planned(homelab: Homelab): Promise<Told> {
  const clock = manualClock();
  const json = JSON.parse((await homelab.magos(["plan", "--json"], { clock })).out);
  const ran = await homelab.magos(["plan"], { clock });
  return { json, text: ran.out + ran.err };
}

/** Says that something is told in both outputs. */
function assertTold({ json, text }: Told, pattern: RegExp): void {
  const words = [
    ...json.decisions.flatMap((
      { reasons, blockers },
    ) => [...reasons, ...blockers.map((it) => `${it.tag}: ${it.message}`)]),
    ...json.problems.map(({ message, cure }) => `${message} ${cure ?? ""}`),
  ];
  assert.ok(words.some((it) => pattern.test(it)), `${pattern} is not in\n${words.join("\n")}`);
  assert.match(text, pattern);
}

const semver = (range: string, filter = ""): string => `policy: { semver: { range: "${range}" } }${filter}`;

Deno.test("two-part and four-part tags that Flux does not see are named, with the annotation as the cure", async () => {
  for (const tags of [["1.37", "1.38"], ["3.2.3.0", "3.3.0.0"]]) {
    const { tree, images } = image("web", semver(">=1.0"), tags);
    await withHomelab({ tree, images }, async (homelab) => {
      const told = await planned(homelab);
      assertTold(told, new RegExp(`does not see ${tags[1]?.replaceAll(".", "\\.")}.*magos\\.dev/versioning: loose`));
      assert.equal(told.json.decisions[0]?.state, "current");
    });
    const annotated = (tree["flux/web.yaml"] ?? "").replace(
      "labels: { app: web }",
      'annotations: { magos.dev/versioning: "loose" }',
    );
    await withHomelab({ tree: { ...tree, "flux/web.yaml": annotated }, images }, async (homelab) => {
      assert.equal((await planned(homelab)).json.decisions[0]?.selected?.tag, tags[1], "the cure cures");
    });
  }
});

Deno.test("an answer below the tag in the file is refused", () => {
  const { tree, images } = image("web", semver("<2.0.0"), ["2.1.0", "1.9.0"]);
  return withHomelab({ tree, images }, async (homelab) => {
    const told = await planned(homelab);
    assert.notEqual(told.json.decisions[0]?.state, "selected");
    assertTold(told, /1\.9\.0.*(below|lower)/);
  });
});

Deno.test("a stray tag that fails a numerical policy is named", () => {
  const { tree, images } = image("web", "policy: { numerical: { order: asc } }", ["41", "42", "nightly"]);
  return withHomelab({ tree, images }, async (homelab) => assertTold(await planned(homelab), /nightly/));
});

Deno.test("a policy of ^latest$ without digest reflection can never move, and says so", () => {
  const policy = "policy: { alphabetical: {} }, filterTags: { pattern: '^latest$' }";
  const { tree, images } = image("web", policy, ["latest", "1.0.0"]);
  return withHomelab({ tree, images }, async (homelab) => assertTold(await planned(homelab), /digestReflectionPolicy/));
});

Deno.test("several tags that extract to one value are named", () => {
  const filter = ", filterTags: { pattern: '^release-(\\d+\\.\\d+\\.\\d+)', extract: '$1' }";
  const tags = ["release-4.0.15.1", "release-4.0.16.2944", "release-4.0.16.2946"];
  const { tree, images } = image("web", semver("*", filter), tags);
  return withHomelab({ tree, images }, async (homelab) => assertTold(await planned(homelab), /extract to "4\.0\.16"/));
});

Deno.test("rc10 below rc9 is named", () => {
  const { tree, images } = image("web", semver(">=1.0.0-0"), ["1.0.0-rc8", "1.0.0-rc9", "1.0.0-rc10"]);
  return withHomelab({ tree, images }, async (homelab) => assertTold(await planned(homelab), /rc10/));
});

Deno.test("unknown and foreign policies, slips of markers and files that do not parse are problems with their place", () => {
  const { tree, images } = image("web", semver("*"), ["1.0.0", "1.1.0"]);
  const more = {
    "apps/unknown.yaml": 'image: ghcr.io/you/web:1.0.0 # {"$imagepolicy": "flux-system:wep"}\n',
    "apps/slip.yaml": 'image: ghcr.io/you/web:1.0.0 # {"$imagepolicy": "flux-system:web:TAG"}\n',
    "apps/broken.yaml": 'a: [1\nimage: x # {"$imagepolicy": "flux-system:web"}\n',
    "flux/other.yaml": (app("db", "apps")["flux/db.yaml"] ?? "").replaceAll("flux-system", "other")
      .replaceAll("ghcr.io/you/db", "ghcr.io/you/web"),
    "apps/foreign.yaml": 'image: ghcr.io/you/web:1.0.0 # {"$imagepolicy": "other:db"}\n',
  };
  return withHomelab({ tree: { ...tree, ...more }, images }, async (homelab) => {
    const { json, text } = await planned(homelab);
    const codes = json.problems.map(({ code }) => code).sort();
    for (const code of ["file.unparsable", "flux.foreign_namespace", "marker.invalid", "marker.unknown_policy"]) {
      assert.ok(codes.includes(code), `${code} is not among ${codes}`);
    }
    for (const file of ["unknown", "slip", "broken", "foreign"]) assert.match(text, new RegExp(`apps/${file}\\.yaml`));
    assert.match(text, /did you mean "?flux-system:web/);
  });
});
