// What a remote does to a delivery: each failure with its own code, words, cure and exit code, on real git over HTTP.
// Nothing is half done after it, and the next run after the cure delivers. Elsewhere: an App that is not installed
// (github_app_test.ts), a full disk (disk_full_test.ts), a lost race among real agents (race_test.ts).
import assert from "node:assert/strict";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import type { System } from "../../src/core/ports/system.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { assertNothingHalfDone, deliveriesIn, type Reported } from "./half_done.ts";
import { type Homelab, homelabToken, release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = {
  "compose.yaml": 'services:\n  web:\n    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n',
};

/** One way to fail. */
interface Failing {
  readonly name: string;
  /** Makes it so; what it gives is swapped in the machine of the failing run. */
  readonly breaks: (homelab: Homelab) => Promise<Partial<System> | void> | Partial<System> | void;
  readonly code: string;
  readonly words: RegExp;
  readonly cure: RegExp;
  /** The cure, carried out. */
  readonly mend: (homelab: Homelab) => Promise<unknown> | void;
  /** Tried with `delivery: branch` as well. */
  readonly beside?: true;
}

/** What a forge answers to who wants to push. */
function refusesPushes(status: number, text: string): Pick<Failing, "breaks" | "mend"> {
  return {
    breaks: ({ server }) =>
      void Object.assign(server.options, { rejectWith: status, rejectText: text, rejects: "pushes" }),
    mend: ({ server }) => void Object.assign(server.options, { rejectWith: null }),
  };
}

/** A hook of the remote that says so and refuses. */
function hook(name: string, ...lines: readonly string[]): Pick<Failing, "breaks" | "mend"> {
  const script = [...lines.map((line) => `echo '${line}' >&2`), "exit 1"].join("\n");
  return {
    breaks: ({ remote }) => remote.hook(name, script),
    mend: ({ remote }) => remote.hook(name, "exit 0"),
  };
}

/** The address of the repository is another one until the cure. */
function leadsTo(url: (homelab: Homelab) => string): Pick<Failing, "breaks" | "mend"> {
  const swap = async ({ config }: Homelab, from: string, to: string): Promise<void> => {
    const text = await Deno.readTextFile(config);
    assert.ok(text.includes(from));
    await Deno.writeTextFile(config, text.replace(from, to));
  };
  return {
    breaks: (homelab) => swap(homelab, `${homelab.server.url}/homelab.git`, url(homelab)),
    mend: (homelab) => swap(homelab, url(homelab), `${homelab.server.url}/homelab.git`),
  };
}

const protection = { code: "git.protected", cure: /allow this account to push to the protected branch/ };
const denial = { code: "git.denied", cure: /write access to the contents/ };
const archive = { code: "git.denied", cure: /archived: unarchive it/ };
const login = { code: "git.unauthorized", cure: /repo\.auth\.tokenFile/ };
const away = { code: "git.unreachable", cure: /check the address, the network and the server/ };

const table: readonly Failing[] = [
  {
    name: "no right to push (GitHub)",
    beside: true,
    ...refusesPushes(403, "Write access to repository not granted."),
    ...denial,
    words: /Write access to repository not granted/,
  },
  {
    name: "no right to push (the server takes none)",
    breaks: async ({ remote }) => void await remote.git("config", "http.receivepack", "false"),
    mend: ({ remote }) => remote.git("config", "http.receivepack", "true"),
    ...denial,
    words: /403/,
  },
  {
    name: "no right to push (Forgejo)",
    beside: true,
    ...hook("pre-receive", "Forgejo: User permission denied for writing."),
    ...denial,
    words: /User permission denied for writing/,
  },
  {
    name: "no right to push (GitLab)",
    ...hook("pre-receive", "GitLab: You are not allowed to push code to this project."),
    ...denial,
    words: /not allowed to push code to this project/,
  },
  {
    name: "a protected branch (GitHub)",
    ...hook(
      "update",
      "error: GH006: Protected branch update failed for refs/heads/main.",
      "error: Changes must be made through a pull request.",
    ),
    ...protection,
    words: /GH006: Protected branch update failed.*Changes must be made through a pull request/,
  },
  {
    name: "a branch under a ruleset (GitHub)",
    beside: true,
    ...hook("pre-receive", "error: GH013: Repository rule violations found for refs/heads/main."),
    ...protection,
    words: /GH013: Repository rule violations/,
  },
  {
    name: "a protected branch (Forgejo)",
    ...hook("pre-receive", "Forgejo: Not allowed to push to protected branch main"),
    ...protection,
    words: /Not allowed to push to protected branch main/,
  },
  {
    name: "a protected branch (GitLab)",
    ...hook("pre-receive", "GitLab: You are not allowed to push code to protected branches on this project."),
    ...protection,
    words: /not allowed to push code to protected branches/,
  },
  {
    name: "an archived repository (GitHub)",
    ...refusesPushes(403, "This repository was archived so it is read-only."),
    ...archive,
    words: /was archived so it is read-only/,
  },
  {
    name: "an archived repository (Forgejo)",
    beside: true,
    ...refusesPushes(
      403,
      "This repo is archived. You can view files and clone it, but cannot push or open issues/pull-requests.",
    ),
    ...archive,
    words: /This repo is archived/,
  },
  {
    name: "an archived repository (GitLab)",
    ...refusesPushes(403, "You can't push code to an archived project."),
    ...archive,
    words: /archived project/,
  },
  {
    name: "a hook that rejects",
    beside: true,
    ...hook("pre-receive", "only on weekdays"),
    code: "git.rejected",
    words: /only on weekdays/,
    cure: /see what the remote's hook asks for/,
  },
  {
    name: "a wrong token",
    breaks: ({ folder }) => Deno.writeTextFile(`${folder}/token`, "not-the-one-5512\n"),
    mend: ({ folder }) => Deno.writeTextFile(`${folder}/token`, `${homelabToken}\n`),
    ...login,
    words: /refused the login/,
  },
  {
    name: "a token that expired before the pass",
    breaks: ({ server }) =>
      void Object.assign(server.options, {
        rejectWith: 401,
        rejects: "everything",
        rejectText: "Invalid username or token. Password authentication is not supported for Git operations.",
      }),
    mend: ({ server }) => void Object.assign(server.options, { rejectWith: null }),
    ...login,
    words: /refused the login/,
  },
  {
    name: "a token that expired between fetch and push",
    beside: true,
    ...refusesPushes(401, "Invalid username or token."),
    ...login,
    words: /refused the login/,
  },
  { name: "a remote that refuses connections", ...leadsTo(() => closedAddress()), ...away, words: /refused|connect/i },
  {
    name: "a remote whose name is gone from DNS",
    ...leadsTo(() => "http://git.gone.invalid/homelab.git"),
    ...away,
    words: /Could not resolve host/,
  },
  { name: "a remote that is down for repairs", ...refusesPushes(503, "later"), ...away, words: /503/ },
  {
    name: "a repository that was deleted",
    breaks: ({ folder }) => Deno.rename(`${folder}/homelab.git`, `${folder}/deleted.git`),
    mend: ({ folder }) => Deno.rename(`${folder}/deleted.git`, `${folder}/homelab.git`),
    code: "git.not_found",
    words: /not found/,
    cure: /deleted, renamed or moved/,
  },
  {
    name: "a branch that is missing",
    breaks: async ({ remote }) => void await remote.git("branch", "-m", "main", "trunk"),
    mend: ({ remote }) => remote.git("branch", "-m", "trunk", "main"),
    code: "git.no_branch",
    words: /has no branch "main"/,
    cure: /"trunk"/,
  },
  {
    name: "a race that is lost each time",
    breaks: (homelab) => ({ process: alwaysBeaten(homelab), clock: hurried() }),
    mend: () => {},
    code: "git.lost_race",
    words: /somebody else pushed to main each time/,
    cure: /run magos update again/,
  },
];

let closedPort = 0;

/** Where nobody listens: a port that was free a moment ago. */
function closedAddress(): string {
  if (closedPort === 0) {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    closedPort = (listener.addr as Deno.NetAddr).port;
    listener.close();
  }
  return `http://127.0.0.1:${closedPort}/homelab.git`;
}

for (const failing of table) {
  for (const delivery of failing.beside ? ["push", "branch"] as const : ["push"] as const) {
    const by = delivery === "push" ? "" : " (to a branch beside)";
    Deno.test(`${failing.name} is ${failing.code}, leaves nothing half done, and is over with its cure${by}`, () =>
      fails(failing, delivery));
  }
}

function fails(failing: Failing, delivery: "push" | "branch"): Promise<void> {
  const target = delivery === "push" ? "main" : "image-updates/now";
  const settings = `update: { delivery: ${delivery}, branch: image-updates/now }\n`;
  return withHomelab({ tree, images, settings, repo: mainBranch }, async (homelab) => {
    const first = await homelab.remote.revision();
    const changes = await failing.breaks(homelab);
    const refs = await refsOf(homelab);
    const ran = await homelab.magos(["update", "--json"], changes ?? {});
    assert.equal(ran.code, 1, ran.out + ran.err);
    const report: Reported = JSON.parse(ran.out);
    const errors = report.problems.filter((it) => it.severity === "error");
    assert.deepEqual(errors.map((it) => it.code), [failing.code]);
    assert.match(errors[0]?.message ?? "", failing.words);
    assert.match(errors[0]?.cure ?? "", failing.cure);
    if (failing.code !== "git.lost_race") assert.deepEqual(await refsOf(homelab), refs);
    await assertNothingHalfDone(homelab);
    await failing.mend(homelab);
    const next = await homelab.magos(["update", "--json"]);
    assert.equal(next.code, 0, next.out + next.err);
    assert.equal(await homelab.remote.git("log", "--format=%s", "--author=magos", `${first}..${target}`), subject);
    assert.match(await homelab.text(await homelab.remote.revision(target), "compose.yaml"), /web:1\.38@sha256:/);
    const again = JSON.parse((await homelab.magos(["update", "--json"])).out);
    assert.equal(again.result, "nothing");
    assert.deepEqual(deliveriesIn(`${homelab.folder}/state`).filter(({ state }) => state === "prepared"), []);
    await assertNothingHalfDone(homelab);
  });
}

const subject = "chore(images): update ghcr.io/you/web to 1.38";

function mainBranch(server: { readonly url: string }): string {
  return `repo: { url: "${server.url}/homelab.git", branch: main, auth: { tokenFile: token, user: you } }`;
}

async function refsOf({ folder }: Homelab): Promise<string> {
  const path = await Deno.stat(`${folder}/homelab.git`).then(() => "homelab.git", () => "deleted.git");
  return await runGitAs(`${folder}/${path}`, ["for-each-ref"]);
}

/** A machine on which somebody else pushes right before each push of magos. */
function alwaysBeaten({ remote }: Homelab): System["process"] {
  const real = denoProcess([]);
  let times = 0;
  return {
    async run(command) {
      if (command.args[0] === "push") await remote.push({ "notes.md": `${++times}\n` });
      return await real.run(command);
    },
  };
}

/** Waits between attempts are over at once; the time itself is the machine's. */
function hurried(): System["clock"] {
  return { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() };
}
