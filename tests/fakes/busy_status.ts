// A state worth looking at: a homelab in the middle of its life, with something of everything in it.
import type { Decision, Gate } from "../../src/core/model/decision.ts";
import type { Digest } from "../../src/core/model/digest.ts";
import { type Hold } from "../../src/core/model/hold.ts";
import { parseReference } from "../../src/core/model/reference.ts";
import type { StackRow } from "../../src/core/model/stack.ts";
import { formatTime } from "../../src/core/model/time.ts";
import type { Run, Store } from "../../src/core/ports/store.ts";
import { must } from "./git_setup.ts";
import { testNow } from "./manual_clock.ts";
import { recordPass, samplePass } from "./memory_state.ts";
import { sampleDecision, sampleDigests, sampleTarget } from "./sample_decision.ts";
import { sampleStackRow } from "./sample_stack_row.ts";

const [hour, day] = [3_600_000, 86_400_000];
const commit = "5b1d9e7c0f3a4b2d8e6f1a2b3c4d5e6f7a8b9c0d";

/** What is held in it. */
export const busyHolds: readonly Hold[] = [{
  image: "ghcr.io/paperless-ngx/paperless-ngx",
  tag: null,
  digest: null,
  above: "v2.20.6",
  kind: "manual",
  reason: "the index has to be rebuilt by hand first",
  by: "you",
  since: testNow - 3 * day,
  until: testNow + 12 * day,
}];

/** Fills an empty state. `images` are references as the sample policies mark them. */
export function fillBusy(store: Store, images: readonly string[]): void {
  store.setMeta("head.seen", `main ${commit}`);
  store.setMeta("next.update", formatTime(testNow + 7 * hour));
  store.setMeta("next.apply", formatTime(testNow + 4 * 60_000));
  store.saveHostProfile("docker.io", pausedHost);
  stacks.forEach((row) => store.saveStack(row));
  images.forEach((_, at) =>
    store.saveScan(`ghcr.io/team/${at}`, { tags: [], scannedAt: testNow - at * 600_000, dueAt: testNow + hour })
  );
  recordPass(store, updateRun);
  for (let at = 40; at > 0; at--) {
    recordPass(store, quietRun("apply", testNow - at * 300_000));
  }
  recordPass(store, { ...quietRun("apply", testNow - 200_000), ...rollback });
  recordPass(store, { ...quietRun("update", testNow - 60_000), ...failing }, images.map(decisionFor));
}

const pausedHost = {
  auth: "bearer",
  realm: "https://auth.docker.io/token",
  service: "registry.docker.io",
  pageCap: null,
  headDigest: true,
  pausedUntil: testNow + 2 * hour,
  quota: { host: "docker.io", requests: 0, cached: 0, limit: 100, remaining: 0, resetAt: testNow + 2 * hour },
} as const;

const denied = "ghcr.io: the pulls of this address are used up";
const none = "none of 12 tags is in >=1 <3";

/** Every ninth is in error, and so on: each state is there, most are up to date. */
function decisionFor(text: string, at: number): Decision {
  const reference = must(parseReference(text));
  const digest: Digest = `sha256:${at.toString(16).padStart(2, "0").repeat(32)}`;
  const current = { ...reference, digest };
  const target = {
    ...sampleTarget({ current, file: `${at}.yaml` }),
    repository: { host: "ghcr.io", path: `team/${at}` },
  };
  const newer = { ...reference, tag: `${reference.tag ?? ""}.1`, digest: sampleDigests.new };
  const still = { target, state: "current", selected: null, newest: current, blockers: [] } as const;
  if (at % 9 === 1) return sampleDecision({ ...still, state: "error", newest: null, reasons: [denied] });
  if (at % 11 === 2) return sampleDecision({ ...still, state: "no-match", newest: null, reasons: [none] });
  if (at % 7 === 3) return sampleDecision({ ...still, state: "selected", selected: newer, newest: newer });
  const gate = waits[at];
  if (gate === undefined) return sampleDecision(still);
  return sampleDecision({ ...still, state: "held", newest: newer, blockers: [{ ...gate, tag: newer.tag }] });
}

