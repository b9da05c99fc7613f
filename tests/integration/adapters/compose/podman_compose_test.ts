// The contract of engines over real podman-compose and podman.
import { engineContract } from "../../../contract/engine_contract.ts";
import { needs } from "../../../fakes/needs.ts";
import { podmanPrograms, withPodman } from "../../../fakes/podman_world.ts";

engineContract("podman-compose", needs(...podmanPrograms), true, withPodman);
