// Moments as they walk through the core: plain numbers, so that comparing and storing them needs no ceremony.

/** A moment in milliseconds since 1970-01-01T00:00:00Z. */
export type Time = number;

/** RFC 3339 in UTC with whole seconds, the form of every JSON answer (contracts.md 1.2). */
export function formatTime(time: Time): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads RFC 3339 strictly (section 5.6, nanoseconds allowed as Go writes them), or null. */
export function parseTime(text: string): Time | null {
  if (!rfc3339.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/** RFC 3339, or null for a moment that is not known. */
export function formatTimeOrNull(time: Time | null): string | null {
  return time === null ? null : formatTime(time);
}
