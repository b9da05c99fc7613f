// What the units of this host have to say: the program, its configuration, its secrets, and what it writes to.
import { mergeLayers } from "../core/documents/config.ts";
import { pathOf } from "../core/documents/setting_path.ts";
import { parseDuration } from "../core/model/duration.ts";
import { failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { System } from "../core/ports/system.ts";
import type { UnitInput, UnitOrder } from "../core/stack/systemd_units.ts";
import type { Session } from "./session.ts";
import { version } from "./version.ts";

/** The order, and what should be known of it. */
export interface OrderedUnits {
  readonly order: UnitOrder;
  readonly problems: readonly Problem[];
}

/** Keys that a variable can set too, so that systemd can hand the file over (systemd.exec(5), CREDENTIALS). */
const secretKeys = [
  "repo.auth.tokenFile",
  "repo.auth.sshKeyFile",
  "repo.auth.githubApp.privateKeyFile",
  "registries.authFile",
];

/** The others that a container of its own has to be given, and that a variable can set. */
const fileKeys = [
  "repo.auth.knownHostsFile",
  "repo.caFile",
  "registries.registriesConf",
  "registries.certsDir",
  "server.adminTokenFile",
];

const usualProgram = "/usr/local/bin/magos";

/** Reads the session's settings; fails with `config.invalid_value` for a path that no unit can hold. */
export async function orderUnits(
  session: Session,
  scope: UnitOrder["scope"],
  kind: UnitOrder["kind"],
): Promise<Result<OrderedUnits>> {
  const { system, config, host } = session;
  const settings = mergeLayers(host.layers);
  const inputs = (keys: readonly string[]): readonly UnitInput[] =>
    keys.flatMap((key) => {
      const path = pathOf(settings.get(key));
      return path === null ? [] : [{ key, path }];
    });
  const [secrets, files] = [inputs(secretKeys), inputs(fileKeys)];
  const found = await findProgram(system);
  const writes = [repositoryPath(config.repo.url), config.stateDir, config.runtimeDir, config.apply.backup?.dir].filter(
    (path) => path?.startsWith("/") === true,
  )
    .flatMap((path) => path ?? []);
  const order: UnitOrder = {
    maker: `magos ${version}`,
    scope,
    kind,
    program: found?.path ?? usualProgram,
    isReleased: found?.isReleased ?? true,
    config: configToName(system, host.file, scope),
    secrets,
    files,
    applies: config.daemon.apply !== null,
    writes,
    every: {
      update: everyOf(settings.get("update.schedule")?.value, 12 * 3600),
      apply: everyOf(settings.get("apply.schedule")?.value, 300),
    },
  };
  const paths = [
    order.program,
    ...order.config === null ? [] : [order.config],
    ...[...secrets, ...files].map((it) => it.path),
    ...writes,
  ];
  const wrong = paths.find((path) => /\p{Cc}/u.test(path));
  if (wrong !== undefined) {
    return failure(
      "config.invalid_value",
      `${JSON.stringify(wrong)} holds a control character, which no unit can name`,
      {
        cure: "give the file another name",
      },
    );
  }
  return success({ order, problems: [...found === null ? [noProgram] : [], ...calendarOf(settings, kind)] });
}

/** Where a repository of this machine lies. */
function repositoryPath(url: string | null): string | null {
  if (url === null || !/^file:/i.test(url) || !URL.canParse(url)) return url;
  try {
    return decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
}

const noProgram: Problem = {
  code: "unit.no_program",
  severity: "warning",
  message: `there is no magos on the PATH; the unit names ${usualProgram}`,
  cure: `copy the program to ${usualProgram}`,
};

interface FoundProgram {
  readonly path: string;
  readonly isReleased: boolean;
}

/** Bytes; who made a `magos` of his own that starts it from the source wrote less, and a released one holds a runtime. */
const largestScript = 1024 * 1024;

/** The first executable `magos` of the PATH. */
async function findProgram({ env, files }: System): Promise<FoundProgram | null> {
  for (const folder of (env["PATH"] ?? "").split(":").filter((it) => it.startsWith("/"))) {
    const path = `${folder.replace(/\/+$/, "")}/magos`;
    const real = await files.realPath(path);
    const info = real.ok && real.value !== null ? await files.stat(real.value) : null;
    if (info?.ok && info.value?.kind === "file" && ((info.value.mode ?? 0) & 0o111) !== 0) {
      return { path, isReleased: info.value.size > largestScript };
    }
  }
  return null;
}

/** Null when the unit finds the file by itself: systemd starts it in another folder and with another home. */
function configToName({ env }: System, file: string | null, scope: UnitOrder["scope"]): string | null {
  const own = scope === "user" && env["HOME"] ? `${env["HOME"]}/.config/magos/config.yaml` : null;
  return file === null || file === (own ?? "/etc/magos/config.yaml") ? null : file;
}

function everyOf(schedule: unknown, fallback: number): number {
  const every = (schedule as { readonly every?: unknown } | undefined)?.every;
  const parsed = typeof every === "string" ? parseDuration(every) : null;
  return parsed?.ok ? Math.max(60, parsed.value) : fallback;
}

/** A timer counts from pass to pass; a calendar of five fields is for the daemon. */
function calendarOf(settings: ReturnType<typeof mergeLayers>, kind: UnitOrder["kind"]): readonly Problem[] {
  if (kind === "daemon") return [];
  return ["update.schedule", "apply.schedule"].flatMap((key): readonly Problem[] => {
    const schedule = settings.get(key)?.value as { readonly cron?: unknown } | undefined;
    if (schedule?.cron === undefined) return [];
    return [{
      code: "unit.no_calendar",
      severity: "warning",
      message: `${key} is a cron line, which the timer does not follow; it counts from pass to pass`,
      cure: "leave --timer out for the daemon, which keeps to it, or edit OnCalendar= into the timer",
    }];
  });
}
