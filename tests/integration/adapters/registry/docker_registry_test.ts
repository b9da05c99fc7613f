// The contract against the real registry of the distribution project, over real HTTP.
import assert from "node:assert/strict";
import { TlsIdentities } from "../../../../src/adapters/registry/tls_identities.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import { defaultHostSettings } from "../../../../src/core/model/host_settings.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import { contractImages, registryContract } from "../../../contract/registry_contract.ts";
import { makeAuthority } from "../../../fakes/authority.ts";
import { registryLogin, startDockerRegistry } from "../../../fakes/docker_registry.ts";
import { needs } from "../../../fakes/needs.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const { ignore, suffix } = needs("docker-registry");

registryContract({
  name: `docker-registry over HTTP${suffix}`,
  ignore,
  async make() {
    const docker = await startDockerRegistry(contractImages);
    const conf = `[[registry]]\nprefix = "registry.example"\nlocation = "${docker.address}"\n`;
    const { registry } = testRegistry(denoHttp, { conf });
    return { registry, push: docker.push, close: docker.stop };
  },
});

const secure = needs("docker-registry", "openssl");

registryContract({
  name: `docker-registry over TLS of an own authority, with Basic${secure.suffix}`,
  ignore: secure.ignore,
  async make() {
    const authority = await makeAuthority();
    const docker = await startDockerRegistry(contractImages, { login: true, tls: { authority } });
    const folder = await Deno.makeTempDir({ prefix: "magos-certs-" });
    await Deno.mkdir(`${folder}/${docker.address}`);
    await Deno.writeTextFile(`${folder}/${docker.address}/ca.crt`, authority.ca);
    const identities = new TlsIdentities({
      files: denoFiles,
      folders: [folder],
      settings: () => defaultHostSettings,
      keepSecret: () => {},
    });
    const { user, password } = registryLogin;
    const { registry } = testRegistry(denoHttp, {
      conf: `[[registry]]\nprefix = "registry.example"\nlocation = "${docker.address}"\n`,
      tls: (server) => identities.find(server),
      credentials: () => Promise.resolve({ kind: "password", user, password: new Secret(password) }),
    });
    const close = async (): Promise<void> => {
      for (const identity of identities.found()) denoHttp.release?.(identity);
      await docker.stop();
      await Deno.remove(folder, { recursive: true });
    };
    return { registry, push: docker.push, close };
  },
});

Deno.test(`listTags() reads a real list of 250 tags whole${suffix}`, { ignore }, async () => {
  const tags = Array.from({ length: 250 }, (_, index) => `1.0.${index}`);
  const release = { tags, platforms: ["linux/amd64"], created: "2026-01-01T00:00:00Z" };
  const docker = await startDockerRegistry([{ name: "registry.example/many", releases: [release] }]);
  try {
    const { registry } = testRegistry(denoHttp);
    const listed = await registry.listTags(repositoryOf(`${docker.address}/many`));
    assert.ok(listed.ok);
    assert.deepEqual(new Set(listed.value.tags), new Set(tags));
  } finally {
    await docker.stop();
  }
});
