// What an apply pass works with, and what the configuration says of it.
import type { ApplyConfig } from "../core/documents/apply_config.ts";
import type { Decryptor, SecretsFolder } from "../core/ports/decryptor.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { Checkout, CommitOrder } from "../core/ports/git.ts";
import type { HookRunner } from "../core/ports/hooks.ts";
import type { Probe } from "../core/ports/probe.ts";
import type { PassPorts } from "./pass_ports.ts";
import type { CheckoutOptions } from "./survey_checkout.ts";

/** The world of a host that runs stacks. */
export interface ApplyPorts extends Omit<PassPorts, "registry" | "history"> {
  readonly engine: Engine;
  readonly decryptor: Decryptor;
  readonly secrets: SecretsFolder;
  readonly probe: Probe;
  readonly hooks: HookRunner;
  /** The folder that a stack has on this host, whether or not it is there yet. */
  readonly stackFolder: (stack: string) => string;
  /** Takes secrets out of a text that is kept or shown. */
  readonly mask: (text: string) => string;
}

/** What the configuration says once the repository's own file has been read from a checkout. */
export interface ApplySettings {
  /** Which host this is. */
  readonly host: string;
  readonly apply: ApplyConfig;
  readonly author: CommitOrder["author"];
  /** How a revert goes to git. */
  readonly delivery: "push" | "branch";
  /** Which values are marked, for the revert. */
  readonly survey: CheckoutOptions;
}

/** Reads them from a checkout. */
export type SettingsFor = (checkout: Checkout) => Promise<ApplySettings>;
