import assert from "node:assert/strict";
import type { PushedBranch } from "../../../../src/core/documents/webhook_payload.ts";
import { isPushedTo, pushedRepositories } from "../../../../src/core/plan/pushed_repositories.ts";

const followed = ["ghcr.io/you/app", "docker.io/you/app", "git.example.org/you/app/web", "git.example.org/you/apple"];

Deno.test("pushedRepositories() keeps to the host where the sender has one", () => {
  assert.deepEqual(pushedRepositories([{ host: "ghcr.io", path: "you/app" }], followed), ["ghcr.io/you/app"]);
  assert.deepEqual(pushedRepositories([{ host: "quay.io", path: "you/app" }], followed), []);
});

Deno.test("pushedRepositories() goes by the path where the sender's host is not known", () => {
  assert.deepEqual(pushedRepositories([{ host: null, path: "you/app" }], followed), [
    "docker.io/you/app",
    "ghcr.io/you/app",
  ]);
  assert.deepEqual(pushedRepositories([{ host: null, path: "app" }], followed), []);
});

Deno.test("pushedRepositories() takes what lies below a project, by whole parts of the path", () => {
  const found = pushedRepositories([{ host: null, path: "you/app", withBelow: true }], followed);
  assert.deepEqual(found, ["docker.io/you/app", "ghcr.io/you/app", "git.example.org/you/app/web"]);
});

const pushed = [{ name: "you/homelab", branch: "main" }];

Deno.test("isPushedTo() knows the repository by URL, ssh address and short form, by whole parts", () => {
  const urls = ["https://git.example.org/You/homelab.git", "git@git.example.org:you/homelab.git", "you/homelab"];
  for (const url of urls) assert.equal(isPushedTo(url, "main", pushed), true, url);
  for (const url of ["https://git.example.org/notyou/homelab", "/srv/homelab.git", ""]) {
    assert.equal(isPushedTo(url, "main", pushed), false, url);
  }
});

Deno.test("isPushedTo() leaves other branches alone, and takes one that is not known for the followed one", () => {
  const branch = (it: string | null): readonly PushedBranch[] => [{ name: "you/homelab", branch: it }];
  assert.equal(isPushedTo("you/homelab", "main", branch("mainline")), false);
  assert.equal(isPushedTo("you/homelab", "main", branch(null)), true);
  assert.equal(isPushedTo("you/homelab", null, branch("mainline")), true);
});
