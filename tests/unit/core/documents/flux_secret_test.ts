// Secrets that Flux's resources refer to: read when wanted, used for what they are, and never shown.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { findFluxLogin } from "../../../../src/core/documents/find_flux_login.ts";
import { type FluxSecret, mayHoldSecret, readFluxSecrets } from "../../../../src/core/documents/flux_secret.ts";
import { secretFor, secretOfFile } from "../../../../src/core/documents/secret_for.ts";
import { certificatesOf, loginsOf, signingKeyOf } from "../../../../src/core/documents/secret_parts.ts";
import { parseRepository } from "../../../../src/core/model/reference.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import { short } from "./a_book.ts";

const hidden = "hunter2-very-secret";
const wanted = new Set(["flux-system:regcred"]);

function document(rest: string, name = "regcred"): string {
  return `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: flux-system }\n${rest}\n`;
}

function docker(auths: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ auths });
}

function secret(values: Readonly<Record<string, string>>): FluxSecret {
  const entries = Object.entries(values).map(([name, value]) => [name, new Secret(value)] as const);
  return { key: "ns:s", place: "s.yaml:1", type: "", values: new Map(entries) };
}

const login = docker({ "ghcr.io": { username: "you", password: hidden } });

for (
  const [form, rest] of [
    ["data", `type: kubernetes.io/dockerconfigjson\ndata: { .dockerconfigjson: ${btoa(login)} }`],
    ["stringData", `type: kubernetes.io/dockerconfigjson\nstringData: { .dockerconfigjson: '${login}' }`],
    [
      "the old form",
      `type: kubernetes.io/dockercfg\ndata: { .dockercfg: ${btoa(JSON.stringify(JSON.parse(login).auths))} }`,
    ],
  ] as const
) {
  Deno.test(`readFluxSecrets() reads logins from ${form}, and shows none`, () => {
    const reading = readFluxSecrets([{ file: "s.yaml", text: document(rest) }], wanted);
    assert.deepEqual(reading.problems, []);
    const found = reading.secrets.get("flux-system:regcred");
    assert.ok(found);
    const logins = loginsOf(found);
    const repository = parseRepository("ghcr.io/you/app");
    assert.ok(logins.ok && repository.ok);
    const credential = findFluxLogin(logins.value, repository.value);
    assert.ok(credential.ok && credential.value?.kind === "password");
    assert.equal(credential.value.password.reveal(), hidden);
    const shown = inspect([reading, logins, credential], { depth: 20 }) +
      JSON.stringify([[...found.values], credential]);
    assert.ok(!shown.includes(hidden) && !shown.includes(btoa(login)));
  });
}

Deno.test("readFluxSecrets() lets stringData beat data", () => {
  const text = document(`data: { a: ${btoa("old")}, b: ${btoa("kept")} }\nstringData: { a: new }`);
  const values = readFluxSecrets([{ file: "s.yaml", text }], wanted).secrets.get("flux-system:regcred")?.values;
  assert.deepEqual([values?.get("a")?.reveal(), values?.get("b")?.reveal()], ["new", "kept"]);
});

Deno.test("readFluxSecrets() looks into no Secret that nobody asked for", () => {
  const text = document("data: [broken]", "other");
  assert.deepEqual(readFluxSecrets([{ file: "s.yaml", text }], wanted), { secrets: new Map(), problems: [] });
  assert.ok(mayHoldSecret(document(""), wanted));
  assert.ok(!mayHoldSecret(document("", "other"), wanted));
  assert.ok(!mayHoldSecret("kind: ConfigMap\nname: regcred", wanted));
});

const flaws: readonly (readonly [rest: string, problem: string])[] = [
  [`data: { a: "${hidden}" }`, 'flux.invalid the Secret flux-system:regcred cannot be used: "data.a" is no Base64'],
  ["stringData: { a: 1 }", 'flux.invalid the Secret flux-system:regcred cannot be used: "stringData.a" is no text'],
  [`stringData: [${hidden}]`, 'flux.invalid the Secret flux-system:regcred cannot be used: "stringData" is no mapping'],
  [`stringData: { a: ${"x".repeat(1024 * 1024 + 1)} }`, "it is larger than a Secret can be, 1 MiB"],
  [`data: { a: "ENC[AES256_GCM,data:${hidden}]" }`, "is encrypted, and magos decrypts none"],
  [`data: { a: "" }\nsops: { mac: ${hidden} }`, "flux.secrets.flux-system/regcred"],
];

