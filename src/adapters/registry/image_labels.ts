// Origin and creation time as a builder claims them: cleaned, judged for plausibility, for show only (registries 3.4).
import { parseTime, type Time } from "../../core/model/time.ts";
import type { Content } from "../../core/ports/registry.ts";

/** The claims of an image. */
export type ImageClaims = Pick<Content, "created" | "source" | "revision" | "version">;

/** Annotations or labels as they came. */
export type Labels = Readonly<Record<string, unknown>> | null | undefined;

const firstDockerRelease = Date.UTC(2013, 0, 1);
const day = 24 * 3_600_000;
const maxCharacters = 200;
const older: Readonly<Record<string, string>> = {
  created: "build-date",
  source: "vcs-url",
  revision: "vcs-ref",
  version: "version",
};

/** Reads the claims from the first of the label sets that makes each of them. */
export function readClaims(sets: readonly Labels[], now: Time): ImageClaims {
  const created = findLabel(sets, "created");
  return {
    created: created === null ? null : plausibleTime(created, now),
    source: secureLink(findLabel(sets, "source")),
    revision: plainRevision(findLabel(sets, "revision")),
    version: findLabel(sets, "version"),
  };
}

/** The moment, or null for the fakes of reproducible builds: before 2013, or more than a day ahead. */
export function plausibleTime(text: string, now: Time): Time | null {
  const time = parseTime(text);
  return time !== null && time >= firstDockerRelease && time <= now + day ? time : null;
}

function findLabel(sets: readonly Labels[], name: string): string | null {
  for (const key of [`org.opencontainers.image.${name}`, `org.label-schema.${older[name] ?? name}`]) {
    for (const labels of sets) {
      const value = labels !== null && labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : null;
      const clean = typeof value === "string" ? cleanText(value) : "";
      if (clean !== "") return clean;
    }
  }
  return null;
}

// Control and direction characters could change what a terminal or a pull request shows (contracts 5.2).
function cleanText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, "").trim().slice(0, maxCharacters);
}

// It goes into commits, where a forge would make mentions, links and references of a sentence (contracts 5.2).
function plainRevision(text: string | null): string | null {
  return text !== null && /^[A-Za-z0-9][A-Za-z0-9._/+:-]*$/.test(text) ? text : null;
}

function secureLink(text: string | null): string | null {
  if (text === null) return null;
  try {
    const url = new URL(text);
    return url.protocol === "https:" && url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}
