// The contract of engines over `podman compose`.
import { engineContract } from "../../../contract/engine_contract.ts";
import { needs } from "../../../fakes/needs.ts";
import { podmanRemotePrograms, withPodmanRemote } from "../../../fakes/podman_remote_world.ts";

engineContract(
  "podman compose",
  needs(...podmanRemotePrograms),
  false,
  withPodmanRemote,
);
