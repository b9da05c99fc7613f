// "Missing", "private" and "bad token" as each registry says them (registries 5.1 and 5.2).
import assert from "node:assert/strict";
import { appHttp, type Handler } from "../../../fakes/app_http.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

type Said = readonly [status: number, body: string, challenge?: string];

const errors = (code: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ errors: [{ code, message: `${code} says the registry`, ...more }] });
const token = JSON.stringify({ token: "t" });
const html = "<!DOCTYPE html><title>404</title>";
const wrapped = (detail: unknown): string => errors("UNKNOWN", { message: "unknown error", detail });

/** A registry that says one thing to a request without token, one to a request with it, and one at its token service. */
function saying(bare: Said, withToken: Said = bare, atToken: Said = [200, token]): Handler {
  return (request) => {
    const said = request.url.includes("/token") ? atToken : request.headers.has("Authorization") ? withToken : bare;
    const [status, body, challenge] = said;
    const headers: Record<string, string> = { "Content-Type": body.startsWith("<") ? "text/html" : "application/json" };
    if (challenge !== undefined) headers["WWW-Authenticate"] = challenge;
    return new Response(body, { status, headers });
  };
}

const demand = (realm: string): string => `Bearer realm="${realm}",service="s"`;
const hub = demand("https://auth.docker.io/token");
const ghcr = demand("https://ghcr.io/token");
const quay = demand("https://quay.io/token");

interface Row {
  readonly name: string;
  readonly origins: Readonly<Record<string, Handler>>;
  readonly image: string;
  readonly ask?: "tag";
  readonly code: string;
  /** Requests that it may cost, the token service's counted. */
  readonly requests: number;
}

const only = (origin: string, handler: Handler): Readonly<Record<string, Handler>> => ({ [origin]: handler });

