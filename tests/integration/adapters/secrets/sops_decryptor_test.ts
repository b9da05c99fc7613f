// Real sops and age keys: every format comes back byte for byte, and each failure is told apart.
import assert from "node:assert/strict";
import { createSopsDecryptor } from "../../../../src/adapters/secrets/sops_decryptor.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import type { Secret } from "../../../../src/core/model/secret.ts";
import type { SecretFormat } from "../../../../src/core/model/stack.ts";
import type { EncryptedFile } from "../../../../src/core/ports/decryptor.ts";
import type { Command } from "../../../../src/core/ports/process.ts";
import { must, mustFail, recordingProcess } from "../../../fakes/git_setup.ts";
import { needs } from "../../../fakes/needs.ts";

const need = needs("sops", "age-keygen");
const word = "sp-8Vx_Secret-word";

interface Keys {
  readonly folder: string;
  /** Path of a key file and what it opens. */
  readonly key: string;
  readonly recipient: string;
  readonly other: string;
  encrypt(name: string, format: SecretFormat, text: string): Promise<EncryptedFile>;
}

function test(name: string, body: (keys: Keys) => Promise<void>): void {
  Deno.test({ name: name + need.suffix, ignore: need.ignore, fn: () => withKeys(body) });
}

async function withKeys(body: (keys: Keys) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "magos-sops-" });
  try {
    const [key, other] = [`${folder}/key.txt`, `${folder}/other.txt`];
    for (const path of [key, other]) await run("age-keygen", ["-o", path]);
    const recipient = (await run("age-keygen", ["-y", key])).trim();
    await body({
      folder,
      key,
      other,
      recipient,
      async encrypt(shown, format, text) {
        const path = `${folder}/${shown}`;
        await Deno.writeTextFile(path, text);
        const types = ["--input-type", format, "--output-type", format];
        await run("sops", ["--encrypt", "--in-place", "--age", recipient, ...types, path]);
        return { path, shown: `stacks/web/${shown}`, format };
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

function decryptor(keyFile: string | null, env: Readonly<Record<string, string>> = {}): {
  readonly decrypt: ReturnType<typeof createSopsDecryptor>["decrypt"];
  readonly commands: readonly Command[];
  readonly kept: readonly Secret[];
} {
  const commands: Command[] = [];
  const kept: Secret[] = [];
  const { decrypt } = createSopsDecryptor({
    process: recordingProcess(commands),
    files: denoFiles,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: "/nonexistent", ...env },
    ageKeyFile: keyFile,
    keepSecret: (secret) => void kept.push(secret),
  });
  return { decrypt, commands, kept };
}

for (
  const [format, name, text] of [
    ["yaml", "a.sops.yaml", `word: ${word}\ncount: 1\n`],
    ["json", "a.sops.json", `{\n\t"word": "${word}"\n}`],
    ["dotenv", "a.sops.env", `WORD=${word}\n`],
    ["ini", "a.sops.ini", `[db]\nword = ${word}\n`],
    ["binary", "a.sops.txt", `\u0000\u0001${word}\n`],
  ] as const
) {
  test(`decrypt() gives ${format} back as it was, and keeps its values from being seen`, async (keys) => {
    const file = await keys.encrypt(name, format, text);
    assert.ok(!(await Deno.readTextFile(file.path)).includes(word));
    const { decrypt, commands, kept } = decryptor(keys.key);
    assert.equal(new TextDecoder().decode(must(await decrypt(file))).trimEnd(), text.trimEnd());
    assert.ok(kept.some((secret) => secret.reveal().includes(word)));
    assert.ok(commands.every(({ args }) => !args.join(" ").includes(word)));
  });
}

test("decrypt() takes the key from SOPS_AGE_KEY_FILE when none is configured, and hands on nothing else", async (keys) => {
  const file = await keys.encrypt("a.sops.env", "dotenv", `WORD=${word}\n`);
  const { decrypt, commands } = decryptor(null, { SOPS_AGE_KEY_FILE: keys.key, AWS_SECRET_ACCESS_KEY: "no" });
  must(await decrypt(file));
  assert.deepEqual(Object.keys(commands[0]?.env ?? {}).sort(), ["HOME", "PATH", "SOPS_AGE_KEY_FILE"]);
  const configured = decryptor(keys.other, { SOPS_AGE_KEY_FILE: keys.key });
  assert.equal(mustFail(await configured.decrypt(file)).code, "secrets.key_missing", "the configured key alone counts");
});

test("decrypt() names the recipients that would do when no key fits or none is there", async (keys) => {
  const file = await keys.encrypt("a.sops.env", "dotenv", `WORD=${word}\n`);
  for (const key of [keys.other, `${keys.folder}/none`, null]) {
    const failed = mustFail(await decryptor(key).decrypt(file));
    assert.equal(failed.code, "secrets.key_missing");
    assert.equal(failed.file, "stacks/web/a.sops.env");
    assert.ok(failed.message.includes(keys.recipient), failed.message);
  }
});

test("decrypt() tells a file that was changed after it was encrypted", async (keys) => {
  const file = await keys.encrypt("a.sops.yaml", "yaml", `word: ${word}\nother: left-in\n`);
  const text = await Deno.readTextFile(file.path);
  for (
    const changed of [
      text.replace(/^other: .*\n/m, ""),
      text.replace(/data:..../, "data:AAAA"),
    ]
  ) {
    await Deno.writeTextFile(file.path, changed);
    assert.equal(mustFail(await decryptor(keys.key).decrypt(file)).code, "secrets.tampered", changed);
  }
});

test("decrypt() tells a file that was never encrypted, and quotes nothing of it", async (keys) => {
  const path = `${keys.folder}/plain.sops.yaml`;
  await Deno.writeTextFile(path, `word: ${word}\n`);
  const failed = mustFail(await decryptor(keys.key).decrypt({ path, shown: "plain.sops.yaml", format: "yaml" }));
  assert.equal(failed.code, "secrets.not_encrypted");
  assert.ok(!JSON.stringify(failed).includes(word));
});

Deno.test("decrypt() says what is missing where there is no sops", async () => {
  const { decrypt } = decryptor(null, { PATH: "/nonexistent" });
  const failed = mustFail(await decrypt({ path: "/nonexistent/a", shown: "a.sops.env", format: "dotenv" }));
  assert.deepEqual([failed.code, failed.cure], ["process.missing", "install sops"]);
});
