// Two real registries, one the other's mirror; and real ones that registries.conf calls insecure.
import assert from "node:assert/strict";
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import type { Http } from "../../../../src/core/ports/http.ts";
import { makeAuthority } from "../../../fakes/authority.ts";
import { startDockerRegistry } from "../../../fakes/docker_registry.ts";
import { needs } from "../../../fakes/needs.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const plain = needs("docker-registry");
const secure = needs("docker-registry", "openssl");
const app = repositoryOf("ghcr.io/you/app");

Deno.test(`inspect() reads from a real mirror, and from the registry when the mirror is gone${plain.suffix}`, {
  ignore: plain.ignore,
}, async () => {
  const origin = await startDockerRegistry(smallImages);
  const mirror = await startDockerRegistry(smallImages);
  const conf = `[[registry]]\nprefix = "ghcr.io"\nlocation = "${origin.address}"\n` +
    `[[registry.mirror]]\nlocation = "${mirror.address}"\n`;
  let running = true;
  try {
    const warm = testRegistry(denoHttp, { conf });
    const resolved = await warm.registry.resolve(app, "1.1.0", null);
    assert.ok(resolved.ok);
    const { digest } = resolved.value;
    const { registry } = testRegistry(denoHttp, { conf });
    const fromMirror = await registry.inspect(app, digest);
    assert.ok(fromMirror.ok);
    assert.deepEqual(registry.requests().map((it) => it.host), [mirror.address]);
    await mirror.stop();
    running = false;
    const after = testRegistry(denoHttp, { conf });
    const fromOrigin = await after.registry.inspect(app, digest);
    assert.ok(fromOrigin.ok);
    assert.deepEqual(fromOrigin.value, fromMirror.value);
    const counts = after.registry.requests().map(({ host, requests }) => `${host} ${requests}`);
    assert.deepEqual(counts.sort(), [`${mirror.address} 1`, "ghcr.io 1"].sort());
  } finally {
    if (running) await mirror.stop();
    await origin.stop();
  }
});

/** Sends what is meant for `nas.lan` to this machine: a name of the network, so that the rules for it hold. */
function asNas(asked: string[]): Http {
  return {
    send(request, options) {
      asked.push(`${request.method} ${request.url}`);
      return denoHttp.send(new Request(request.url.replace("//nas.lan:", "//127.0.0.1:"), request), options);
    },
  };
}

Deno.test(`an insecure registry is asked by https, and by http when it does not speak it${plain.suffix}`, {
  ignore: plain.ignore,
}, async () => {
  const docker = await startDockerRegistry(smallImages);
  try {
    const nas = docker.address.replace("127.0.0.1", "nas.lan");
    const asked: string[] = [];
    const { registry } = testRegistry(asNas(asked), { conf: `[[registry]]\nlocation = "${nas}"\ninsecure = true\n` });
    const listed = await registry.listTags(repositoryOf(`${nas}/you/app`));
    assert.ok(listed.ok, listed.ok ? "" : listed.failure.message);
    assert.deepEqual(asked, [
      `GET https://${nas}/v2/`,
      `GET http://${nas}/v2/`,
      `GET http://${nas}/v2/you/app/tags/list?n=1000`,
    ]);
  } finally {
    await docker.stop();
  }
});

Deno.test(`an insecure registry whose certificate is not trusted wants its CA${secure.suffix}`, {
  ignore: secure.ignore,
}, async () => {
  const docker = await startDockerRegistry([], { tls: { authority: await makeAuthority() } });
  try {
    const nas = docker.address.replace("127.0.0.1", "nas.lan");
    const asked: string[] = [];
    const { registry } = testRegistry(asNas(asked), { conf: `[[registry]]\nlocation = "${nas}"\ninsecure = true\n` });
    const listed = await registry.listTags(repositoryOf(`${nas}/you/app`));
    assert.ok(!listed.ok);
    assert.equal(listed.failure.code, "registry.tls");
    assert.match(listed.failure.cure ?? "", /^give its CA: \/etc\/containers\/certs\.d\/nas\.lan:\d+\/ca\.crt or/);
    assert.deepEqual(asked, [`GET https://${nas}/v2/`]);
  } finally {
    await docker.stop();
  }
});