for (const [rest, problem] of flaws) {
  Deno.test(`readFluxSecrets() tells that ${problem}, and nothing of the value`, () => {
    const { secrets, problems } = readFluxSecrets([{ file: "s.yaml", text: document(rest) }], wanted);
    assert.equal(secrets.size, 0);
    assert.equal(problems.length, 1);
    const [told = ""] = problems.map(short);
    assert.ok(told.includes(problem) && told.startsWith("3:19 "), told);
    assert.ok(!told.includes(hidden));
  });
}

Deno.test("readFluxSecrets() tells of a file that does not parse without quoting it", () => {
  const { problems } = readFluxSecrets(
    [{ file: "s.yaml", text: document(`data: {\n  ${hidden}: *${hidden}\n`) }],
    wanted,
  );
  assert.deepEqual(problems.map(({ code, file, severity }) => [code, file, severity]), [[
    "file.unparsable",
    "s.yaml",
    "error",
  ]]);
  assert.ok(!JSON.stringify(problems).includes(hidden));
});

Deno.test("readFluxSecrets() uses neither of two Secrets of one name that differ", () => {
  const files = ["a", "b"].map((value) => ({ file: `${value}.yaml`, text: document(`stringData: { k: ${value} }`) }));
  const { secrets, problems } = readFluxSecrets(files, wanted);
  assert.equal(secrets.size, 0);
  assert.deepEqual(problems.map(({ code }) => code), ["policy.duplicate"]);
});

const images: readonly (readonly [auths: readonly string[], image: string, key: string | null])[] = [
  [["ghcr.io"], "ghcr.io/you/app", "ghcr.io"],
  [["https://ghcr.io"], "ghcr.io/you/app", "https://ghcr.io"],
  [["ghcr.io"], "quay.io/you/app", null],
  [["https://index.docker.io/v1/"], "busybox", "https://index.docker.io/v1/"],
  [["docker.io"], "you/app", "docker.io"],
  [["registry.lan:5000/v2/"], "registry.lan:5000/app", "registry.lan:5000/v2/"],
  [["registry.lan"], "registry.lan:5000/app", null],
  [["registry.lan:5000"], "registry.lan/app", null],
  [["ghcr.io", "ghcr.io/you"], "ghcr.io/you/app", "ghcr.io/you"],
  [["ghcr.io", "ghcr.io/you"], "ghcr.io/youth/app", "ghcr.io"],
  [["ghcr.io/you/app"], "ghcr.io/you", null],
  [["*.dkr.ecr.*.amazonaws.com"], "1234.dkr.ecr.eu-west-1.amazonaws.com/app", "*.dkr.ecr.*.amazonaws.com"],
  [["*.amazonaws.com"], "1234.dkr.ecr.eu-west-1.amazonaws.com/app", null],
  [["*.lan"], "evil.lan.example.org/app", null],
  [["*"], "ghcr.io/app", null],
  [["ghc?.io"], "ghcr.io/app", "ghc?.io"],
  [["g[a-z]cr.io"], "ghcr.io/app", null],
];

for (const [auths, image, key] of images) {
  Deno.test(`findFluxLogin() finds ${key ?? "none"} of ${auths.join(", ")} for ${image}`, () => {
    const entries = auths.map((name) => [name, { username: name.replaceAll(":", " "), password: "p" }]);
    const logins = loginsOf(secret({ ".dockerconfigjson": docker(Object.fromEntries(entries)) }));
    const repository = parseRepository(image);
    assert.ok(logins.ok && repository.ok);
    const found = findFluxLogin(logins.value, repository.value);
    assert.ok(found.ok);
    const user = found.value?.kind === "password" ? found.value.user : null;
    assert.equal(user, key?.replaceAll(":", " ") ?? null);
  });
}

Deno.test("findFluxLogin() tells of an entry that cannot be used, and of nothing in it", () => {
  const logins = loginsOf(secret({ ".dockerconfigjson": docker({ "ghcr.io": { auth: hidden } }) }));
  const repository = parseRepository("ghcr.io/you/app");
  assert.ok(logins.ok && repository.ok);
  const found = findFluxLogin(logins.value, repository.value);
  assert.ok(!found.ok && found.failure.code === "flux.no_secret");
  assert.ok(!JSON.stringify(found).includes(hidden));
});

