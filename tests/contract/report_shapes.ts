// The JSON of the verbs, field by field, as scripts rely on it. Strict: a field too many is found as well as one too few.
import * as z from "zod";
import { problemCodes } from "../../src/core/model/problem_codes.ts";

const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/, "RFC 3339 in UTC");
const digest = z.string().regex(/^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/, "a whole digest");
const revision = z.string().regex(/^[a-f0-9]{40}([a-f0-9]{24})?$/, "a commit id");
const count = z.int().min(0);
const place = z.int().min(1);

/** What went wrong. What does not apply is left out, never null. */
export const problemShape = z.strictObject({
  code: z.string().refine((code) => Object.hasOwn(problemCodes, code), "a code of the closed list"),
  severity: z.enum(["error", "warning"]),
  message: z.string().min(1),
  cure: z.string().min(1).optional(),
  retryAt: time.optional(),
  file: z.string().optional(),
  line: place.optional(),
  column: place.optional(),
  image: z.string().optional(),
  host: z.string().optional(),
  stack: z.string().optional(),
  policy: z.string().optional(),
});

const ref = z.strictObject({ name: z.string().min(1), tag: z.string().nullable(), digest: digest.nullable() });

const target = z.strictObject({
  file: z.string(),
  line: place,
  column: place,
  part: z.enum(["image", "tag", "name", "digest"]),
  setter: z.string().min(1),
  marker: z.enum(["magos", "flux", "app"]),
  value: z.strictObject({ file: z.string(), line: place, column: place }),
});

const change = z.strictObject({ line: place, column: place, setter: z.string(), old: z.string(), new: z.string() });

const patchedFile = z.strictObject({
  file: z.string(),
  changes: z.array(change),
  problems: z.array(problemShape),
  diff: z.string(),
});

const gate = z.strictObject({
  gate: z.enum([
    "platforms",
    "minAge",
    "signature",
    "provenance",
    "scan",
    "hold",
    "skip",
    "downgrade",
    "group",
    "canary",
    "quota",
  ]),
  verdict: z.enum(["pass", "hold", "refuse", "unknown", "off"]),
  tag: z.string().nullable(),
  digest: digest.nullable(),
  message: z.string(),
  until: time.nullable(),
});

const evidence = z.strictObject({
  digest,
  created: time.nullable(),
  firstSeen: time.nullable(),
  ageSeconds: count.nullable(),
  platforms: z.array(z.string()),
  source: z.string().nullable(),
  revision: z.string().nullable(),
  signer: z.string().nullable(),
  repushed: z.boolean(),
  gates: z.array(gate),
  scan: z.strictObject({
    scanner: z.string(),
    database: time,
    critical: count,
    high: count,
    medium: count,
    low: count,
    ignored: count,
  }).nullable(),
});

const decisionState = z.enum(["selected", "current", "held", "no-match", "error"]);

/** One decision. */
export const decisionShape = z.strictObject({
  target,
  policy: z.strictObject({
    name: z.string(),
    kind: z.enum(["semver", "alphabetical", "numerical", "latest", "digest"]),
    versioning: z.enum(["loose", "flux"]),
    source: z.string(),
    group: z.string().nullable(),
    rule: z.string(),
  }),
  state: decisionState,
  current: ref,
  selected: ref.nullable(),
  newest: ref.nullable(),
  blockers: z.array(gate),
  reasons: z.array(z.string()),
  evidence: evidence.nullable(),
});

const requests = z.strictObject({
  host: z.string(),
  requests: count,
  cached: count,
  limit: count.nullable(),
  remaining: count.nullable(),
  resetAt: time.nullable(),
});

const delivery = z.strictObject({
  group: z.string().nullable(),
  delivery: z.enum(["push", "branch", "pull-request"]),
  base: z.string(),
  branch: z.string(),
  subject: z.string(),
  changes: count,
  commits: count,
  state: z.enum(["planned", "pushed", "opened", "updated", "closed", "unchanged", "stale", "refused", "failed"]),
  commit: revision.nullable(),
  url: z.string().nullable(),
  number: z.int().nullable(),
  attempts: count,
  problems: z.array(problemShape),
});

const verdict = z.enum([
  "selected",
  "current",
  "candidate",
  "below",
  "held",
  "skipped",
  "excluded",
  "unmatched",
  "unparsable",
  "out-of-range",
  "prerelease",
  "other-flavour",
  "shadowed",
]);

const hold = z.strictObject({
  image: z.string(),
  tag: z.string().nullable(),
  digest: digest.nullable(),
  above: z.string().nullable(),
  kind: z.enum(["manual", "quarantine", "human", "closed-pr"]),
  reason: z.string(),
  by: z.string(),
  since: time,
  until: time.nullable(),
});

const pass = z.strictObject({
  running: z.boolean(),
  lastRun: time.nullable(),
  lastSuccess: time.nullable(),
  lastResult: z.string().nullable(),
  nextRun: time.nullable(),
});

const updatePass = pass.extend({
  automations: z.array(z.strictObject({
    automation: z.string().min(1),
    everySeconds: count,
    lastRun: time,
    nextRun: time.nullable(),
  })),
});

