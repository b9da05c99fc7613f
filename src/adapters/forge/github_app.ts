// A GitHub App's token for one repository: made when first wanted, kept until a minute before its end, made again.
import { failure, type Result, success } from "../../core/model/problem.ts";
import { Secret } from "../../core/model/secret.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { AppStanding, ForgeApp } from "../../core/ports/forge_app.ts";
import type { Log } from "../../core/ports/log.ts";
import { type ApiAnswer, askForge, type ForgeApi } from "./api.ts";
import { type AppAuth, openAppAuth } from "./app_auth.ts";
import { readAppKey } from "./app_key.ts";
import {
  type AppSubject,
  deniedFailure,
  isClockRefusal,
  isPermissionRefusal,
  refusalOf,
  suspendedFailure,
} from "./app_refusals.ts";
import type { GithubPlace } from "./github_place.ts";
import { type IssuedToken, readInstallation, readToken } from "./installation.ts";

/** What the App is made of. */
export interface GithubAppParts {
  readonly api: ForgeApi;
  readonly place: GithubPlace;
  readonly appId: number;
  /** Null: found by the repository. */
  readonly installationId: number | null;
  readonly keyFile: string;
  /** The text of the key's file, read anew for each token. */
  readonly readKey: () => Promise<Result<string>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** All that the token is cut to (contracts 5.2). Without the first there is nothing to do; the others may come later. */
export const wantedPermissions = { contents: "write", pull_requests: "write", statuses: "write" } as const;

/** Milliseconds before its end at which a token is no longer used. */
const margin = 60_000;

/** Milliseconds that a new token is given to be known everywhere. */
const pause = 1000;

interface Kept {
  readonly token: Secret;
  readonly standing: Omit<AppStanding, "secondsLeft">;
  /** Milliseconds that it is good for, from the two moments on. */
  readonly life: number;
  readonly now: number;
  readonly monotonic: number;
}

/** Holds the token, so that a long run asks once an hour. */
export class GithubApp implements ForgeApp {
  readonly #parts: GithubAppParts;
  #kept: Kept | null = null;
  #isFresh = false;
  #waitedFor: Secret | null = null;
  #pending: Promise<Result<Kept>> | null = null;
  #installationId: number | null;
  #timeDifference = 0;

  constructor(parts: GithubAppParts) {
    this.#parts = parts;
    this.#installationId = parts.installationId;
  }

  /** The token that opens the repository now. Fails with `forge.*`, `http.tls` or `config.*`. */
  async token(): Promise<Result<Secret>> {
    const kept = await this.#current();
    return kept.ok ? success(kept.value.token) : kept;
  }

  async standing(): Promise<Result<AppStanding>> {
    const kept = await this.#current();
    if (!kept.ok) return kept;
    return success({ ...kept.value.standing, secondsLeft: Math.floor(this.#timeLeft(kept.value) / 1000) });
  }

  /**
   * Git was refused with the token. One that was kept is let go, for another; one that was just made is given a second,
   * once, since GitHub's servers learn of a new token one after the other. True when asking again makes sense.
   */
  async refused(): Promise<boolean> {
    const kept = this.#kept;
    if (kept !== null && this.#isFresh && this.#waitedFor !== kept.token) {
      this.#waitedFor = kept.token;
      await this.#parts.clock.sleep(pause, this.#parts.api.signal);
      return true;
    }
    this.#kept = null;
    return kept !== null && !this.#isFresh;
  }

  #current(): Promise<Result<Kept>> {
    const kept = this.#kept;
    if (kept !== null && this.#timeLeft(kept) > margin) {
      if (this.#waitedFor !== kept.token) this.#isFresh = false;
      return Promise.resolve(success(kept));
    }
    return this.#pending ??= this.#make().finally(() => {
      this.#pending = null;
      // The next question is an hour away.
      const { http, tls } = this.#parts.api;
      if (tls !== null) http.release?.(tls);
    });
  }

  // By both clocks: one may be set back, the other stands still while the machine sleeps.
  #timeLeft({ life, now, monotonic }: Kept): number {
    const { clock } = this.#parts;
    return life - Math.max(clock.now() - now, clock.monotonic() - monotonic, 0);
  }

