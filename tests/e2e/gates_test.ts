// `gates` of the configuration: what is asked of every image whose marker or policy does not say it (contracts 2.1).
import assert from "node:assert/strict";
import { release, withHomelab } from "./homelab.ts";

const images = [{
  name: "ghcr.io/you/app",
  releases: [release("1.0"), { ...release("1.1"), platforms: ["linux/amd64"] }],
}];

const policies = `apiVersion: v1
kind: ImagePolicy
metadata: { name: open }
spec: { selector: { semver: {} }, pin: tag }
---
apiVersion: v1
kind: ImagePolicy
metadata: { name: said }
spec:
  selector: { semver: {} }
  constraints: { arch: [] }
  rollout: { minAge: 0s }
  pin: tag
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: app, namespace: flux-system }
spec: { image: ghcr.io/you/app, interval: 1h }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: app, namespace: flux-system }
spec:
  imageRepositoryRef: { name: app }
  policy: { semver: { range: ">=1.0.0-0" } }
`;

function line(marker: Record<string, unknown>): string {
  return `image: ghcr.io/you/app:1.0 # ${JSON.stringify({ magos: { ...marker, pin: "tag" } })}\n`;
}

const tree = {
  "policies/all.yaml": policies,
  "inline.yaml": line({ policy: "semver" }),
  "marker.yaml": line({ policy: "open", arch: "amd64", minAge: "0s" }),
  "open.yaml": line({ policy: "open" }),
  "said.yaml": line({ policy: "said" }),
  "compose.yaml": "services:\n  app:\n    image: ghcr.io/you/app:1.0\n",
};

/** How each file's value is decided, and by which gates. */
async function decided(settings: string): Promise<Readonly<Record<string, string>>> {
  let answers = {};
  const config = "apps: [{ name: app, compose: compose.yaml, policy: semver }]\n" + settings;
  await withHomelab({ tree, images, settings: config }, async (homelab) => {
    const { decisions } = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    answers = Object.fromEntries(
      decisions.map((it: { target: { file: string }; state: string; blockers: { gate: string }[] }) => [
        it.target.file,
        [it.state, ...it.blockers.map(({ gate }) => gate)].join(" "),
      ]),
    );
  });
  return answers;
}

Deno.test("gates.constraints.arch holds for markers, apps and policies that name no platforms, and yields to those that do", async () => {
  assert.deepEqual(await decided("gates: { constraints: { arch: [amd64, arm64] } }\n"), {
    "inline.yaml": "held platforms",
    "marker.yaml": "selected",
    "open.yaml": "held platforms",
    "said.yaml": "selected",
    "compose.yaml": "held platforms",
  });
});

Deno.test("gates.rollout.minAge holds for what names no age of its own", async () => {
  assert.deepEqual(await decided("gates: { rollout: { minAge: 3d } }\n"), {
    "inline.yaml": "held minAge",
    "marker.yaml": "selected",
    "open.yaml": "held minAge",
    "said.yaml": "selected",
    "compose.yaml": "held minAge",
  });
});

Deno.test("gates hold for Flux's policies, which have no such keys; the host's word goes before the repository's", () => {
  const flux = {
    "policies/all.yaml": policies,
    "k8s.yaml": 'image: ghcr.io/you/app:1.0.0 # {"$imagepolicy": "flux-system:app"}\n',
    "magos.yaml": "gates: { rollout: { minAge: 0s } }\n",
  };
  const three = [{ name: "ghcr.io/you/app", releases: [release("1.0.0"), release("1.1.0")] }];
  const settings = "gates: { rollout: { minAge: 3d } }\n";
  return withHomelab({ tree: flux, images: three, settings }, async (homelab) => {
    const { decisions: [decision] } = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    assert.deepEqual([decision.state, decision.blockers[0].gate], ["held", "minAge"]);
  });
});