const unmanaged = z.strictObject({ file: z.string().min(1), line: place, column: place, image: z.string().min(1) });

/** `magos plan --json`. */
export const planShape = z.strictObject({
  schema: z.literal("magos.plan/v1"),
  id: z.string().regex(/^[a-f0-9]{64}$/),
  revision,
  branch: z.string().min(1),
  at: time,
  complete: z.boolean(),
  summary: z.strictObject({
    selected: count,
    current: count,
    held: count,
    noMatch: count,
    errors: count,
    unmanaged: count.nullable(),
    excluded: count.nullable(),
  }),
  decisions: z.array(decisionShape),
  deliveries: z.array(delivery),
  files: z.array(patchedFile),
  unmanaged: z.array(unmanaged),
  excluded: z.array(unmanaged.extend({ rule: z.string().min(1), reason: z.string().nullable() })),
  requests: z.array(requests),
  problems: z.array(problemShape),
});

/** `magos scan --json`. */
export const scanShape = z.strictObject({
  schema: z.literal("magos.scan/v1"),
  images: z.array(z.strictObject({
    image: z.string().min(1),
    tags: z.array(z.string()),
    complete: z.boolean(),
    scannedAt: time.nullable(),
    digests: z.record(z.string(), digest),
  })),
  requests: z.array(requests),
  problems: z.array(problemShape),
});

/** `magos doctor --json`. */
export const doctorShape = z.strictObject({
  schema: z.literal("magos.doctor/v1"),
  at: time,
  result: z.enum(["ok", "warn", "fail"]),
  checks: z.array(z.strictObject({
    id: z.string().min(1),
    subject: z.string().nullable(),
    state: z.enum(["ok", "warn", "fail", "skip"]),
    message: z.string().min(1),
    cure: z.string().min(1).nullable(),
    seconds: z.number().min(0),
    steps: z.array(z.string().min(1)),
  })),
});

/** `magos init --json`. */
export const initShape = z.strictObject({
  schema: z.literal("magos.init/v1"),
  written: z.boolean(),
  files: z.array(patchedFile),
  problems: z.array(problemShape),
});

/** `magos validate --json`. */
export const validateShape = z.strictObject({
  schema: z.literal("magos.validate/v1"),
  files: count,
  markers: count,
  policies: count,
  problems: z.array(problemShape),
});

/** `magos patch --json`. */
export const patchShape = z.strictObject({
  schema: z.literal("magos.patch/v1"),
  written: z.boolean(),
  files: z.array(patchedFile),
});

/** `magos update --json`. */
export const updateShape = z.strictObject({
  schema: z.literal("magos.update/v1"),
  run: z.string(),
  result: z.enum(["done", "nothing", "partly", "failed", "dry-run"]),
  plan: planShape,
  deliveries: z.array(delivery),
  seconds: z.number().min(0),
  problems: z.array(problemShape),
});

const recordedVersion = z.strictObject({ tag: z.string().nullable(), digest: digest.nullable() });

/** What a trailer tells of one change. */
const recorded = z.strictObject({
  policy: z.string().min(1),
  image: z.string().min(1),
  from: recordedVersion,
  to: recordedVersion,
  created: time.nullable(),
  ageSeconds: z.int().nullable(),
  platforms: z.array(z.string()),
  signer: z.string().nullable(),
  scan: z.null(),
  source: z.string().nullable(),
  revision: z.string().nullable(),
});

const planCommit = z.strictObject({
  revision,
  author: z.string(),
  at: time,
  subject: z.string(),
  plan: z.string().regex(/^[a-f0-9]{64}$/),
  revert: revision.nullable(),
  reason: z.string().nullable(),
  verified: z.boolean().nullable(),
});

/** The commit that set a value. */
const origin = z.strictObject({
  commit: planCommit,
  change: recorded,
  run: z.string().nullable(),
  merge: revision.nullable(),
  branch: z.string().nullable(),
  number: z.int().nullable(),
});

/** `magos explain --json`. */
export const explainShape = z.strictObject({
  schema: z.literal("magos.explain/v1"),
  query: z.string(),
  at: time,
  items: z.array(z.strictObject({
    decision: decisionShape,
    nextChangeAt: time.nullable(),
    tags: z.array(z.strictObject({ tag: z.string(), key: z.string().nullable(), reason: z.string().min(1), verdict })),
    counts: z.partialRecord(verdict, count),
    scannedAt: time.nullable(),
    scanComplete: z.boolean(),
    holds: z.array(hold),
    setBy: origin.nullable(),
    movedSince: origin.nullable(),
  })),
  problems: z.array(problemShape),
});

/** `magos hold --json` and `magos unhold --json`. */
export const holdShape = z.strictObject({
  schema: z.literal("magos.hold/v1"),
  at: time,
  image: z.string().min(1).nullable(),
  holds: z.array(hold),
  added: z.array(hold),
  removed: z.array(hold),
  delivery: delivery.nullable(),
  problems: z.array(problemShape),
});