const gate = { verdict: "hold", tag: null, digest: sampleDigests.new, until: null } as const;
const waits: Readonly<Record<number, Gate>> = {
  5: { ...gate, gate: "minAge", message: "seen for 1h, wanted 3d", until: testNow + 2 * day + 23 * hour },
  6: { ...gate, gate: "minAge", message: "seen for 20h, wanted 1d", until: testNow + 4 * hour },
  7: { ...gate, gate: "platforms", message: "waiting for linux/arm64" },
  13: { ...gate, gate: "hold", message: "held by you until 2026-02-01T12:00:00Z, waits for a release above v2.20.6" },
};

function quietRun(kind: Run["kind"], started: number): Run {
  return samplePass({ id: `${kind}-${started}`, kind, started, ended: started + 1300, result: "nothing" });
}

const updateRun: Run = samplePass({
  id: "early",
  trigger: "webhook",
  started: testNow - 5 * hour,
  ended: testNow - 5 * hour + 4000,
  commit,
  changes: ["grafana/grafana", "ghcr.io/immich-app/immich-server"].map((image) => ({
    policy: "semver",
    image,
    file: "compose.yaml",
    from: { tag: "12.3.0", digest: sampleDigests.old },
    to: { tag: "12.3.1", digest: sampleDigests.new },
    created: null,
    age: 300_000,
    platforms: [],
    signer: null,
    scan: null,
    source: null,
    revision: null,
    line: 3,
    column: 12,
    setter: "semver",
    old: `${image}:12.3.0`,
    new: `${image}:12.3.1`,
  })),
});

const rollback: Partial<Run> = {
  result: "partly",
  commit,
  problems: [{
    code: "stack.unhealthy",
    severity: "error",
    stack: "paperless",
    message: "paperless: webserver exited with 1: django.db.utils.OperationalError: no such column: documents.owner_id",
    cure: "the stack runs its last good version again; look at the release notes of paperless-ngx",
  }],
};

const failing: Partial<Run> = {
  result: "partly",
  problems: [
    {
      code: "registry.rate_limited",
      severity: "error",
      image: "ghcr.io/open-webui/open-webui",
      message: "ghcr.io: the pulls of this address are used up",
      cure: "log in with podman login ghcr.io, or wait",
      retryAt: testNow + hour,
    },
    {
      code: "marker.misspelt",
      severity: "warning",
      file: "stacks/media/compose.yaml",
      line: 14,
      message: `"# {magos": is nearly a marker; nothing follows it`,
      cure: `write # {"magos": {"policy": "semver"}}`,
    },
  ],
};

const version = { revision: commit, hash: `v1:${"1".repeat(64)}` };

function stack(name: string, tag: string, more: Partial<StackRow> = {}): StackRow {
  const images = new Map([[name, { written: { name, tag, digest: null }, digests: [sampleDigests.old] }]]);
  const health = { state: "healthy", since: testNow - 2 * day, message: "", log: [] } as const;
  return sampleStackRow(name, { images, health, since: testNow - 2 * day, ...more }, version);
}

const stacks: readonly StackRow[] = [
  stack("media", "v0.59.0"),
  stack("monitoring", "12.3.1", { since: testNow - 5 * hour }),
  stack("paperless", "v2.20.5", {
    phase: "rolled-back",
    bad: version,
    reason: "webserver exited with 1: django.db.utils.OperationalError: no such column: documents.owner_id",
    since: testNow - 200_000,
  }),
  stack("ai", "0.14.2", { phase: "deploying", since: testNow - 20_000 }),
  stack("arr-stack", "release-6.0.4.10291", {
    failures: 2,
    retryAt: testNow + 600_000,
    reason: "the pull was refused",
  }),
  stack("vaultwarden", "1.34.3", {
    said: {
      state: "waiting",
      reason: "its window is closed",
      waitsFor: "window",
      until: testNow + 9 * hour,
      revision: commit,
    },
  }),
  stack("home-assistant", "2026.1.2", { phase: "probing", since: testNow - 90_000 }),
];
