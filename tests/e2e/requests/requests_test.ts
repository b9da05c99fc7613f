// Requests counted per image, kind of registry and job, against the table of registries 8.4: whole updates.
import assert from "node:assert/strict";
import { countRequests } from "./count_requests.ts";
import { requestRows } from "./request_rows.ts";

for (const { name, job, target, takes } of requestRows) {
  Deno.test(`update asks no more than it must: ${name}`, async () => {
    assert.deepEqual(await countRequests(job), takes?.figures ?? target);
  });
}
