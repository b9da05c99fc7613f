// Real registries with certificates of a homelab's own authority: trusted, not trusted, and such as want one in return.
import assert from "node:assert/strict";
import { TlsIdentities } from "../../../../src/adapters/registry/tls_identities.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import { defaultHostSettings } from "../../../../src/core/model/host_settings.ts";
import type { Failure, Result } from "../../../../src/core/model/problem.ts";
import type { TagList } from "../../../../src/core/ports/registry.ts";
import type { Http } from "../../../../src/core/ports/http.ts";
import { type Authority, makeAuthority } from "../../../fakes/authority.ts";
import { startDockerRegistry } from "../../../fakes/docker_registry.ts";
import { needs } from "../../../fakes/needs.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const { ignore, suffix } = needs("docker-registry", "openssl");

interface World {
  readonly address: string;
  /** A folder of certificates, `certs.d` by its role. */
  readonly certsDir: string;
  /** Writes a file below the host's folder of it. */
  write(name: string, text: string): Promise<void>;
  /** Lists the tags with what the folder and the settings hold now, and counts the attempts. */
  list(caFile?: string): Promise<{ readonly listed: Result<TagList>; readonly asked: readonly string[] }>;
}

async function withTls(
  authority: Authority,
  options: { readonly demandsClient?: boolean; readonly empty?: boolean },
  test: (world: World) => Promise<void>,
): Promise<void> {
  const docker = await startDockerRegistry(options.empty ? [] : smallImages, { tls: { authority, ...options } });
  const certsDir = await Deno.makeTempDir({ prefix: "magos-certs-" });
  try {
    await test({
      address: docker.address,
      certsDir,
      async write(name, text) {
        await Deno.mkdir(`${certsDir}/${docker.address}`, { recursive: true });
        await Deno.writeTextFile(`${certsDir}/${docker.address}/${name}`, text);
      },
      list: (caFile) => listOnce(docker.address, certsDir, caFile ?? null),
    });
  } finally {
    await docker.stop();
    await Deno.remove(certsDir, { recursive: true });
  }
}

async function listOnce(address: string, folder: string, caFile: string | null): ReturnType<World["list"]> {
  const asked: string[] = [];
  const http: Http = {
    send(request, sending) {
      asked.push(`${request.method} ${request.url.replace(address, "REGISTRY")}`);
      return denoHttp.send(request, sending);
    },
  };
  const identities = new TlsIdentities({
    files: denoFiles,
    folders: [folder],
    settings: (host) => ({ ...defaultHostSettings, caFile: host === address ? caFile : null }),
    keepSecret: () => {},
  });
  const { registry } = testRegistry(http, { tls: (server) => identities.find(server) });
  try {
    const listed = await registry.listTags(repositoryOf(`${address}/you/app`));
    return { listed, asked };
  } finally {
    for (const identity of identities.found()) denoHttp.release?.(identity);
  }
}

function failureOf(listed: Result<TagList>): Failure {
  assert.ok(!listed.ok, "the registry was trusted");
  return listed.failure;
}

Deno.test(`a registry is trusted by certs.d, and by caFile${suffix}`, { ignore }, async () => {
  const authority = await makeAuthority();
  await withTls(authority, {}, async ({ write, list, certsDir }) => {
    await Deno.writeTextFile(`${certsDir}/lan.pem`, authority.ca);
    const byFile = await list(`${certsDir}/lan.pem`);
    assert.ok(byFile.listed.ok, byFile.listed.ok ? "" : byFile.listed.failure.message);
    await write("ca.crt", authority.ca);
    const byFolder = await list();
    assert.ok(byFolder.listed.ok);
    assert.deepEqual([...byFolder.listed.value.tags].sort(), ["1.0.0", "1.1.0", "latest"]);
    assert.deepEqual(byFolder.asked, ["GET https://REGISTRY/v2/you/app/tags/list?n=1000"]);
  });
});

Deno.test(`a certificate of an unknown issuer is refused at the first attempt, with the cure${suffix}`, {
  ignore,
}, async () => {
  await withTls(await makeAuthority(), {}, async ({ address, write, list }) => {
    // Certificates of another authority: with any, a registry on this machine is asked by https. One may even have the
    // same name, after the homelab's own was made anew.
    for (const issuer of ["another", "homelab"]) {
      await write("other.crt", (await makeAuthority({ issuer })).ca);
      const { listed, asked } = await list();
      const failed = failureOf(listed);
      assert.equal(failed.code, "registry.tls");
      assert.ok(failed.message.includes(address), failed.message);
      assert.match(failed.message, /issuer is not known/);
      assert.equal(
        failed.cure,
        `give its CA: /etc/containers/certs.d/${address}/ca.crt or registries.hosts.${address}.caFile`,
      );
      assert.equal(asked.length, 1);
    }
  });
});

Deno.test(`an expired certificate and one of another name are told apart${suffix}`, { ignore }, async (t) => {
  const cases = [
    { options: { expired: true }, message: /has expired/, cure: /renew/ },
    { options: { names: "DNS:registry.example,IP:10.9.8.7" }, message: /for another name/, cure: /use a name/ },
  ];
  for (const { options, message, cure } of cases) {
    await t.step(JSON.stringify(options), async () => {
      const authority = await makeAuthority(options);
      await withTls(authority, { empty: true }, async ({ write, list }) => {
        await write("ca.crt", authority.ca);
        const { listed, asked } = await list();
        const failed = failureOf(listed);
        assert.equal(failed.code, "registry.tls", failed.message);
        assert.match(failed.message, message);
        assert.match(failed.cure ?? "", cure);
        assert.equal(asked.length, 1);
      });
    });
  }
});

Deno.test(`a registry that demands a client certificate gets the one of certs.d${suffix}`, { ignore }, async () => {
  const authority = await makeAuthority();
  await withTls(authority, { demandsClient: true }, async ({ address, write, list }) => {
    await write("ca.crt", authority.ca);
    const refused = await list();
    const failed = failureOf(refused.listed);
    assert.equal(failed.code, "registry.tls", failed.message);
    assert.match(failed.message, /client certificate/);
    assert.match(failed.cure ?? "", new RegExp(`certs\\.d/${address}`));
    assert.equal(refused.asked.length, 1);
    await write("client.cert", authority.client.cert);
    const half = failureOf((await list()).listed);
    assert.equal(half.code, "registry.certificates");
    assert.match(half.message, /client\.cert without client\.key/);
    await write("client.key", authority.client.key);
    const { listed } = await list();
    assert.ok(listed.ok, listed.ok ? "" : listed.failure.message);
  });
});
