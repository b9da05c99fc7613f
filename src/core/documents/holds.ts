// `.magos/holds.yaml` to the holds in it (contracts.md 2.3). What cannot be understood is no empty list: the caller
// holds everything then.
import * as z from "zod";
import { isDigest } from "../model/digest.ts";
import type { Hold } from "../model/hold.ts";
import { type Problem, problemOf } from "../model/problem.ts";
import { parseTime, type Time } from "../model/time.ts";
import { keepNumbersAsText, type YamlDocument } from "../yaml/numbers_as_text.ts";
import { parseYaml, type YamlFile } from "../yaml/parse_yaml.ts";
import { plainValue } from "../yaml/plain_value.ts";
import { type IssueStyle, schemaProblems } from "../yaml/schema_issues.ts";
import { schemaKeysAt } from "../yaml/schema_keys.ts";
import { imageName, tagName } from "./policy_fields.ts";

/** Where holds are kept, in the repository. */
export const holdsFile = ".magos/holds.yaml";

/** More are no list that a person keeps. */
const mostHolds = 2000;
const longestText = 500;

/** What the file says. `holds` is null when it cannot be understood, and the problems say why. */
export interface HoldsReading {
  readonly holds: readonly Hold[] | null;
  readonly problems: readonly Problem[];
}

/** A file that parsed and holds nothing wrong, with its one document; null where it has none. */
export interface HoldsDocument {
  readonly yaml: YamlFile;
  readonly document: YamlDocument | null;
  readonly holds: readonly Hold[];
}

const time = z.string()
  .refine((text) => parseTime(text) !== null, "not a time; write it like 2026-02-01T00:00:00Z")
  .transform((text): Time => parseTime(text) ?? 0);

const holdSchema = z.strictObject({
  image: imageName,
  tag: tagName.nullish(),
  digest: z.string().refine(isDigest, "not a whole digest, sha256: and 64 hex digits").nullish(),
  above: tagName.nullish(),
  kind: z.enum(["manual", "quarantine"]).nullish(),
  reason: z.string().max(longestText).nullish(),
  by: z.string().max(longestText).nullish(),
  since: time,
  until: time.nullish(),
});

const fileSchema = z.strictObject({ holds: z.array(holdSchema).max(mostHolds).nullish() });

const issueStyle: IssueStyle = {
  keysAt: (path) => schemaKeysAt(fileSchema, path),
  unknownKey: "hold.unreadable",
  invalidValue: "hold.unreadable",
};

/** Reads the text; null stands for a repository without the file. */
export function readHolds(text: string | null): HoldsReading {
  if (text === null) return { holds: [], problems: [] };
  const read = readHoldsDocument(text);
  return read.ok ? { holds: read.value.holds, problems: [] } : { holds: null, problems: read.problems };
}

/** As `readHolds`, with the document for who wants to edit it. Problems are `hold.unreadable`, with line and column. */
export function readHoldsDocument(
  text: string,
): { readonly ok: true; readonly value: HoldsDocument } | {
  readonly ok: false;
  readonly problems: readonly Problem[];
} {
  const parsed = parseYaml(text, holdsFile);
  if (!parsed.ok) return { ok: false, problems: [{ ...problemOf(parsed.failure), code: "hold.unreadable", cure }] };
  const yaml = parsed.value;
  const [document] = yaml.documents;
  if (document === undefined || (yaml.documents.length === 1 && document.contents === null)) {
    return { ok: true, value: { yaml, document: null, holds: [] } };
  }
  if (yaml.documents.length > 1) return refused("the file holds several YAML documents");
  keepNumbersAsText(document);
  const plain = plainValue(document, holdsFile);
  if (!plain.ok) return refused(plain.failure.message);
  if (plain.value === null) return { ok: true, value: { yaml, document: null, holds: [] } };
  const checked = fileSchema.safeParse(plain.value);
  if (!checked.success) return { ok: false, problems: schemaProblems(yaml, document, checked.error, issueStyle) };
  return { ok: true, value: { yaml, document, holds: (checked.data.holds ?? []).map(holdOf) } };
}

const cure = "mend the file; until then every image stays where it is";

function refused(message: string): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems: [{ code: "hold.unreadable", severity: "error", file: holdsFile, message, cure }] };
}

function holdOf(written: z.output<typeof holdSchema>): Hold {
  return {
    image: written.image,
    tag: written.tag ?? null,
    digest: written.digest ?? null,
    above: written.above ?? null,
    kind: written.kind ?? "manual",
    reason: plainLine(written.reason ?? ""),
    by: plainLine(written.by ?? ""),
    since: written.since,
    until: written.until ?? null,
  };
}

/** Shown on terminals and written to commits: one line without control characters, cut to 200. */
export function plainLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replace(/\p{Cf}/gu, "").trim().slice(0, 200).toWellFormed();
}
