// Certificates of hosts in real folders: what is found under which name, and what is wrong with them.
import assert from "node:assert/strict";
import { TlsIdentities } from "../../../../src/adapters/registry/tls_identities.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import { defaultHostSettings } from "../../../../src/core/model/host_settings.ts";
import type { Secret } from "../../../../src/core/model/secret.ts";

const cert = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;
const key = "-----BEGIN EC PRIVATE KEY-----\nkey-of-the-homelab\n-----END EC PRIVATE KEY-----\n";

interface Setting {
  readonly folder: string;
  readonly secrets: readonly Secret[];
  find(url: string): Promise<string>;
}

/** Files of `user/HOST/...` and `etc/HOST/...`, in this order; `caFiles` by host. */
async function withFolders(
  files: Readonly<Record<string, string>>,
  caFiles: Readonly<Record<string, string>>,
  test: (setting: Setting) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "magos-certs-" });
  const secrets: Secret[] = [];
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    const identities = new TlsIdentities({
      files: denoFiles,
      folders: [`${folder}/user`, `${folder}/etc`],
      settings: (host) => {
        const caFile = caFiles[host];
        return { ...defaultHostSettings, caFile: caFile === undefined ? null : `${folder}/${caFile}` };
      },
      keepSecret: (secret) => void secrets.push(secret),
    });
    await test({
      folder,
      secrets,
      async find(url) {
        const found = await identities.find(new URL(url));
        if (!found.ok) return `${found.failure.code} ${found.failure.message.replaceAll(folder, "")}`;
        if (found.value === null) return "nothing";
        const names = found.value.caCerts.map((pem) => pem.split("\n")[1] ?? "");
        const { client } = found.value;
        return [...names, ...client === null ? [] : [`shows ${client.cert.split("\n")[1]} with ${client.key}`]].join();
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("TlsIdentities reads the first folder that has the host, under the name that podman uses", async (t) => {
  const files = {
    "user/nas.lan:5000/a.crt": cert("user"),
    "etc/nas.lan:5000/b.crt": cert("system"),
    "etc/nas.lan/one.crt": cert("one"),
    "etc/nas.lan/two.crt": cert("two"),
    "etc/nas.lan/README.txt": "no certificate",
    "etc/other.lan:443/ca.crt": cert("usual port"),
    "etc/docker.io/ca.crt": cert("hub"),
    "ca.pem": cert("configured"),
  };
  const cases: Readonly<Record<string, string>> = {
    "https://nas.lan:5000": "user",
    "https://nas.lan": "one,two",
    "https://nas.lan:5001": "nothing",
    "https://sub.nas.lan": "nothing",
    "https://other.lan": "usual port",
    "https://registry-1.docker.io": "hub",
    "https://mine.lan:8443": "configured",
    "https://..": "nothing",
  };
  await withFolders(files, { "mine.lan:8443": "ca.pem" }, async ({ find }) => {
    for (const [url, expected] of Object.entries(cases)) {
      if (URL.canParse(url)) await t.step(url, async () => assert.equal(await find(url), expected));
    }
  });
});

Deno.test("TlsIdentities joins caFile and folder, and shows the key to nobody", () =>
  withFolders(
    {
      "ca.pem": cert("configured"),
      "etc/nas.lan/ca.crt": cert("folder"),
      "etc/nas.lan/me.cert": cert("me"),
      "etc/nas.lan/me.key": key,
    },
    { "nas.lan": "ca.pem" },
    async ({ find, secrets }) => {
      assert.equal(await find("https://nas.lan"), "configured,folder,shows me with ***");
      assert.deepEqual(secrets.map((secret) => secret.reveal()), [key]);
    },
  ));

Deno.test("TlsIdentities says what is wrong with a file", async (t) => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ "etc/nas.lan/me.cert": cert("me") }, /\/etc\/nas\.lan holds me\.cert without me\.key/],
    [{ "etc/nas.lan/me.key": key }, /\/etc\/nas\.lan holds me\.key without me\.cert/],
    [{ "etc/nas.lan/ca.crt": "not PEM" }, /ca\.crt holds no certificate in PEM form/],
    [{ "etc/nas.lan/ca.crt": key }, /ca\.crt holds no certificate in PEM form/],
    [{ "etc/nas.lan/me.cert": cert("me"), "etc/nas.lan/me.key": cert("me") }, /me\.key holds no private key/],
    [{ "etc/nas.lan/ca.crt": "x".repeat(1024 * 1024 + 1) }, /ca\.crt/],
  ];
  for (const [files, message] of cases) {
    await t.step(String(message), () =>
      withFolders(files, {}, async ({ find }) => {
        const found = await find("https://nas.lan");
        assert.match(found, /^registry\.certificates /);
        assert.match(found, message);
        assert.ok(!found.includes("key-of-the-homelab"));
      }));
  }
  await t.step("a caFile that is not there", () =>
    withFolders({}, { "nas.lan": "gone.pem" }, async ({ find }) => {
      assert.match(await find("https://nas.lan"), /^registry\.certificates there is no .*gone\.pem/);
    }));
});

Deno.test("TlsIdentities reads each file once", () =>
  withFolders({ "etc/nas.lan/ca.crt": cert("first") }, {}, async ({ find, folder }) => {
    assert.equal(await find("https://nas.lan"), "first");
    await Deno.writeTextFile(`${folder}/etc/nas.lan/ca.crt`, cert("second"));
    assert.equal(await find("https://nas.lan/v2/"), "first");
  }));
