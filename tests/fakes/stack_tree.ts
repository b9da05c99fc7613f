// A small repository in memory, and stacks read from it, for tests that are about what a host should run.
import { sha256Of } from "../../src/core/model/digest.ts";
import type { Problem } from "../../src/core/model/problem.ts";
import type { Stack, StackContent } from "../../src/core/model/stack.ts";
import type { Container } from "../../src/core/ports/engine.ts";
import { readStack } from "../../src/core/stack/read_stack.ts";
import type { KnownFile, KnownFiles } from "../../src/core/stack/repository_view.ts";
import type { Result } from "../../src/core/model/problem.ts";

/** Texts by path. */
export type StackTree = Readonly<Record<string, string>>;

/** A stack with nothing special about it. */
export function sampleStack(changes: Partial<Stack> = {}): Stack {
  return {
    name: "web",
    kind: "compose",
    compose: "stacks/web/compose.yaml",
    source: "app web",
    after: [],
    windows: [],
    health: { timeoutSeconds: null, settleSeconds: 30, http: null, tcp: null },
    rollback: "revert",
    hooks: { pre: null, post: null },
    ...changes,
  };
}

/** What reading a stack came to, with the paths that were asked for on the way. */
export interface StackRead {
  readonly content: StackContent | null;
  readonly problems: readonly Problem[];
  readonly asked: readonly string[];
}

/** Reads a stack as a pass does: until nothing more is needed. `odd` are paths that cannot be read. */
export function readFrom(
  tree: StackTree,
  stack: Stack = sampleStack(),
  odd: ReadonlyMap<string, Result<KnownFile | null>> = new Map(),
): StackRead {
  const tracked = Object.keys(tree).sort();
  const known = new Map<string, Result<KnownFile | null>>();
  for (let round = 0; round < 50; round++) {
    const reading = readStack(stack, tracked, known as KnownFiles);
    if (reading.state === "read") return { ...reading, asked: [...known.keys()].sort() };
    for (const path of reading.paths) {
      const text = tree[path];
      const file = text === undefined ? null : { text, digest: sha256Of(text), folder: null };
      known.set(path, odd.get(path) ?? { ok: true, value: file });
    }
  }
  throw new Error("the reading of the stack asks for ever more files");
}

/** The content of a stack that is known to be right. */
export function contentOf(tree: StackTree, stack: Stack = sampleStack()): StackContent {
  const { content, problems } = readFrom(tree, stack);
  if (content === null) throw new Error(JSON.stringify(problems));
  return content;
}

/** The containers that run after the content was deployed at the revision. */
export function runningAfter(
  content: StackContent,
  { host = "pi4", revision = "a".repeat(40) }: { readonly host?: string; readonly revision?: string } = {},
): readonly Container[] {
  return content.services.flatMap((service) =>
    Array.from({ length: service.replicas }, (_, at): Container => {
      const name = `${content.project}_${service.name}_${at + 1}`;
      return {
        id: sha256Of(`${name} ${service.hash}`).slice("sha256:".length),
        name,
        project: content.project,
        service: service.name,
        labels: { stack: content.stack.name, host, hash: content.hash, revision, service: service.hash },
        image: service.image === null ? `${name}:latest` : `${service.image.name}:${service.image.tag ?? "latest"}`,
        digests: service.image?.digest ? [service.image.digest] : [],
        state: "running",
        exitCode: null,
        restarts: 0,
        startedAt: 0,
        health: null,
      };
    })
  );
}
