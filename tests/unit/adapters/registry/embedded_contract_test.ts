// The contract against the embedded registry, without a network.
import { createDemoRegistry, type DemoOptions } from "../../../../src/cli/demo/demo_registry.ts";
import { contractImages, registryContract } from "../../../contract/registry_contract.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { testRegistry } from "../../../fakes/test_registry.ts";

const settings: Readonly<Record<string, DemoOptions>> = {
  "embedded registry": {},
  "embedded registry with tokens and small pages": { auth: "bearer", pageSize: 2 },
};

for (const [name, options] of Object.entries(settings)) {
  registryContract({
    name,
    make() {
      const demo = createDemoRegistry(contractImages, options);
      const { registry } = testRegistry(appHttp({ "https://registry.example": demo.fetch }));
      return Promise.resolve({ registry, push: demo.push, close: () => Promise.resolve() });
    },
  });
}
