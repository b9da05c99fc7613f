// Programs that end and answers that come, told to the one who listens.
import assert from "node:assert/strict";
import { movingSystem } from "../../../src/cli/moving_system.ts";
import { failure, success } from "../../../src/core/model/problem.ts";
import { testSystem } from "../../fakes/test_system.ts";

Deno.test("movingSystem() tells of each program and request once it is over, whatever came of it", async () => {
  const program = Promise.withResolvers<void>();
  const { system, listen } = movingSystem(
    testSystem("/", {}, {
      process: {
        run: async () => {
          await program.promise;
          return success({ code: 1, stdout: new Uint8Array(), stderr: "", ended: null });
        },
      },
      http: { send: () => Promise.resolve(failure("http.timeout", "no answer")) },
    }).system,
  );
  const told: string[] = [];
  listen(() => told.push("earlier"));
  listen(() => told.push("now"));
  const running = system.process.run({ program: "git", args: [], env: {} });
  await Promise.resolve();
  assert.deepEqual(told, []);
  program.resolve();
  await running;
  assert.deepEqual(told, ["now"]);
  await system.http.send(new Request("http://127.0.0.1/"));
  assert.deepEqual(told, ["now", "now"]);
});
