// Hooks by the real shell.
import assert from "node:assert/strict";
import { denoProcess } from "../../../../src/adapters/system/deno_process.ts";
import { shellHooks } from "../../../../src/adapters/system/shell_hooks.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import { must, mustFail } from "../../../fakes/git_setup.ts";

const env = { PATH: Deno.env.get("PATH") ?? "", MAGOS_TOKEN: "hk-4Zd_Secret" };

Deno.test("shellHooks() runs a script in its folder, with its variables and no token", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const hooks = shellHooks(denoProcess([]), env);
    const script = 'pwd > out; echo "$MAGOS_STACK|$MAGOS_TOKEN" >> out';
    must(await hooks.run({ script, folder, variables: { MAGOS_STACK: "web" } }));
    assert.equal(await Deno.readTextFile(`${folder}/out`), `${await Deno.realPath(folder)}\nweb|\n`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("shellHooks() tells code and last line of a script that fails, secrets masked", async () => {
  const hooks = shellHooks(denoProcess([new Secret("hk-4Zd_Secret")]), env);
  const script = "echo first >&2; echo 'no hk-4Zd_Secret here' >&2; exit 3";
  const failed = mustFail(await hooks.run({ script, folder: "/", variables: {} }));
  assert.deepEqual([failed.code, failed.message], ["hook.failed", "it ended with code 3: no *** here"]);
});
