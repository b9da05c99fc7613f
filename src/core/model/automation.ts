// Flux's ImageUpdateAutomation: an update pass of its own, with its path, interval, branch and message (rulings 17).
import type { LabelSelector } from "./labels.ts";

/** Seconds between two runs of one automation, at least: what asks for less would only wear registries and disks out. */
export const shortestInterval = 60;

/** What `git.checkout.ref` names; of several Flux takes the first of commit, name, tag, semver, branch. */
export interface CheckoutRef {
  readonly kind: "commit" | "name" | "tag" | "semver" | "branch";
  readonly value: string;
}

/** A text of a template, and where it stands. */
export interface TemplateText {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/** The key that signs an automation's commits, kept in a Secret of its namespace. */
export interface AutomationKey {
  readonly type: "gpg" | "ssh";
  /** `namespace:name` of the Secret. */
  readonly secret: string;
}

/** What is known of an automation though it may be broken: what stands below its path must not go another way. */
export interface AutomationClaim {
  /** `namespace:name`. */
  readonly key: string;
  readonly file: string;
  readonly line: number;
  /** Folder or file in the repository, without `./` and slashes at its ends; empty: the whole repository. */
  readonly path: string;
}

/** One automation, checked. */
export interface Automation extends AutomationClaim {
  readonly namespace: string;
  readonly name: string;
  readonly apiVersion: "v1beta1" | "v1beta2" | "v1";
  /** Upper bound between two runs. */
  readonly intervalSeconds: number;
  readonly suspended: boolean;
  /** `namespace:name` of the GitRepository. What is used is `repo.url` (rulings 17). */
  readonly source: string;
  /** Null: neither the automation nor its GitRepository says; then the configured branch. */
  readonly checkout: CheckoutRef | null;
  readonly author: { readonly name: string; readonly email: string };
  readonly signingKey: AutomationKey | null;
  /** Null: Flux's own words. */
  readonly message: TemplateText | null;
  /** `.Values` of the message. */
  readonly values: Readonly<Record<string, string>>;
  readonly push: {
    /** A literal name, or a template where it holds `{{`. Null: the branch that is checked out. */
    readonly branch: TemplateText | null;
    /** Pushed besides. */
    readonly refspec: string | null;
    /** Push options of the server. */
    readonly options: Readonly<Record<string, string>>;
  };
  readonly selector: LabelSelector;
}

/** The automations of a repository. */
export interface AutomationBook {
  readonly automations: readonly Automation[];
  /** Those that are there and cannot run. */
  readonly broken: readonly AutomationClaim[];
}