  async #make(): Promise<Result<Kept>> {
    const text = await this.#parts.readKey();
    if (!text.ok) return text;
    const { keyFile, appId } = this.#parts;
    const key = readAppKey(text.value, keyFile);
    if (!key.ok) return key;
    const open = (): Promise<AppAuth> =>
      openAppAuth(this.#parts.api, {
        appId,
        key: new Secret(key.value),
        keyFile,
        timeDifference: this.#timeDifference,
      });
    let answer = await this.#ask(await open());
    if (answer.ok && isClockRefusal(answer.value) && this.#learnDifference(answer.value)) {
      answer = await this.#ask(await open());
    }
    if (!answer.ok) return answer;
    return this.#keep(answer.value);
  }

  async #ask(auth: AppAuth): Promise<Result<ApiAnswer>> {
    const { place } = this.#parts;
    if (this.#installationId === null) {
      const found = await this.#findInstallation(auth);
      if (!found.ok || found.value !== null) return found as Result<ApiAnswer>;
    }
    const id = this.#installationId ?? 0;
    const whole = await auth.ask(id, place.name, wantedPermissions);
    if (!whole.ok) return whole;
    // An App that may only push is good enough to push.
    if (!isPermissionRefusal(whole.value)) return whole;
    return await auth.ask(id, place.name, { contents: wantedPermissions.contents });
  }

  /** Null when it was found, else the answer that says why not. */
  async #findInstallation(auth: AppAuth): Promise<Result<ApiAnswer | null>> {
    const { api, place } = this.#parts;
    const jwt = await auth.jwt();
    if (!jwt.ok) return jwt;
    const path = `/repos/${place.owner}/${place.name}/installation`;
    const answer = await askForge(api, { method: "GET", path, jwt: jwt.value });
    if (!answer.ok) return answer;
    if (answer.value.status !== 200) return answer;
    const installation = readInstallation(answer.value.data);
    if (installation === null) return nonsense(api);
    if (installation.isSuspended) return { ok: false, failure: suspendedFailure(this.#subject()) };
    this.#installationId = installation.id;
    return success(null);
  }

  #keep(answer: ApiAnswer): Result<Kept> {
    const { api, clock } = this.#parts;
    if (answer.status !== 201) {
      // It may have been installed anew since, under another number.
      this.#installationId = this.#parts.installationId;
      return { ok: false, failure: refusalOf(answer, this.#subject(), clock.now()) };
    }
    const issued = readToken(answer.data);
    if (issued === null) return nonsense(api);
    const missing = missingOf(issued);
    if (missing.includes("contents")) return { ok: false, failure: deniedFailure(this.#subject()) };
    const now = clock.now();
    const server = Date.parse(answer.headers.get("date") ?? "");
    const kept = {
      token: new Secret(issued.token),
      standing: this.#standingOf(issued, missing),
      life: issued.expiresAt - (Number.isNaN(server) ? now : server),
      now,
      monotonic: clock.monotonic(),
    };
    this.#kept = kept;
    this.#isFresh = true;
    return success(kept);
  }

  #standingOf(issued: IssuedToken, missing: readonly string[]): Kept["standing"] {
    const { api, appId } = this.#parts;
    return {
      appId,
      installationId: this.#installationId ?? 0,
      repository: this.#subject().repository,
      api: api.base,
      permissions: issued.permissions ?? new Map(Object.entries(wantedPermissions)),
      missing,
      skewSeconds: this.#timeDifference,
    };
  }

  #learnDifference(answer: ApiAnswer): boolean {
    const server = Date.parse(answer.headers.get("date") ?? "");
    if (Number.isNaN(server)) return false;
    this.#timeDifference = Math.round((server - this.#parts.clock.now()) / 1000);
    this.#parts.log.event("warning", "forge.clock_differs", { seconds: this.#timeDifference });
    return true;
  }

  #subject(): AppSubject {
    const { api, place, appId } = this.#parts;
    return { appId, repository: `${place.owner}/${place.name}`, host: new URL(api.base).host };
  }
}

function missingOf({ permissions }: IssuedToken): readonly string[] {
  if (permissions === null) return [];
  return Object.entries(wantedPermissions).filter(([name, level]) => permissions.get(name) !== level)
    .map(([name]) => name);
}

function nonsense(api: ForgeApi): Result<never> {
  return failure("forge.protocol", `${api.base} answers with something that is not GitHub's API`, {
    cure: "check repo.forgeUrl: it should be the address of GitHub's API, like https://HOST/api/v3",
  });
}
