// The contract against a second real registry, that of go-containerregistry, over real HTTP.
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import { contractImages, registryContract } from "../../../contract/registry_contract.ts";
import { startCraneRegistry } from "../../../fakes/crane_registry.ts";
import { needs } from "../../../fakes/needs.ts";
import { testRegistry } from "../../../fakes/test_registry.ts";

const { ignore, suffix } = needs("crane");

registryContract({
  name: `crane registry over HTTP${suffix}`,
  ignore,
  async make() {
    const crane = await startCraneRegistry(contractImages);
    const conf = `[[registry]]\nprefix = "registry.example"\nlocation = "${crane.address}"\n`;
    const { registry } = testRegistry(denoHttp, { conf });
    return { registry, push: crane.push, close: crane.stop };
  },
});
