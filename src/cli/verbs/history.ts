// magos history: what passes did, from local state, or from the commits themselves.
import { Command } from "@commander-js/extra-typings";
import { parseDuration } from "../../core/model/duration.ts";
import { failure, type Problem, problemOf, type Result, success } from "../../core/model/problem.ts";
import { parseTime, type Time } from "../../core/model/time.ts";
import type { Past, PastOrder } from "../../core/plan/past_run.ts";
import { storedRuns } from "../../core/plan/stored_runs.ts";
import type { Run } from "../../core/ports/store.ts";
import { historyReport } from "../../core/report/history_report.ts";
import { findKilledRun } from "../../reconcile/find_killed_run.ts";
import { readPast } from "../../reconcile/read_past.ts";
import { verifyPast } from "../../reconcile/verify_past.ts";
import { filterOf, requireKnown } from "../history_query.ts";
import { openPast } from "../history_source.ts";
import { renderHistory } from "../render/history_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import { hasNoRepository } from "../values_in_use.ts";
import { openWorld, type World } from "../wire.ts";
import type { Start } from "./start.ts";

type HistoryFlags = {
  readonly fromGit?: true;
  readonly limit: string;
  readonly since?: string;
};

/** What was found, and where. */
interface Found extends Past {
  readonly source: "state" | "git";
  readonly problems: readonly Problem[];
}

const mostRuns = 1000;

/** The verb. */
export function historyVerb(start: Start): Command<[string | undefined], HistoryFlags> {
  return new Command("history")
    .description("show past passes: what they changed and why, from local state or from git")
    .argument("[image|stack]", "only what changed this one")
    .option(
      "--from-git",
      "read the commits of magos on the branch instead: those of all hosts, and all there ever were",
    )
    .option("--limit <n>", "how many passes to show", "20")
    .option("--since <time|duration>", "only passes since then: 2026-01-20T12:00:00Z, or 3d for the last three days")
    .addHelpText("after", "\nExamples:\n  magos history --since 1w\n  magos history ollama/ollama --from-git\n")
    .action((name, flags) => start((session) => history(session, name, flags)));
}

async function history(session: Session, name: string | undefined, flags: HistoryFlags): Promise<number> {
  const { system, config } = session;
  const limit = orFail(limitOf(flags.limit));
  const since = orFail(sinceOf(flags.since, system.clock.now()));
  const world = orFail(await openWorld(system, config));
  try {
    const known = {
      apps: config.apps,
      decisions: world.store.decisions(),
      stacks: [
        ...new Set([...world.store.stacks().map((row) => row.name), ...pastStacks(world.store.runs(1000, "apply"))]),
      ],
    };
    const stack = known.stacks.find((it) => it === name) ?? null;
    const order = { limit, since, filter: orFail(filterOf(name, known)), stack };
    const found = await findPast(session, world, order, flags.fromGit ?? false);
    session.progress.clear();
    orFail(requireKnown(name, found, known, found.source === "state" ? " (--from-git looks further back)" : ""));
    const problems = [...world.problems, ...found.problems];
    const { author } = config.update;
    session.print(
      historyReport(found.source, found, problems),
      () => renderHistory(system, found, `${author.name} <${author.email}>`),
    );
    session.report(problems);
    return exitCodes.done;
  } finally {
    world.close();
  }
}

/** From the state unless git is asked for, or the state remembers nothing at all. */
/** Stacks that ran here once, by what runs tell of them. */
function pastStacks(runs: readonly Run[]): readonly string[] {
  return runs.filter(({ kind }) => kind === "apply").flatMap(({ changes, problems }) => [
    ...changes.map(({ file }) => file),
    ...problems.flatMap(({ stack }) => stack ?? []),
  ]);
}

async function findPast(session: Session, world: World, order: PastOrder, fromGit: boolean): Promise<Found> {
  const isEmpty = world.store.runs(1).length === 0;
  if (!fromGit && !isEmpty) {
    const killed = await findKilledRun(world.store, session.system.files, world.stateDir);
    return { ...storedRuns(world.store, order, killed), source: "state", problems: [] };
  }
  const source = await openPast(session, world);
  if (!source.ok && !fromGit && hasNoRepository(session, [problemOf(source.failure)])) {
    return { ...storedRuns(world.store, order), source: "state", problems: [] };
  }
  const { history, revision, git, problems } = orFail(source);
  const read = orFail(await readPast(history, revision, order));
  const past = git === null ? read : { ...read, runs: orFail(await verifyPast(git, read.runs)) };
  return { ...past, source: "git", problems: [...fromGit ? [] : [stateIsEmpty], ...problems, ...doubts(past)] };
}

const stateIsEmpty: Problem = {
  code: "history.from_git",
  severity: "warning",
  message: "no pass is recorded on this machine, so this is what commits tell; passes without a commit are not in it",
  cure: "nothing to do: the next pass is recorded",
};

/** What is to be known of words that anybody who may push can write. */
function doubts({ runs, unread }: { readonly runs: Past["runs"]; readonly unread: number }): readonly Problem[] {
  const unverified = runs.flatMap(({ commits }) => commits).filter(({ verified }) => verified === null).length;
  return [
    ...unverified === 0 ? [] : [
      {
        code: "history.unverified",
        severity: "warning",
        message: `${unverified} commit${unverified === 1 ? "" : "s"} told this, and no signature was checked: ` +
          "whoever may push can write such a commit",
        cure: "git log --show-signature shows who signed them",
      } satisfies Problem,
    ],
    ...unread === 0 ? [] : [
      {
        code: "history.unread",
        severity: "warning",
        message: `${unread} Magos-Change line${unread === 1 ? "" : "s"} or commits could not be read and are left out`,
        cure: "magos did not write them like this; git log shows them",
      } satisfies Problem,
    ],
  ];
}

function limitOf(text: string): Result<number> {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= mostRuns) return success(limit);
  return failure("usage.invalid", `--limit: "${text.slice(0, 100)}" is no number from 1 to ${mostRuns}`, {
    cure: "write it like --limit 50",
  });
}

function sinceOf(text: string | undefined, now: Time): Result<Time | null> {
  if (text === undefined) return success(null);
  const time = parseTime(text);
  if (time !== null) return success(time);
  const seconds = parseDuration(text);
  if (seconds.ok) return success(now - seconds.value * 1000);
  return failure("usage.invalid", `--since: "${text.slice(0, 100)}" is neither a time nor a duration`, {
    cure: "write it like 2026-01-20T12:00:00Z or 3d",
  });
}
