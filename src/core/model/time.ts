// Moments as they walk through the core: plain numbers, so that comparing and storing them needs no ceremony.

/** A moment in milliseconds since 1970-01-01T00:00:00Z. */
export type Time = number;

/** RFC 3339 in UTC with whole seconds, the form of every JSON answer (contracts.md 1.2). */
export function formatTime(time: Time): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
}

const rfc3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Reads RFC 3339 strictly (section 5.6, nanoseconds allowed as Go writes them), or null. */
export function parseTime(text: string): Time | null {
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [year, month, day] = match.slice(1, 4).map(Number);
  // Date.parse moves 30 February on into March.
  if ((day ?? 0) > new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate()) return null;
  const time = Date.parse(text.toUpperCase());
  return Number.isNaN(time) ? null : time;
}

/** RFC 3339, or null for a moment that is not known. */
export function formatTimeOrNull(time: Time | null): string | null {
  return time === null ? null : formatTime(time);
}

/** Whether the name is one of the IANA time zones that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
