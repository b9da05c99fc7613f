import assert from "node:assert/strict";
import { readWebhook } from "../../../../src/core/documents/webhook_payload.ts";
import { webhookKinds } from "../../../../src/core/model/webhook_kind.ts";
import * as fc from "fast-check";

const images = (...names: readonly (readonly [string | null, string])[]): unknown => ({
  images: names.map(([host, path]) => ({ host, path })),
  repositories: [],
});
const nothing = { images: [], repositories: [] };

Deno.test("readWebhook() reads both events of GitHub's packages, owners in lower case", () => {
  // The name and the owner as in octokit's published.docker payloads; a tag may be empty and is not read.
  const payload = {
    action: "published",
    package: {
      name: "hello_docker",
      ecosystem: "CONTAINER",
      owner: { login: "Codertocat" },
      package_version: { container_metadata: { tag: { name: "" } } },
    },
  };
  assert.deepEqual(readWebhook("github", "package", payload), images(["ghcr.io", "codertocat/hello_docker"]));
  const { package: registry_package } = payload;
  assert.deepEqual(
    readWebhook("github", "registry_package", { registry_package }),
    images(["ghcr.io", "codertocat/hello_docker"]),
  );
  const below = { package: { name: "app%2Fweb", owner: { login: "you" } } };
  assert.deepEqual(readWebhook("github", "package", below), images(["ghcr.io", "you/app/web"]));
});

Deno.test("readWebhook() takes pushes to git from GitHub, Gitea, Forgejo and GitLab", () => {
  const pushed = { images: [], repositories: [{ name: "you/homelab", branch: "week/42" }] };
  const body = { ref: "refs/heads/week/42", repository: { full_name: "You/homelab" } };
  for (const kind of ["github", "gitea", "forgejo"] as const) assert.deepEqual(readWebhook(kind, "push", body), pushed);
  assert.deepEqual(
    readWebhook("gitlab", null, {
      object_kind: "push",
      ref: "refs/heads/week/42",
      project: { path_with_namespace: "You/homelab" },
    }),
    pushed,
  );
  assert.deepEqual(readWebhook("github", "push", { ...body, ref: "refs/tags/v1" }), nothing);
  assert.deepEqual(readWebhook("github", "push", { repository: body.repository }), {
    images: [],
    repositories: [{ name: "you/homelab", branch: null }],
  });
});

Deno.test("readWebhook() reads a container package of Gitea and Forgejo, and no other package", () => {
  const body = (type: string): unknown => ({
    action: "created",
    package: { owner: { login: "You" }, name: "app", version: "1.0", type },
  });
  assert.deepEqual(readWebhook("gitea", "package", body("container")), images([null, "you/app"]));
  assert.deepEqual(readWebhook("forgejo", "package", body("container")), images([null, "you/app"]));
  assert.deepEqual(readWebhook("forgejo", "package", body("npm")), nothing);
});

Deno.test("readWebhook() takes a good pipeline of GitLab for a push to all images of the project", () => {
  const body = (status: string): unknown => ({
    object_kind: "pipeline",
    object_attributes: { status },
    project: { path_with_namespace: "You/app" },
  });
  assert.deepEqual(readWebhook("gitlab", null, body("success")), {
    images: [{ host: null, path: "you/app", withBelow: true }],
    repositories: [],
  });
  assert.deepEqual(readWebhook("gitlab", null, body("failed")), nothing);
  assert.deepEqual(readWebhook("gitlab", null, { object_kind: "access_token", group: { group_path: "you" } }), nothing);
});

Deno.test("readWebhook() reads Docker Hub, Quay, Harbor, distribution and the generic form", () => {
  const hub = {
    push_data: { tag: "1.0" },
    callback_url: "http://169.254.169.254/",
    repository: { repo_name: "you/app" },
  };
  assert.deepEqual(readWebhook("dockerhub", null, hub), images(["docker.io", "you/app"]));
  assert.deepEqual(
    readWebhook("quay", null, { repository: "You/app", docker_url: "evil.org/you/app", updated_tags: ["1"] }),
    images([null, "you/app"]),
  );
  const repository = { repo_full_name: "library/app" };
  assert.deepEqual(
    readWebhook("harbor", null, { type: "PUSH_ARTIFACT", event_data: { repository } }),
    images([null, "library/app"]),
  );
  assert.deepEqual(
    readWebhook("harbor", null, { type: "harbor.artifact.pushed", data: { repository } }),
    images([null, "library/app"]),
  );
  for (const type of ["PULL_ARTIFACT", "DELETE_ARTIFACT", "SCANNING_COMPLETED", "harbor.artifact.pulled"]) {
    assert.deepEqual(readWebhook("harbor", null, { type, event_data: { repository } }), nothing, type);
  }
  assert.deepEqual(
    readWebhook("quay", null, { repository: "you/app", build_id: "296ec063", docker_tags: ["1"] }),
    nothing,
  );
  const events = [
    ...["push", "pull", "push"].map((action, at) => ({ action, target: { repository: `you/app${at}`, tag: "1" } })),
    { action: "push", target: { mediaType: "application/octet-stream", repository: "you/layer" } },
    { action: "delete", target: {} },
    {},
  ];
  assert.deepEqual(readWebhook("distribution", null, { events }), images([null, "you/app0"], [null, "you/app2"]));
  assert.deepEqual(
    readWebhook("generic", null, { image: "nginx:1.29", images: ["ghcr.io/you/app@sha256:" + "a".repeat(64), "%%"] }),
    images(["docker.io", "library/nginx"], ["ghcr.io", "you/app"]),
  );
});

Deno.test("readWebhook() takes an event of no interest for nothing, and a body of another form for none", () => {
  assert.deepEqual(readWebhook("github", "ping", { zen: "x" }), nothing);
  assert.deepEqual(readWebhook("github", "issues", {}), nothing);
  for (const kind of webhookKinds) {
    const event = ["github", "gitea", "forgejo"].includes(kind) ? "push" : null;
    for (const body of [null, 3, "x", [], { repository: { repo_name: 1 } }, { events: "x" }]) {
      const read = readWebhook(kind, event, body);
      assert.ok(read === null || (kind === "generic" || kind === "harbor"), `${kind} ${JSON.stringify(body)}`);
    }
  }
  assert.equal(
    readWebhook("distribution", null, {
      events: Array(101).fill({ action: "push", target: { repository: "a", tag: "1" } }),
    }),
    null,
  );
});

Deno.test("readWebhook() reads any JSON without a throw, and names at most a hundred and one", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...webhookKinds),
      fc.constantFrom(null, "push", "package"),
      fc.jsonValue(),
      (kind, event, body) => {
        const read = readWebhook(kind, event, body);
        assert.ok(read === null || read.images.length <= 101);
      },
    ),
  );
});
