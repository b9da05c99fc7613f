// The form of test cases: what a case and a file of cases may say.
import * as z from "zod";
import { parseTime } from "../model/time.ts";
import { platform } from "./policy_fields.ts";

/** A registry lists no more than that many tags; a case is no larger. */
const mostTags = 500_000;

const moment = z.string().refine((text) => parseTime(text) !== null, "not a time; write it like 2026-01-20T00:00:00Z");

/** A tag by its name, or with what is known of it. */
const tag = z.preprocess(
  (value) => typeof value === "string" ? { tag: value } : value,
  z.strictObject({ tag: z.string(), firstSeen: moment.nullish(), platforms: z.array(platform).max(100).nullish() }),
);

/** What a case says, or its file for all cases. These parts are an answer about the policy when they are wrong. */
const policyParts = {
  policy: z.unknown().optional(),
  filter: z.unknown().optional(),
  exclusionList: z.unknown().optional(),
  now: moment.optional(),
};

/** One case. Keys that are no slip of a known one are notes. */
export const caseSchema = z.object({
  id: z.string().max(500).optional(),
  ...policyParts,
  tags: z.array(tag).max(mostTags),
  current: z.string().nullish(),
  expect: z.string().nullable(),
});

/** A document with several cases; they are checked one by one. */
export const caseFileSchema = z.object({ ...policyParts, cases: z.array(z.unknown()).min(1) });

/** A case as it was checked. */
export type CheckedCase = z.infer<typeof caseSchema>;

/** What a file says for all its cases. */
export type CaseDefaults = Omit<z.infer<typeof caseFileSchema>, "cases">;
