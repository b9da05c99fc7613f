// What happened, for the log on stderr: dotted names and fields, not sentences.

/** How much it matters. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Writes one line. Fields hold no secrets; `Secret` values print as `***`. */
export interface Log {
  event(level: LogLevel, name: string, fields?: Readonly<Record<string, unknown>>): void;
}
