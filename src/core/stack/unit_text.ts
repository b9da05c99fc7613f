// Sections and settings to the text of a unit (systemd.syntax(7)), with what it holds stamped on its first line.
import { textFingerprint } from "../model/fingerprint.ts";

/** One `Name=value`; `why` becomes a comment above it. An empty value resets a list. */
export interface UnitSetting {
  readonly name: string;
  readonly value: string;
  readonly why?: string;
}

/** A section, in the order that it is written in. */
export interface UnitSection {
  readonly name: string;
  readonly settings: readonly UnitSetting[];
}

/** A file of a unit. */
export interface UnitFile {
  /** Without folders: `magos.service`. */
  readonly name: string;
  readonly text: string;
}

/** The text; `maker` says who wrote it, with a version. */
export function unitText(maker: string, comments: readonly string[], sections: readonly UnitSection[]): string {
  const body = [
    ...comments.map((line) => `# ${line}`),
    ...sections.flatMap(({ name, settings }) => ["", `[${name}]`, ...settings.flatMap(linesOf)]),
  ].map((line) => `${line}\n`).join("");
  return `${stampOf(maker, body)}${body}`;
}

/** Whether the text is as magos wrote it: a unit that somebody changed is not overwritten. */
export function isUnchangedUnit(text: string): boolean {
  const end = text.indexOf("\n") + 1;
  const [, hash] = /^# .*; sha256:([0-9a-f]{64})\n$/.exec(text.slice(0, end)) ?? [];
  return hash !== undefined && hash === textFingerprint(text.slice(end));
}

function stampOf(maker: string, body: string): string {
  return `# written by ${maker}; what is changed here is kept; sha256:${textFingerprint(body)}\n`;
}

function linesOf({ name, value, why }: UnitSetting): readonly string[] {
  return [...why === undefined ? [] : [`# ${why}`], `${name}=${value}`];
}

/** A word of a command line: `%` and `$` stand for themselves, and blanks do not end it. */
export function unitWord(text: string): string {
  const plain = text.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[A-Za-z0-9_@%$+=:,./-]+$/.test(plain) ? plain : `"${plain.replaceAll(/(["\\])/g, "\\$1")}"`;
}

/** `NAME=value` for `Environment=`, where `$` has no meaning; `value` may hold specifiers when `isLiteral` is false. */
export function unitVariable(name: string, value: string, isLiteral = true): string {
  const text = `${name}=${isLiteral ? value.replaceAll("%", "%%") : value}`;
  return /^[A-Za-z0-9_@%$+=:,./{}-]+$/.test(text) ? text : `"${text.replaceAll(/(["\\])/g, "\\$1")}"`;
}