/** `magos history --json`. From git the place of a change is not known. */
export const historyShape = z.strictObject({
  schema: z.literal("magos.history/v1"),
  source: z.enum(["state", "git"]),
  runs: z.array(z.strictObject({
    id: z.string().min(1),
    kind: z.enum(["update", "apply"]),
    trigger: z.string().min(1),
    host: z.string().min(1),
    started: time,
    ended: time.nullable(),
    seconds: z.number().min(0).nullable(),
    result: z.enum(["running", "interrupted", "done", "nothing", "partly", "failed"]),
    commit: revision.nullable(),
    changes: z.array(recorded.extend({
      file: z.string().min(1),
      line: place.nullable(),
      column: place.nullable(),
      setter: z.string().min(1),
      old: z.string(),
      new: z.string(),
    })),
    commits: z.array(planCommit),
    deliveries: z.array(z.strictObject({
      kind: z.enum(["update", "revert", "hold"]),
      branch: z.string().min(1),
      commit: revision,
      subject: z.string(),
      changes: count,
      state: z.enum(["prepared", "pushed", "superseded", "refused"]),
      plan: z.string(),
      at: time,
    })),
    problems: z.array(problemShape),
  })),
  complete: z.boolean(),
  problems: z.array(problemShape),
});

const health = z.strictObject({
  state: z.enum(["healthy", "unhealthy", "starting", "looping", "exited", "unknown"]),
  since: time,
  message: z.string(),
  log: z.array(z.string()),
});

/** `magos apply --json`. */
export const applyShape = z.strictObject({
  schema: z.literal("magos.apply/v1"),
  run: z.string(),
  host: z.string().min(1),
  revision,
  previousRevision: revision.nullable(),
  signer: z.string().nullable(),
  result: z.enum(["done", "nothing", "partly", "failed", "dry-run"]),
  stacks: z.array(z.strictObject({
    name: z.string().min(1),
    kind: z.enum(["compose", "quadlet", "gitops"]),
    action: z.enum(["none", "deploy", "repair", "remove"]),
    state: z.enum([
      ...["planned", "current", "deployed", "repaired", "removed"] as const,
      ...["waiting", "held", "rolled-back", "failed"] as const,
    ]),
    reason: z.string(),
    hash: z.string(),
    previousHash: z.string().nullable(),
    images: z.array(z.strictObject({ service: z.string().min(1), ref })),
    steps: z.array(z.strictObject({
      n: place,
      kind: z.enum([
        ...["hook", "decrypt", "export", "pull", "switch", "write", "reload"] as const,
        ...["start", "stop", "remove", "probe", "restore"] as const,
      ]),
      subject: z.string(),
      state: z.enum(["planned", "done", "failed", "skipped"]),
      seconds: z.number().min(0).nullable(),
      message: z.string().nullable(),
      diff: z.string().nullable(),
    })),
    waitsFor: z.string().nullable(),
    until: time.nullable(),
    health: health.nullable(),
    revert: delivery.nullable(),
    problems: z.array(problemShape),
  })),
  seconds: z.number().min(0),
  problems: z.array(problemShape),
});

/** `magos rollback --json`. */
export const rollbackShape = z.strictObject({
  schema: z.literal("magos.rollback/v1"),
  at: time,
  stack: z.string().min(1),
  to: revision,
  revert: delivery.nullable(),
  holds: z.array(hold),
  problems: z.array(problemShape),
});

/** `magos status --json`. */
export const statusShape = z.strictObject({
  schema: z.literal("magos.status/v1"),
  at: time,
  version: z.string().min(1),
  host: z.string().min(1),
  repo: z.strictObject({
    url: z.string(),
    branch: z.string().min(1),
    head: revision.nullable(),
    verified: revision.nullable(),
    fetchedAt: time.nullable(),
  }),
  passes: z.strictObject({ update: updatePass, apply: pass.nullable() }),
  images: z.array(z.strictObject({
    image: z.string(),
    policy: z.string(),
    rule: z.string(),
    state: decisionState,
    current: ref,
    newest: ref.nullable(),
    blockers: z.array(gate),
    reasons: z.array(z.string()),
    targets: place,
    since: time,
    checkedAt: time.nullable(),
    unknownSince: time.nullable(),
    lagSeconds: count.nullable(),
  })),
  stacks: z.array(z.strictObject({
    name: z.string(),
    kind: z.string(),
    wanted: z.string(),
    running: z.string().nullable(),
    hash: z.string().nullable(),
    state: z.string(),
    images: z.array(z.strictObject({ service: z.string(), ref })),
    health: health.nullable(),
    since: time,
    reason: z.string().nullable(),
    waitsFor: z.string().nullable(),
    until: time.nullable(),
  })),
  deliveries: z.array(delivery),
  holds: z.array(hold),
  registries: z.array(requests.extend({ pausedUntil: time.nullable() })),
  problems: z.array(problemShape),
});

/** What a verb that failed answers. */
export const errorShape = z.strictObject({
  schema: z.literal("magos.error/v1"),
  problems: z.array(problemShape).min(1),
});
