// What the HTTP side of the daemon works with. Everything that may change with the configuration is asked for each time.
import type { Secret } from "../../core/model/secret.ts";
import type { WebhookKind } from "../../core/model/webhook_kind.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import type { Bell } from "../bell.ts";
import type { DaemonState } from "../daemon_state.ts";
import type { DaemonRequests } from "../run_daemon.ts";
import type { WantedScans } from "../wanted_scans.ts";

/** A sender that may say what was pushed. */
export interface WebhookSender {
  readonly kind: WebhookKind;
  readonly secret: Secret;
}

/** What the server's part of the configuration comes to. */
export interface HttpSettings {
  /** What `Host` may say besides loopback names; lower case. */
  readonly names: readonly string[];
  /** Null: nothing can be done over HTTP but look. */
  readonly adminToken: Secret | null;
  readonly senders: readonly WebhookSender[];
}

/** What can be told, each as it is in the moment of asking. */
export interface Documents {
  /** `magos.status/v1`. */
  status(): Promise<Record<string, unknown>>;
  /** `magos.history/v1`. */
  history(limit: number): Promise<Record<string, unknown>>;
  /** Prometheus' text. */
  metrics(): string;
  /** Repositories that are followed, `host/path`. */
  followed(): Iterable<string>;
  /** Where the GitOps repository is. */
  repositoryUrl(): string;
  /** The branch that is followed; null: nobody has said yet. */
  followedBranch(): string | null;
  /** IANA name of the zone that people are told times in. */
  timeZone(): string;
}

/** The whole. */
export interface HttpParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly state: DaemonState;
  readonly bell: Bell;
  readonly wanted: WantedScans;
  readonly requests: DaemonRequests;
  readonly documents: Documents;
  settings(): HttpSettings;
}
