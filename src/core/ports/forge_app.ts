// The App that magos is to the forge, as far as anybody but git wants to know of it.
import type { Result } from "../model/problem.ts";

/** How the App stands on the repository, when its last token was made. */
export interface AppStanding {
  readonly appId: number;
  readonly installationId: number;
  /** `owner/name`: the one repository that the token opens. */
  readonly repository: string;
  /** The API's address. */
  readonly api: string;
  /** What the token may do: `contents` to `write`. */
  readonly permissions: ReadonlyMap<string, string>;
  /** What was asked for and is not granted. */
  readonly missing: readonly string[];
  /** Seconds that the token is good from now on. */
  readonly secondsLeft: number;
  /** Seconds that the forge's clock was ahead of this machine's when it refused the time of a token; else 0. */
  readonly skewSeconds: number;
}

/** An App of the configuration. */
export interface ForgeApp {
  /** Makes a token when there is none. Fails with `forge.*`, `http.tls` or `config.*`. */
  standing(): Promise<Result<AppStanding>>;
}
