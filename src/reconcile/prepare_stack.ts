// Steps 5 and 6 of the apply pass: secrets laid down and images brought, while what runs is untouched.
import { type Result, success } from "../core/model/problem.ts";
import { formatReference } from "../core/model/reference.ts";
import type { StackContent, StackSecret } from "../core/model/stack.ts";
import type { PlainFile } from "../core/ports/decryptor.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import type { StepJournal } from "./step_journal.ts";

type PreparePorts = Pick<ApplyPorts, "decryptor" | "secrets" | "engine" | "log" | "stop">;

/** Decrypts the files of the checkout at `root`, then pulls. Fails at the first thing that is not to be had. */
export async function prepareStack(
  ports: PreparePorts,
  content: StackContent,
  root: string,
  journal: StepJournal,
): Promise<Result<void>> {
  const stack = content.stack.name;
  const plain = await decryptAll(ports, content, root, journal);
  if (!plain.ok) return plain;
  // What runs keeps its files: a pull may fail, and a container of it may be restarted meanwhile.
  const staged = await ports.secrets.stage(stack, plain.value);
  if (!staged.ok) return staged;
  ports.log.event("debug", "apply.step", { step: "decrypted", stack });
  for (const image of imagesOf(content)) {
    const pulled = await journal.run({ kind: "pull", subject: image }, () => ports.engine.pull([image], ports.stop));
    if (!pulled.ok) return pulled;
  }
  ports.log.event("debug", "apply.step", { step: "pulled", stack });
  return success(undefined);
}

/** Makes the plaintext of all secrets, and gives the engine those that are its own. */
export async function laySecrets(
  ports: Omit<PreparePorts, "log">,
  content: StackContent,
  root: string,
  journal: StepJournal,
): Promise<Result<void>> {
  if (content.secrets.length === 0) return success(undefined);
  const plain = await decryptAll(ports, content, root, journal);
  const laid = plain.ok ? await ports.secrets.lay(content.stack.name, plain.value) : plain;
  return laid.ok ? success(undefined) : laid;
}

async function decryptAll(
  ports: Omit<PreparePorts, "log">,
  { secrets }: StackContent,
  root: string,
  journal: StepJournal,
): Promise<Result<readonly PlainFile[]>> {
  const files: PlainFile[] = [];
  for (const secret of secrets) {
    const step = { kind: "decrypt", subject: secret.source } as const;
    const plain = await journal.run(step, () => decrypt(ports, secret, root));
    if (!plain.ok) return plain;
    if (plain.value !== null) files.push(plain.value);
  }
  return success(files);
}

/** Once it runs, what is mounted is all that it needs: what earlier versions had goes with what was read only once. */
export async function keepMounted(
  { secrets }: Pick<ApplyPorts, "secrets">,
  content: StackContent,
): Promise<Result<void>> {
  const names = content.secrets.filter(({ use }) => use === "mount").map(({ name }) => name);
  return await secrets.keepFiles(content.stack.name, names);
}

/** What an engine reads only at the start goes when it has started (contracts.md 2.4). */
export async function removeEnvSecrets(
  { secrets }: Pick<ApplyPorts, "secrets">,
  content: StackContent,
): Promise<Result<void>> {
  const names = content.secrets.filter(({ use }) => use === "env").map(({ name }) => name);
  return names.length === 0 ? success(undefined) : await secrets.remove(content.stack.name, names);
}

async function decrypt(
  { decryptor, engine, stop }: Pick<PreparePorts, "decryptor" | "engine" | "stop">,
  { source, name, format, use, engineName }: StackSecret,
  root: string,
): Promise<Result<PlainFile | null>> {
  const plain = await decryptor.decrypt({ path: `${root}/${source}`, shown: source, format }, stop);
  if (!plain.ok) return plain;
  if (engineName === null) return success({ name, content: plain.value, isMounted: use === "mount" });
  const saved = await engine.saveSecret(engineName, plain.value, stop);
  return saved.ok ? success(null) : saved;
}

function imagesOf({ services }: StackContent): readonly string[] {
  const named = services.flatMap(({ image, builds }) => image === null || builds ? [] : [formatReference(image)]);
  return [...new Set(named)].sort();
}
