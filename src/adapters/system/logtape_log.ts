// The log on stderr by LogTape: lines for people, JSON lines for machines, priorities for the journal.
import { configureSync, getLogger, type LogRecord } from "@logtape/logtape";
import type { Log, LogLevel } from "../../core/ports/log.ts";

/** How lines look: `auto` is JSON for nobody, text for people, with priorities where the journal reads. */
export interface LogSettings {
  readonly level: LogLevel | "off";
  readonly format: "text" | "json" | "auto";
}

/** Writes a finished line. */
export type WriteLine = (line: string) => void;

/** Sends events to LogTape's `magos` category. */
export const logtapeLog: Log = {
  event(level, name, fields = {}): void {
    const logger = getLogger("magos");
    if (level === "debug") logger.debug(name, { ...fields });
    if (level === "info") logger.info(name, { ...fields });
    if (level === "warning") logger.warn(name, { ...fields });
    if (level === "error") logger.error(name, { ...fields });
  },
};

/** Sets level and format; may be called again when the configuration is known. */
export function configureLogtape(settings: LogSettings, write: WriteLine, underJournal: boolean): void {
  const format = settings.format === "json" ? jsonLine : underJournal ? journalLine : textLine;
  configureSync({
    reset: true,
    sinks: { stderr: (record) => write(format(record) + "\n") },
    loggers: [
      { category: "magos", sinks: ["stderr"], lowestLevel: settings.level === "off" ? null : settings.level },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "fatal" },
    ],
  });
}

function nameOf(record: LogRecord): string {
  return typeof record.rawMessage === "string" ? record.rawMessage : record.rawMessage.join("");
}

function jsonLine(record: LogRecord): string {
  const time = new Date(record.timestamp).toISOString();
  return JSON.stringify({ time, level: record.level, event: nameOf(record), ...record.properties });
}

function textLine(record: LogRecord): string {
  return `${new Date(record.timestamp).toISOString()} ${record.level} ${fieldsLine(record)}`;
}

// The journal stamps the time itself and reads the priority from the line's start (sd-daemon(3)).
function journalLine(record: LogRecord): string {
  const priority = { trace: 7, debug: 7, info: 6, warning: 4, error: 3, fatal: 2 }[record.level];
  return `<${priority}>${fieldsLine(record)}`;
}

function fieldsLine(record: LogRecord): string {
  const fields = Object.entries(record.properties).map(([key, value]) => `${key}=${fieldText(value)}`);
  return [nameOf(record), ...fields].join(" ");
}

function fieldText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
  return /^[^\s"=\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}
