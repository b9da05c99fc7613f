// Real children of the system: how they end, what is kept of what they say.
import assert from "node:assert/strict";
import { denoProcess } from "../../../../src/adapters/system/deno_process.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import type { Command, Output } from "../../../../src/core/ports/process.ts";

const env = { PATH: "/usr/bin:/bin" };

async function run(command: Partial<Command>, secrets: readonly Secret[] = []): Promise<Output & { text: string }> {
  const ran = await denoProcess(secrets).run({ program: "sh", args: [], env, ...command });
  assert.ok(ran.ok, ran.ok ? "" : ran.failure.message);
  return { ...ran.value, text: new TextDecoder().decode(ran.value.stdout) };
}

const script = (text: string, more: Partial<Command> = {}): Promise<Output & { text: string }> =>
  run({ args: ["-c", text], ...more });

Deno.test("denoProcess gives exit code, stdout as it is, and stderr", async () => {
  const output = await script("printf 'a\\0b'; echo oops >&2; exit 7");
  assert.deepEqual([output.code, output.text, output.stderr, output.ended], [7, "a\0b", "oops\n", null]);
});

Deno.test("denoProcess passes exactly the environment it was given", async () => {
  Deno.env.set("MAGOS_TEST_LEAK", "leaked");
  try {
    const output = await run({ program: "env", env: { ...env, ONE: "1" } });
    assert.deepEqual(output.text.trim().split("\n").sort(), ["ONE=1", `PATH=${env.PATH}`]);
  } finally {
    Deno.env.delete("MAGOS_TEST_LEAK");
  }
});

Deno.test("denoProcess runs in the folder it was given", async () => {
  assert.equal((await run({ program: "pwd", cwd: "/usr" })).text, "/usr\n");
});

Deno.test("denoProcess feeds large input, and bears a child that reads none of it", async () => {
  const large = "x".repeat(1_000_000);
  assert.equal((await run({ program: "cat", stdin: large })).text, large);
  assert.equal((await run({ program: "cat", stdin: "" })).text, "");
  assert.equal((await run({ program: "cat", stdin: new Uint8Array([1, 2]) })).stdout.length, 2);
  assert.equal((await script("exit 4", { stdin: large })).code, 4);
  assert.equal((await run({ program: "cat" })).text, "", "without input the child reads an empty one");
});

Deno.test("denoProcess ends a child that takes too long", async () => {
  const output = await script("echo begun; exec sleep 60", { timeout: 150 });
  assert.equal(output.ended, "timeout");
  assert.notEqual(output.code, 0);
});

Deno.test("denoProcess ends when the child does, though a grandchild holds its pipes open", async () => {
  const output = await script("echo said; sleep 60 & echo $!; exit 3", { stdin: "x".repeat(1_000_000) });
  const [said, pid] = output.text.split("\n");
  Deno.kill(Number(pid), "SIGKILL");
  assert.deepEqual([said, output.code, output.ended], ["said", 3, null]);
});

Deno.test("denoProcess ends on time, though a grandchild holds its pipes open", async () => {
  const output = await script("sleep 60 & echo $! >&2; wait", { timeout: 300 });
  assert.equal(output.ended, "timeout");
});

Deno.test("denoProcess keeps no more than it was told, and ends a child that says more", async () => {
  const output = await script("exec yes", { maxOutput: 10_000 });
  assert.deepEqual([output.stdout.length, output.ended], [10_000, "too-much-output"]);
  const exact = await script("head -c 10000 /dev/zero", { maxOutput: 10_000 });
  assert.deepEqual([exact.stdout.length, exact.ended, exact.code], [10_000, null, 0]);
});

Deno.test("denoProcess ends a child when its signal fires, before the start too", async () => {
  const late = new AbortController();
  const running = script("exec sleep 60", { signal: late.signal });
  late.abort();
  assert.equal((await running).ended, "aborted");
  assert.equal((await script("exec sleep 60", { signal: AbortSignal.abort() })).ended, "aborted");
});

Deno.test("denoProcess masks live secrets in stderr, also those that came later, and never half of one", async () => {
  const secrets: Secret[] = [];
  const process = denoProcess(secrets);
  secrets.push(new Secret("hunter22"));
  const ran = await process.run({ program: "sh", args: ["-c", "echo a hunter22 b >&2; echo hunter22"], env });
  assert.ok(ran.ok);
  assert.equal(ran.value.stderr, "a *** b\n");
  assert.equal(new TextDecoder().decode(ran.value.stdout), "hunter22\n", "stdout is data");
  // The secret stands across the place where stderr is cut.
  const filler = "yes filler | head -c 65532 >&2; echo >/dev/null; printf hunter22 >&2";
  const cut = await process.run({ program: "sh", args: ["-c", filler], env });
  assert.ok(cut.ok);
  assert.doesNotMatch(cut.value.stderr, /hunt/);
  assert.ok(cut.value.stderr.length > 60_000);
});

Deno.test("denoProcess says which program is missing, and which folder", async () => {
  const process = denoProcess([]);
  const missing = await process.run({ program: "magos-no-such-program", args: [], env });
  assert.ok(!missing.ok);
  assert.equal(missing.failure.code, "process.missing");
  assert.match(missing.failure.message, /magos-no-such-program is not installed/);
  assert.match(missing.failure.cure ?? "", /PATH/);
  const folder = await process.run({ program: "sh", args: [], env, cwd: "/no/such/folder" });
  assert.ok(!folder.ok);
  assert.match(folder.failure.message, /\/no\/such\/folder/);
  assert.doesNotMatch(folder.failure.message, /not installed/);
});
