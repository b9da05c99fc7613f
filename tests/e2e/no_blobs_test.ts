// A host whose config blobs are not to be fetched: what only a config tells is unknown, and unknown never passes.
import assert from "node:assert/strict";
import { release, withHomelab } from "./homelab.ts";

const single = (tag: string) => ({ ...release(tag), platforms: ["linux/arm64"], single: true });
const images = [{ name: "ghcr.io/you/web", releases: [single("1.37"), single("1.38")] }];
const tree = {
  "compose.yaml": `services:
  web: { image: "ghcr.io/you/web:1.37" } # {"magos": {"policy": "semver", "arch": ["arm64"]}}
`,
};

Deno.test("with blobs: false the platforms of a single manifest are unknown, and known again without it", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const before = await Deno.readTextFile(homelab.config);
    const hosts = `hosts: { "${homelab.registry.address}": { blobs: false } }`;
    await Deno.writeTextFile(homelab.config, before.replace("scanInterval: 0s", `scanInterval: 0s, ${hosts}`));
    const plan = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    const [decision] = plan.decisions;
    assert.equal(decision.state, "held");
    assert.deepEqual(decision.blockers.map((it: { gate: string; verdict: string }) => [it.gate, it.verdict]), [
      ["platforms", "unknown"],
    ]);
    assert.match(decision.reasons.join("\n"), /1\.38: its config is not fetched .*blobs is false/);
    await Deno.writeTextFile(homelab.config, before);
    const again = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    assert.equal(again.decisions[0].state, "selected", "what was left unread is not kept for known");
    assert.deepEqual(again.decisions[0].evidence.platforms, ["linux/arm64"]);
  }));
