// The contract of engines over the real docker compose, with podman behind Docker's interface.
import { engineContract } from "../../../contract/engine_contract.ts";
import { dockerPrograms, withDocker } from "../../../fakes/docker_world.ts";
import { needs } from "../../../fakes/needs.ts";

engineContract("docker compose", needs(...dockerPrograms), false, withDocker);
