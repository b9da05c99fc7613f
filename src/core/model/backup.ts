// Volumes of a stack exported before a deployment, and what a roll-back takes from there (contracts.md 2.2, 4.3).

/** `always`: before each deployment; `major`: when an image comes from another major version, or none can be told. */
export type BackupOccasion = "major" | "always";

/** `apply.backup`. */
export interface BackupRule {
  /** Absolute; each stack has its own folder in it. It has to be there: a disk that is not mounted is no place. */
  readonly dir: string;
  readonly before: BackupOccasion;
  /** How many exports a stack keeps, at least one. */
  readonly keep: number;
}

/** The export that a roll-back has to give back; null: what the volumes hold now is what ran before has written. */
export function owedBackup(backup: StackBackup | null | undefined): StackBackup | null {
  return backup && (backup.isDue || backup.isTouched) ? backup : null;
}

/** What a stack's volumes held before the deployment that is under way. */
export interface StackBackup {
  /** Absolute; `VOLUME.tar` lies there for each volume. */
  readonly folder: string;
  readonly volumes: readonly string[];
  /** Whether the volumes have to get this content back before anything starts that reads them. */
  readonly isDue: boolean;
  /**
   * Whether something new may have written to the volumes since. Until then it is no better than what they hold: what ran
   * before may have been started again after a kill, by a boot or by hand, and have written on.
   */
  readonly isTouched: boolean;
}
