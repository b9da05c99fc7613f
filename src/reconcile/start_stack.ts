// Steps 7 and 8 of the apply pass: the folder switched, what changed started anew, and what runs compared.
import { failure, type Result, success } from "../core/model/problem.ts";
import type { StackContent } from "../core/model/stack.ts";
import type { Container, Project } from "../core/ports/engine.ts";
import type { Head } from "../core/ports/git.ts";
import { driftOf } from "../core/stack/drift.ts";
import { labelFile } from "../core/stack/label_file.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { keepMounted, removeEnvSecrets } from "./prepare_stack.ts";
import type { StepJournal } from "./step_journal.ts";

type StartPorts = Pick<ApplyPorts, "engine" | "secrets" | "log" | "stop">;

/** What is to be laid out for the engine. */
export interface ProjectOrder {
  readonly content: StackContent;
  readonly head: Head;
  readonly host: string;
  /** What ran before. */
  readonly containers: readonly Container[];
}

/** What is to be started. */
export interface StartOrder {
  readonly content: StackContent;
  readonly project: Project;
  /** What ran before. */
  readonly containers: readonly Container[];
  /** Services whose containers are made anew. */
  readonly recreate: readonly string[];
  /** Ids of containers that go. */
  readonly remove: readonly string[];
}

/** Switches the stack's folder and its secrets and writes the file with our labels. What runs is untouched, whatever fails here. */
export async function layProject(
  { git, log, secrets }: Pick<ApplyPorts, "git" | "log" | "secrets">,
  { content, head, host, containers }: ProjectOrder,
  journal: StepJournal,
): Promise<Result<Project>> {
  const { stack, folder, project, composeFiles, profiles, services } = content;
  const step = { kind: "switch", subject: folder === "" ? "." : folder } as const;
  const text = labelFile(content, { revision: head.revision, host }, containers);
  const labels = await secrets.writeGenerated(stack.name, "labels.yaml", text);
  const tree = labels.ok ? await journal.run(step, () => git.stackTree(stack.name, head)) : labels;
  if (!labels.ok) return labels;
  if (!tree.ok) return tree;
  const swapped = await secrets.swap(stack.name);
  if (!swapped.ok) return swapped;
  log.event("debug", "apply.step", { step: "switched", stack: stack.name });
  return success({
    name: project,
    folder: folder === "" ? tree.value : `${tree.value}/${folder}`,
    files: [...composeFiles.map((file) => `${tree.value}/${file}`), labels.value],
    services: services.map(({ name }) => name),
    profiles,
    variables: { MAGOS_SECRETS: secrets.folderOf(stack.name) },
  });
}

/**
 * Starts the stack, removes what left it, and compares what runs: only the listing tells the truth. A container of
 * another image is made anew once. Gives the words that the engine told of though it ended well.
 */
export async function startStack(
  ports: StartPorts,
  order: StartOrder,
  journal: StepJournal,
): Promise<Result<readonly string[]>> {
  const { content, remove } = order;
  const { engine, stop, log } = ports;
  const stack = content.stack.name;
  const started = await journal.run({ kind: "start", subject: content.project }, () => startAndCompare(ports, order));
  // Whether or not it started: the plaintext is of no more use.
  const cleared = await (started.ok ? keepMounted(ports, content) : removeEnvSecrets(ports, content));
  if (!cleared.ok) log.event("warning", "secrets.not_emptied", { stack, message: cleared.failure.message });
  if (!started.ok) return started;
  if (remove.length > 0) {
    const step = { kind: "remove", subject: content.project } as const;
    const removed = await journal.run(step, () => engine.removeContainers(remove, stop));
    // Something new runs by now: whatever kept it from going, the stack was touched.
    if (!removed.ok) return { ok: false, failure: { ...removed.failure, code: "engine.failed" } };
  }
  log.event("debug", "apply.step", { step: "started", stack });
  return started;
}

async function startAndCompare(ports: StartPorts, order: StartOrder): Promise<Result<readonly string[]>> {
  const { engine, stop } = ports;
  const { content, project } = order;
  let recreate = order.recreate;
  let said: readonly string[] = [];
  for (let attempt = 1;; attempt++) {
    const builds = content.services.filter((service) => service.builds);
    const build = builds.some(({ name }) => recreate.includes(name) || !isThere(content, name, order.containers));
    const up = await engine.up(project, { recreate, build }, stop);
    if (!up.ok) return up;
    said = [...said, ...up.value];
    const listed = await engine.list(stop);
    if (!listed.ok) return listed;
    const other = driftOf(content, listed.value).filter(({ kind }) => kind === "image");
    if (other.length === 0) return success(said);
    if (attempt > 1) {
      return failure("engine.failed", `after the start ${other.map(({ message }) => message).join(", ")}`, {
        retry: "later",
        cure: "see what the engine says of the containers",
      });
    }
    recreate = other.map(({ service }) => service);
  }
}

function isThere({ project }: StackContent, service: string, containers: readonly Container[]): boolean {
  return containers.some((it) => it.project === project && it.service === service);
}
