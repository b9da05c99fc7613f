// The keys of `repo.auth.githubApp` to the App, when they are whole and fit the remote.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Http } from "../../core/ports/http.ts";
import type { Log } from "../../core/ports/log.ts";
import { GithubApp } from "./github_app.ts";
import { githubPlace } from "./github_place.ts";

/** What is configured, and the machine. */
export interface AppParts {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly userAgent: string;
  /** The git remote. */
  readonly url: string;
  readonly forge: string;
  readonly forgeUrl: string | null;
  readonly appId: number | null;
  readonly installationId: number | null;
  readonly privateKeyFile: string | null;
  /** PEM texts of further roots. */
  readonly roots: string | null;
  readonly readKey: (path: string) => Promise<Result<string>>;
}

/** Fails with `config.missing` or `config.invalid_value`; nothing is read or asked yet. */
export function openGithubApp(parts: AppParts): Result<GithubApp> {
  const { appId, privateKeyFile, roots, userAgent } = parts;
  if (appId === null || privateKeyFile === null) {
    return failure("config.missing", "repo.auth.githubApp needs both appId and privateKeyFile", {
      cure: "set both; they come from the settings page of the App",
    });
  }
  if (parts.forge !== "auto" && parts.forge !== "github") {
    return failure("config.invalid_value", `repo.auth.githubApp is set, but repo.forge is ${parts.forge}`, {
      cure: "a GitHub App pushes to GitHub alone; elsewhere name a token in repo.auth.tokenFile",
    });
  }
  const place = githubPlace(parts.url, parts.forgeUrl);
  if (!place.ok) return place;
  const tls = roots === null ? null : { caCerts: [roots], client: null };
  const api = { http: parts.http, base: place.value.base, tls, userAgent, signal: parts.stop };
  const readKey = (): Promise<Result<string>> => parts.readKey(privateKeyFile);
  return success(new GithubApp({ ...parts, api, place: place.value, appId, keyFile: privateKeyFile, readKey }));
}
