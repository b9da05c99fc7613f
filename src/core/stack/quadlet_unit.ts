// The daemon in a container of its own, as podman's Quadlet wants it (podman-systemd.unit(5)).
import { environmentName } from "../documents/config_keys.ts";
import type { UnitOrder } from "./systemd_units.ts";
import { runtimeEnvironment } from "./runtime_environment.ts";
import { type UnitFile, unitText, unitVariable } from "./unit_text.ts";

/** Where the container looks for its configuration; the first place of a host without a home. */
const configInside = "/etc/magos/config.yaml";

/** `magos.container`. It follows images and pushes; what it may not do is reach the engine that it runs in. */
export function quadletUnit(order: UnitOrder, image: string): UnitFile {
  const { config, secrets, files, scope } = order;
  const volume = (from: string, to: string): { readonly name: string; readonly value: string } => ({
    name: "Volume",
    value: `${from}:${to}:ro`,
  });
  const usualConfig = scope === "user" ? "%h/.config/magos/config.yaml" : configInside;
  const text = unitText(order.maker, [
    "Build the image from magos's .container/Containerfile, or name the one you trust, by its digest.",
    "This container makes updates only: to deploy, magos has to run beside the engine and not inside of it.",
  ], [
    {
      name: "Unit",
      settings: [
        { name: "Description", value: "magos: images and stacks from git" },
        ...scope === "user" ? [] : [
          { name: "Wants", value: "network-online.target" },
          { name: "After", value: "network-online.target" },
        ],
      ],
    },
    {
      name: "Container",
      settings: [
        { name: "Image", value: image },
        { name: "ContainerName", value: "magos" },
        { name: "Exec", value: `--config ${configInside} run` },
        { name: "Notify", value: "true" },
        {
          name: "User",
          value: "0",
          why: "root of the container without its powers: who starts it owns the files that are mounted",
        },
        { name: "Volume", value: "magos-state:/var/lib/magos:U" },
        { name: "Environment", value: unitVariable(environmentName("state.dir"), "/var/lib/magos") },
        volume(config === null ? usualConfig : literal(config), configInside),
        ...[...secrets, ...files].flatMap(({ key, path }) => [
          volume(literal(path), `/run/secrets/${key}`),
          { name: "Environment", value: unitVariable(environmentName(key), `/run/secrets/${key}`) },
        ]),
        { name: "Environment", value: runtimeEnvironment },
        { name: "Environment", value: unitVariable(environmentName("server.listen"), "0.0.0.0:8420") },
        { name: "PublishPort", value: "127.0.0.1:8420:8420" },
        { name: "ReadOnly", value: "true" },
        { name: "DropCapability", value: "all" },
        { name: "NoNewPrivileges", value: "true" },
      ],
    },
    {
      name: "Service",
      settings: [
        { name: "Restart", value: "on-failure" },
        { name: "RestartSec", value: "10" },
        { name: "RestartPreventExitStatus", value: "2" },
        { name: "TimeoutStopSec", value: "30" },
        { name: "MemoryHigh", value: "256M" },
      ],
    },
    {
      name: "Install",
      settings: [{ name: "WantedBy", value: scope === "user" ? "default.target" : "multi-user.target" }],
    },
  ]);
  return { name: "magos.container", text };
}

/** A path without specifiers. */
function literal(path: string): string {
  return path.replaceAll("%", "%%");
}