const rows: readonly Row[] = [
  {
    name: "Docker Hub, missing or private: 401 after a valid token",
    origins: {
      "https://registry-1.docker.io": saying([401, errors("UNAUTHORIZED"), hub], [401, errors("UNAUTHORIZED"), hub]),
      "https://auth.docker.io": saying([200, token]),
    },
    image: "nosuchimage",
    code: "registry.unauthorized",
    requests: 3,
  },
  {
    name: "GHCR, missing or private: 401 at /token",
    origins: only("https://ghcr.io", saying([401, errors("UNAUTHORIZED"), ghcr], [200, "{}"], [401, errors("DENIED")])),
    image: "ghcr.io/you/app",
    code: "registry.unauthorized",
    requests: 2,
  },
  {
    name: "GHCR, missing or private: 403 at /token",
    origins: only("https://ghcr.io", saying([401, errors("UNAUTHORIZED"), ghcr], [200, "{}"], [403, errors("DENIED")])),
    image: "ghcr.io/you/app",
    code: "registry.unauthorized",
    requests: 2,
  },
  {
    name: "GHCR, missing tag",
    origins: only("https://ghcr.io", saying([404, errors("MANIFEST_UNKNOWN")])),
    image: "ghcr.io/you/app",
    ask: "tag",
    code: "registry.not_found",
    requests: 1,
  },
  {
    name: "GHCR, bad token: 403 DENIED without challenge, twice",
    origins: only("https://ghcr.io", saying([401, errors("UNAUTHORIZED"), ghcr], [403, errors("DENIED")])),
    image: "ghcr.io/you/app",
    code: "registry.unauthorized",
    requests: 3,
  },
  {
    name: "Quay, missing or private",
    origins: only("https://quay.io", saying([401, errors("UNAUTHORIZED"), quay])),
    image: "quay.io/you/app",
    code: "registry.unauthorized",
    requests: 3,
  },
  {
    name: "Quay, expired tag",
    origins: only("https://quay.io", saying([404, errors("TAG_EXPIRED")])),
    image: "quay.io/you/app",
    ask: "tag",
    code: "registry.not_found",
    requests: 1,
  },
  {
    name: "Harbor, missing tag: 404 UNKNOWN",
    origins: only("https://harbor.example.com", saying([404, errors("UNKNOWN", { message: "tag not found" })])),
    image: "harbor.example.com/you/app",
    ask: "tag",
    code: "registry.not_found",
    requests: 1,
  },
  {
    name: "Harbor, private: 403",
    origins: only("https://harbor.example.com", saying([403, errors("FORBIDDEN")])),
    image: "harbor.example.com/you/app",
    code: "registry.unauthorized",
    requests: 1,
  },
  {
    name: "distribution, missing repository: 404 NAME_UNKNOWN",
    origins: only("https://registry.lan", saying([404, errors("NAME_UNKNOWN")])),
    image: "registry.lan/you/app",
    code: "registry.not_found",
    requests: 1,
  },
  {
    name: "distribution as cache: 500 around upstream's DENIED",
    origins: only("https://cache.lan", saying([500, wrapped({ errors: [{ code: "DENIED", message: "denied" }] })])),
    image: "cache.lan/you/app",
    code: "registry.unauthorized",
    requests: 1,
  },
  {
    name: "distribution as cache: 500 around upstream's UNAUTHORIZED, as a list and as details",
    origins: only("https://cache.lan", saying([500, errors("UNKNOWN", { details: [{ code: "UNAUTHORIZED" }] })])),
    image: "cache.lan/you/app",
    ask: "tag",
    code: "registry.unauthorized",
    requests: 1,
  },
  {
    name: "a 500 that only speaks of being denied",
    origins: only("https://cache.lan", saying([500, wrapped("denied: DENIED")])),
    image: "cache.lan/you/app",
    code: "registry.unavailable",
    requests: 3,
  },
  {
    name: "ECR, expired password: 403",
    origins: only("https://1.dkr.ecr.eu-west-1.amazonaws.com", saying([403, "Your authorization token has expired."])),
    image: "1.dkr.ecr.eu-west-1.amazonaws.com/you/app",
    code: "registry.unauthorized",
    requests: 1,
  },
  {
    name: "errors: null beside a 404 on a manifest",
    origins: only("https://registry.lan", saying([404, '{"errors":null}'])),
    image: "registry.lan/you/app",
    ask: "tag",
    code: "registry.not_found",
    requests: 1,
  },
  {
    name: "errors: null beside a 404 on a list says nothing of the repository",
    origins: only("https://registry.lan", saying([404, '{"errors":null}'])),
    image: "registry.lan/you/app",
    code: "registry.protocol",
    requests: 1,
  },
  {
    name: "a proxy's page with 404 on a list",
    origins: only("https://registry.lan", saying([404, html])),
    image: "registry.lan/you/app",
    code: "registry.protocol",
    requests: 1,
  },
  {
    name: "GCR, a page with 200",
    origins: only("https://gcr.io", saying([200, html])),
    image: "gcr.io/you/app",
    code: "registry.protocol",
    requests: 3,
  },
];

Deno.test("each registry's way of refusing has its class, and costs no more than it must", async (t) => {
  for (const { name, origins, image, ask, code, requests } of rows) {
    await t.step(name, async () => {
      const http = appHttp(origins);
      const { registry } = testRegistry(http);
      const repository = repositoryOf(image);
      const outcome = ask === "tag"
        ? await registry.resolve(repository, "1.0.0", null)
        : await registry.listTags(repository);
      assert.ok(!outcome.ok);
      assert.equal(outcome.failure.code, code, outcome.failure.message);
      const own = http.lines.filter((line) => !line.includes("hub.docker.com") && !line.includes("/api/v1/"));
      assert.equal(own.length, requests, own.join("\n"));
      if (code !== "registry.unauthorized") return;
      assert.match(outcome.failure.message, /not found or private/);
      assert.match(outcome.failure.cure ?? "", /check the name or give credentials \(podman login /);
    });
  }
});

Deno.test("a name of one part is asked for under library/ at Docker Hub", async () => {
  const http = appHttp({ "https://registry-1.docker.io": saying([404, errors("NAME_UNKNOWN")]) });
  await testRegistry(http).registry.listTags(repositoryOf("nginx"));
  assert.match(http.lines[0] ?? "", /\/v2\/library\/nginx\/tags\/list/);
});
