// The contract against the real registry of the distribution project, over real HTTP.
import assert from "node:assert/strict";
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import { contractImages, registryContract } from "../../../contract/registry_contract.ts";
import { startDockerRegistry } from "../../../fakes/docker_registry.ts";
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
