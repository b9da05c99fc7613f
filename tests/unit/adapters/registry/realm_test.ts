// Which token services a registry may name.
import assert from "node:assert/strict";
import { checkRealm } from "../../../../src/adapters/registry/realm.ts";
import type { Endpoint as WholeEndpoint } from "../../../../src/core/documents/registry_endpoint.ts";

type Endpoint = Pick<WholeEndpoint, "origin" | "host">;

function endpoint(host: string, origin = `https://${host}`): Endpoint {
  return { origin, host };
}

function judge(registry: Endpoint, realm: string, configured: readonly string[] = []): string {
  const check = checkRealm(realm, registry, configured);
  return check.allowed ? check.url.href : check.why;
}

Deno.test("checkRealm() allows the token services of a registry's owner", async (t) => {
  const hub = endpoint("docker.io", "https://registry-1.docker.io");
  const cases: readonly (readonly [Endpoint, string, string, ...string[]])[] = [
    [endpoint("ghcr.io"), "https://ghcr.io/token", "https://ghcr.io/token"],
    [endpoint("ghcr.io"), "/token", "https://ghcr.io/token"],
    [hub, "https://auth.docker.io/token", "https://auth.docker.io/token"],
    [endpoint("registry.gitlab.com"), "https://gitlab.com/jwt/auth", "https://gitlab.com/jwt/auth"],
    [endpoint("registry.example.org"), "https://git.example.org/jwt", "https://git.example.org/jwt"],
    [
      endpoint("registry.example.org:5050"),
      "https://registry.example.org:5050/t",
      "https://registry.example.org:5050/t",
    ],
    [endpoint("registry.example.org:5050"), "https://git.example.org/jwt", "https://git.example.org/jwt"],
    [endpoint("registry.a.co.uk"), "https://auth.a.co.uk/t", "https://auth.a.co.uk/t"],
    [endpoint("127.0.0.1:5000", "http://127.0.0.1:5000"), "http://127.0.0.1:5000/token", "http://127.0.0.1:5000/token"],
    [endpoint("nas.lan:5000", "http://nas.lan:5000"), "http://nas.lan:5000/token?a=b", "http://nas.lan:5000/token?a=b"],
    [
      endpoint("registry.example.org"),
      "https://login.other.example/t",
      "https://login.other.example/t",
      "login.other.example",
    ],
    [endpoint("reg.lan"), "https://auth.lan:8443/t", "https://auth.lan:8443/t", "auth.lan:8443"],
  ];
  for (const [registry, realm, expected, ...configured] of cases) {
    await t.step(`${registry.host} -> ${realm}`, () => assert.equal(judge(registry, realm, configured), expected));
  }
});

Deno.test("checkRealm() refuses every other place", async (t) => {
  const cases: readonly (readonly [Endpoint, string, RegExp, ...string[]])[] = [
    [endpoint("ghcr.io"), "http://ghcr.io/token", /not https/],
    [endpoint("ghcr.io"), "ftp://ghcr.io/token", /not https/],
    [endpoint("ghcr.io"), "https://evil.example/token", /another host/],
    [endpoint("ghcr.io"), "https://ghcr.io.evil.example/token", /another host/],
    [endpoint("ghcr.io"), "https://notghcr.io/token", /another host/],
    [endpoint("ghcr.io"), "https://auth.docker.io/token", /another host/],
    [endpoint("ghcr.io"), "https://user:password@ghcr.io/token", /user/],
    [endpoint("ghcr.io"), "https://ghcr.io/token#x", /fragment/],
    [endpoint("ghcr.io"), "https://ghcr.io:8443/token", /port/],
    [endpoint("ghcr.io"), "https://169.254.169.254/latest/meta-data", /inner network/],
    [endpoint("ghcr.io"), "https://[fd00:ec2::254]/", /inner network/],
    [endpoint("ghcr.io"), "https://127.0.0.1/token", /inner network/],
    [endpoint("ghcr.io"), "https://2130706433/token", /inner network/],
    [endpoint("ghcr.io"), "https://localhost/token", /inner network/],
    [endpoint("ghcr.io"), "https://100.64.0.1/token", /inner network/],
    [endpoint("ghcr.io"), "https://nas/token", /inner network/, "nas"],
    [endpoint("192.168.1.2"), "https://192.168.1.3/token", /inner network/],
    [endpoint("registry.a.co.uk"), "https://auth.b.co.uk/t", /another host/],
    [endpoint("a.duckdns.org"), "https://b.duckdns.org/t", /another host/],
    [endpoint("8.8.8.8"), "https://1.1.8.8/t", /another host/],
    [endpoint("ghcr.io"), "https://", /no URL/],
  ];
  for (const [registry, realm, expected, ...configured] of cases) {
    await t.step(`${registry.host} -> ${realm}`, () => assert.match(judge(registry, realm, configured), expected));
  }
});
