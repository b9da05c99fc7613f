// The table of hostile behaviours, third part: where a registry wants our token requests to go, and what it calls a token
// (registries 1.2, 1.4, 9.1 and 9.3).
import { answers, type Fault, hugeBody, on, redirects } from "../../fakes/fake_registry.ts";
import { type HostileRow, hostileTest } from "./row.ts";

const realmHere = "https://hostile.example/token";

/** Refuses whatever comes without a token, and names this token service. */
function demands(challenge: string): Fault {
  return on("/v2/", (request, next) => {
    if (request.headers.has("Authorization")) return next();
    return new Response("{}", { status: 401, headers: { "WWW-Authenticate": challenge } });
  });
}

function realm(url: string): readonly Fault[] {
  return [demands(`Bearer realm="${url}",service="x"`)];
}

/** Its own token service answers with this text. */
function issues(body: string, headers: Readonly<Record<string, string>> = {}): readonly Fault[] {
  return [...realm(realmHere), on("/token", answers(200, body, { "Content-Type": "application/json", ...headers }))];
}

const refused = { code: "registry.refused", message: /sends us to .* magos does not go there/ } as const;

const rows: readonly HostileRow[] = [
  {
    does: "demands the user's password and gives nothing for it",
    faults: () => [on("/v2/", answers(401, "{}", { "WWW-Authenticate": 'Basic realm="x"' }))],
    ends: { code: "registry.unauthorized" },
  },
  {
    does: "offers a token service elsewhere, or else a password",
    faults: () => [demands('Bearer realm="https://ghcr.io/token",service="x", Basic realm="x"')],
    // A login of its own may go to it; it is then honest and is followed.
    ends: { value: /hostile\.example\/you\/app:1\.1\.0@sha256:[a-f0-9]{64} # / },
  },
  {
    does: "sends us for a token to the metadata service",
    faults: () => realm("https://169.254.169.254/latest/meta-data/iam"),
    ends: refused,
    requests: 1,
  },
  {
    does: "sends us for a token to the metadata service by IPv6",
    faults: () => realm("https://[fd00:ec2::254]/latest"),
    ends: refused,
    requests: 1,
  },
  {
    does: "sends us for a token to another port of this machine",
    faults: ({ victim }) => realm(`https://${victim}/token`),
    ends: refused,
    requests: 1,
  },
  {
    does: "sends us for a token to this machine without TLS",
    faults: ({ victim }) => realm(`http://${victim}/token`),
    ends: refused,
    requests: 1,
  },
  {
    does: "sends us for a token to an address written as a number",
    faults: () => realm("https://2130706433/token"),
    ends: refused,
    requests: 1,
  },
  {
    does: "sends us for a token to the inner network",
    faults: () => realm("https://nas.lan/token"),
    ends: refused,
    requests: 1,
  },
  {
    does: "sends us for a token to plain HTTP",
    faults: () => realm("http://hostile.example/token"),
    ends: refused,
    requests: 1,
  },
  {
    does: "sends us for a token with a login in the address",
    faults: () => realm("https://root:secret@hostile.example/token"),
    ends: refused,
    requests: 1,
  },
  {
    does: "sends us for a token to somebody else",
    faults: () => realm("https://ghcr.io/token"),
    ends: refused,
    requests: 1,
  },
  {
    does: "redirects the token request to this machine",
    faults: ({ victim }) => [...realm(realmHere), on("/token", redirects(`http://${victim}/token`))],
    ends: { code: "registry.refused", message: /redirect/ },
  },
  {
    does: "redirects the token request to the metadata service",
    faults: () => [...realm(realmHere), on("/token", redirects("https://169.254.169.254/latest"))],
    ends: { code: "registry.refused", message: /redirect/ },
  },
  {
    does: "redirects the token request to somebody else",
    faults: () => [...realm(realmHere), on("/token", redirects("https://ghcr.io/token"))],
    ends: { code: "registry.refused", message: /redirect/ },
  },
  {
    does: "refuses every token it gives",
    auth: "bearer",
    faults: () => [
      on("/v2/", answers(401, "{}", { "WWW-Authenticate": `Bearer realm="${realmHere}",service="x"` })),
    ],
    ends: { code: "registry.unauthorized" },
    requests: 5,
  },
  {
    does: "names another token service each time",
    auth: "bearer",
    faults: () => {
      let turn = 0;
      return [
        on("/v2/", () => {
          const headers = { "WWW-Authenticate": `Bearer realm="${realmHere}?turn=${++turn}",service="x${turn}"` };
          return new Response("{}", { status: 401, headers });
        }),
      ];
    },
    ends: { code: "registry.unauthorized" },
    requests: 5,
  },
  {
    does: "says forbidden to every token",
    auth: "bearer",
    faults: () => [
      on("/v2/", (request, next) => request.headers.has("Authorization") ? answers(403)(request, next) : next()),
      ...realm(realmHere),
    ],
    ends: { code: "registry.unauthorized" },
    requests: 5,
  },
  {
    does: "gives a token of a megabyte",
    faults: () => issues(JSON.stringify({ token: "x".repeat(1024 * 1024) })),
    ends: { code: "registry.too_large", message: /more than 256 KiB/ },
    bytes: 2 * 1024 * 1024,
  },
  {
    does: "gives a token of ten gibibytes",
    faults: () => [...realm(realmHere), on("/token", hugeBody(10 * 1024).fault)],
    ends: { code: "registry.too_large" },
    bytes: 16 * 1024 * 1024,
  },
  {
    does: "gives a token of 100 KiB",
    faults: () => issues(JSON.stringify({ token: "x".repeat(100 * 1024) })),
    ends: { code: "registry.protocol", message: /no usable token/ },
  },
  {
    does: "gives a token with a header in it",
    faults: () => issues(JSON.stringify({ token: "abc\r\nX-Injected: yes" })),
    ends: { code: "registry.protocol", message: /no usable token/ },
  },
  {
    does: "gives a token that is no text",
    faults: () => issues(JSON.stringify({ token: { toString: "abc" }, access_token: 7 })),
    ends: { code: "registry.protocol", message: /no usable token/ },
  },
  {
    does: "gives a token behind a prototype",
    faults: () => issues('{"__proto__":{"token":"abc"}}'),
    ends: { code: "registry.protocol", message: /no usable token/ },
  },
  {
    does: "demands a token in a header of 64 KiB",
    faults: () => [demands(`Bearer realm="${realmHere}",service="${"x".repeat(65_536)}"`)],
    ends: { code: "registry.unauthorized" },
  },
  {
    does: "offers ten thousand ways to log in",
    faults: () => [demands(Array.from({ length: 1000 }, (_, at) => `X${at}`).join(","))],
    ends: { code: "registry.unauthorized" },
  },
];

for (const row of rows) hostileTest(row);