Deno.test("loginsOf() takes no helper program from a Secret, which would choose what runs here", () => {
  const text = JSON.stringify({ auths: {}, credHelpers: { "ghcr.io": "evil" }, credsStore: "evil" });
  const logins = loginsOf(secret({ ".dockerconfigjson": text }));
  assert.ok(logins.ok);
  assert.deepEqual([logins.value.helpers.size, logins.value.store], [0, null]);
});

Deno.test("loginsOf() fails without logins, and for what is no JSON", () => {
  for (const values of [{}, { ".dockerconfigjson": hidden }]) {
    const logins = loginsOf(secret(values));
    assert.ok(!logins.ok && logins.failure.code === "flux.no_secret");
    assert.ok(!JSON.stringify(logins).includes(hidden));
  }
});

const pem = (what: string): string => `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----\n`;

Deno.test("certificatesOf() reads the names of all versions", () => {
  const [ca, crt, key] = [pem("CERTIFICATE"), pem("CERTIFICATE"), pem("PRIVATE KEY")];
  for (
    const values of [{ "ca.crt": ca, "tls.crt": crt, "tls.key": key }, { caFile: ca, certFile: crt, keyFile: key }]
  ) {
    const read = certificatesOf(secret(values));
    assert.ok(read.ok);
    assert.deepEqual([read.value.ca, read.value.client?.certificate, read.value.client?.key.reveal()], [ca, crt, key]);
  }
  const alone = certificatesOf(secret({ "ca.crt": ca }));
  assert.ok(alone.ok && alone.value.client === null);
});

Deno.test("certificatesOf() refuses what is incomplete or no PEM", () => {
  const bad: readonly Readonly<Record<string, string>>[] = [
    {},
    { "tls.crt": pem("CERTIFICATE") },
    { "tls.key": pem("PRIVATE KEY") },
    { "ca.crt": hidden },
  ];
  for (const values of bad) {
    const read = certificatesOf(secret(values));
    assert.ok(!read.ok && read.failure.code === "flux.no_secret");
    assert.ok(!JSON.stringify(read).includes(hidden));
  }
});

Deno.test("signingKeyOf() reads keys of gpg and ssh with their passphrases", () => {
  const gpg = signingKeyOf(secret({ "git.asc": "k", passphrase: "p" }), "gpg");
  const ssh = signingKeyOf(secret({ identity: "i" }), "ssh");
  assert.ok(gpg.ok && gpg.value.key.reveal() === "k" && gpg.value.passphrase?.reveal() === "p");
  assert.ok(ssh.ok && ssh.value.key.reveal() === "i" && ssh.value.passphrase === null);
  assert.ok(!signingKeyOf(secret({ identity: "i" }), "gpg").ok);
});

Deno.test("secretFor() prefers the host's file, and says how to name one where nothing is there", () => {
  const found = { ...secret({}), key: "ns:a" };
  const secrets = new Map([["ns:a", found]]);
  assert.deepEqual(secretFor("ns:a", secrets, new Map()), { ok: true, value: { kind: "document", secret: found } });
  const file = secretFor("ns:a", secrets, new Map([["ns:a", "/etc/a.json"]]));
  assert.deepEqual(file, { ok: true, value: { kind: "file", path: "/etc/a.json" } });
  const none = secretFor("ns:b", secrets, new Map());
  assert.ok(!none.ok && none.failure.cure?.includes("ns/b: /path/to/file"));
});

Deno.test("secretOfFile() takes a Secret document, a file of logins, a certificate or a key", () => {
  const names = (text: string): string => {
    const read = secretOfFile(text, "/etc/x", "ns:s");
    return read.ok ? [...read.value.values.keys()].join() : read.failure.code;
  };
  assert.equal(names(document("stringData: { a: b }")), "a");
  assert.equal(names(JSON.stringify({ apiVersion: "v1", kind: "Secret", data: { a: "" } })), "a");
  assert.equal(names(login), ".dockerconfigjson");
  assert.equal(names(pem("CERTIFICATE")), "ca.crt");
  assert.equal(names(pem("CERTIFICATE") + pem("EC PRIVATE KEY")), "tls.crt,tls.key");
  assert.equal(names(pem("OPENSSH PRIVATE KEY")), "identity");
  assert.equal(names(pem("PGP PRIVATE KEY BLOCK")), "git.asc");
  assert.equal(names(document("data: { a: '%' }")), "flux.invalid");
});
