// Secrets of a stack from git to containers, with real sops and age: used, rotated, missed, and found on no disk.
import assert from "node:assert/strict";
import { needs } from "../fakes/needs.ts";
import { podmanPrograms } from "../fakes/podman_world.ts";
import { type ApplyHome, quickHealth, withApplyHome } from "./apply_home.ts";

const need = needs(...podmanPrograms, "sops", "age-keygen");
// By chance, so that wherever one is found it comes from this test.
const canary = `cn-${crypto.randomUUID()}`;
const rotated = `rt-${crypto.randomUUID()}`;
const app = "apps: [{ name: web, compose: stacks/web/compose.yaml }]\n";

const compose = (images: string, digest: string): string =>
  `services:
  web:
    image: ${images}/web@${digest}
    user: "1000"
    command: [sh, -c, 'echo "env $$WORD"; cat /tls.yaml; cat /run/secrets/token; exec sleep 1000']
    env_file: ["\${MAGOS_SECRETS}/db.env"]
    volumes: ["\${MAGOS_SECRETS}/tls.yaml:/tls.yaml:ro"]
    secrets: [token]
secrets: { token: { external: true } }
`;

Deno.test({
  name: `apply gives secrets to containers, follows their rotation, and leaves none on a disk${need.suffix}`,
  ignore: need.ignore,
  fn: () =>
    withApplyHome({
      settings: `${quickHealth.replace("{", "{ secrets: { ageKeyFile: key.txt },")}log: { level: debug }\n`,
      tree: async (images, push) => ({
        "magos.yaml": app,
        "stacks/web/compose.yaml": compose(images, await push("you/web", "1.0", "one")),
      }),
    }, async (home) => {
      const { folder, remote } = home;
      await run(folder, "age-keygen", ["-o", "key.txt"]);
      await run(folder, "age-keygen", ["-o", "other.txt"]);
      await remote.push(await encrypted(home, "key.txt", canary));
      const logged: unknown[] = [];
      const first = await home.magos(["apply", "--json"]);
      logged.push(first);
      assert.equal(first.code, 0, first.out);
      assert.deepEqual(await wordsOf(home), [`env ${canary}`, `word: ${canary}`, canary]);
      assert.deepEqual(await names(`${home.runtime}/secrets/web`), ["tls.yaml"]);

      await remote.push(await encrypted(home, "key.txt", rotated));
      const second = await home.magos(["apply", "--json"]);
      logged.push(second);
      assert.equal(JSON.parse(second.out).stacks[0].state, "deployed", second.out);
      assert.deepEqual(await wordsOf(home), [`env ${rotated}`, `word: ${rotated}`, rotated]);

      await remote.push(await encrypted(home, "other.txt", "never-seen-word"));
      const missed = await home.magos(["apply", "--json"]);
      logged.push(missed);
      const [problem] = JSON.parse(missed.out).problems;
      assert.deepEqual([missed.code, problem.code], [4, "secrets.key_missing"]);
      assert.ok(problem.message.includes(await recipient(folder, "other.txt")), problem.message);
      assert.deepEqual(await wordsOf(home), [`env ${rotated}`, `word: ${rotated}`, rotated]);

      const text = JSON.stringify(logged);
      assert.ok(!text.includes(canary) && !text.includes(rotated), "what was said and logged holds no secret");
      // The engine's own store is its own, and the runtime folder stands for memory.
      assert.deepEqual(await foundBelow(home, home.podman.folder), ["./runtime/secrets/web/tls.yaml"]);
      // Git packs what it keeps, so no search of files sees into it.
      for (const repository of [`${folder}/state/mirror`, remote.path]) {
        const kept = await run(repository, "git", ["cat-file", "--batch-all-objects", "--batch"]);
        assert.ok(kept.includes("ENC["), `${repository} was read`);
        assert.ok(!kept.includes(canary) && !kept.includes(rotated), repository);
      }
    }),
});

/**
 * The files that hold a canary, of all that were written or moved since the test began: state, mirror, work trees and
 * logs in the home's folder, and whatever lies in the folders that programs share.
 */
async function foundBelow(home: ApplyHome, engine: string): Promise<readonly string[]> {
  const shared = ["/tmp", "/var/tmp", "/dev/shm", home.folder.replace(/\/[^/]*$/, "")];
  const found = await run("/", "find", [
    ...new Set(shared),
    ...["-path", engine, "-prune", "-o", "-type", "f", "-cnewer", home.config, "-size", "-64M"],
    ...["-exec", "grep", "-laF", "-e", canary, "-e", rotated, "{}", "+"],
  ]);
  const names = new Set(found.split("\n").filter((name) => name !== ""));
  return [...names].map((name) => name.replace(`${home.folder}/`, "./")).sort();
}

async function encrypted(home: ApplyHome, key: string, word: string): Promise<Record<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "magos-plain-" });
  try {
    const files = { "db.sops.env": `WORD=${word}\n`, "tls.sops.yaml": `word: ${word}\n`, "token.sops.txt": word };
    const to = await recipient(home.folder, key);
    const tree: Record<string, string> = {};
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      const type = name.endsWith(".env") ? "dotenv" : name.endsWith(".yaml") ? "yaml" : "binary";
      await run(folder, "sops", [
        "--encrypt",
        "--in-place",
        "--age",
        to,
        "--input-type",
        type,
        "--output-type",
        type,
        name,
      ]);
      tree[`stacks/web/${name}`] = await Deno.readTextFile(`${folder}/${name}`);
    }
    return tree;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function recipient(folder: string, key: string): Promise<string> {
  return run(folder, "age-keygen", ["-y", key]);
}

async function wordsOf({ podman }: ApplyHome): Promise<readonly string[]> {
  return (await podman.podman("logs", "web_web_1")).split("\n");
}

async function names(folder: string): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

async function run(cwd: string, program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { cwd, args: [...args], stdin: "null", stderr: "null" }).output();
  return new TextDecoder().decode(stdout).trim();
}
