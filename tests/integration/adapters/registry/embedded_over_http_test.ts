// The contract against the embedded registry, over real HTTP and with tokens.
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import { createDemoRegistry } from "../../../../src/cli/demo/demo_registry.ts";
import { contractImages, registryContract } from "../../../contract/registry_contract.ts";
import { testRegistry } from "../../../fakes/test_registry.ts";

registryContract({
  name: "embedded registry over HTTP with tokens",
  make() {
    const demo = createDemoRegistry(contractImages, { auth: "bearer", pageSize: 4 });
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, demo.fetch);
    const conf = `[[registry]]\nprefix = "registry.example"\nlocation = "127.0.0.1:${server.addr.port}"\n`;
    const { registry } = testRegistry(denoHttp, { conf });
    return Promise.resolve({ registry, push: demo.push, close: () => server.shutdown() });
  },
});
