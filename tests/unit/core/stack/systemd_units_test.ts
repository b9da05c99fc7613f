// What units say for a host that only follows images and for one that deploys.
import assert from "node:assert/strict";
import { quadletUnit } from "../../../../src/core/stack/quadlet_unit.ts";
import { systemdUnits, type UnitOrder } from "../../../../src/core/stack/systemd_units.ts";
import { isUnchangedUnit } from "../../../../src/core/stack/unit_text.ts";

const order: UnitOrder = {
  maker: "magos 0.1.0",
  scope: "system",
  kind: "daemon",
  program: "/usr/local/bin/magos",
  isReleased: true,
  config: null,
  secrets: [{ key: "repo.auth.tokenFile", path: "/etc/magos/token" }],
  files: [{ key: "repo.auth.knownHostsFile", path: "/etc/magos/known_hosts" }],
  applies: false,
  writes: [],
  every: { update: 43_200, apply: 300 },
};

function linesOf(changes: Partial<UnitOrder>, at = 0): readonly string[] {
  return (systemdUnits({ ...order, ...changes })[at]?.text ?? "").split("\n");
}

function has(lines: readonly string[], ...wanted: readonly string[]): void {
  for (const line of wanted) assert.ok(lines.includes(line), `${line} is missing in\n${lines.join("\n")}`);
}

function lacks(lines: readonly string[], ...names: readonly string[]): void {
  for (const name of names) assert.ok(!lines.some((line) => line.startsWith(`${name}=`)), `${name} is there`);
}

Deno.test("systemdUnits() starts the daemon as a notifying service behind walls", () => {
  const lines = linesOf({});
  has(
    lines,
    "Type=notify",
    "NotifyAccess=main",
    "ExecStart=/usr/local/bin/magos run",
    "ExecReload=/bin/kill -HUP $MAINPID",
    "WatchdogSec=60",
    "Environment=PATH=/usr/local/bin:/usr/bin:/bin",
    "StateDirectory=magos",
    "StateDirectoryMode=0700",
    "ProtectSystem=strict",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "MemoryHigh=192M",
    "WantedBy=multi-user.target",
  );
  // It would end a V8 that compiles, as deno's own does.
  has(lines, "MemoryDenyWriteExecute=yes");
  lacks(linesOf({ isReleased: false }), "MemoryDenyWriteExecute");
});

Deno.test("units and the container's image tell the runtime to keep little memory", async () => {
  const told = "MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384 MALLOC_TRIM_THRESHOLD_=16384 MALLOC_TOP_PAD_=0";
  for (
    const lines of [linesOf({}), linesOf({ applies: true }), linesOf({ kind: "timer" }), linesOf({ scope: "user" })]
  ) {
    has(lines, `Environment=${told} DENO_TLS_CA_STORE=system,mozilla`);
  }
  const quadlet = quadletUnit(order, "ghcr.io/you/magos:1").text;
  has(quadlet.split("\n"), `Environment=${told} DENO_TLS_CA_STORE=system,mozilla`);
  const image = await Deno.readTextFile(new URL("../../../../.container/Containerfile", import.meta.url));
  assert.ok(image.includes(told));
});

Deno.test("systemdUnits() hands secrets over by systemd, and names them by variables of magos", () => {
  const lines = linesOf({});
  has(
    lines,
    "LoadCredential=repo-auth-tokenFile:/etc/magos/token",
    "Environment=MAGOS_REPO_AUTH_TOKEN_FILE=%d/repo-auth-tokenFile",
  );
  lacks(linesOf({ scope: "user" }), "LoadCredential");
});

Deno.test("systemdUnits() puts no wall around a host that starts containers, and keeps what they have mounted", () => {
  const lines = linesOf({ applies: true });
  lacks(lines, "NoNewPrivileges", "ProtectSystem", "PrivateTmp", "SystemCallFilter", "CapabilityBoundingSet", "UMask");
  has(lines, "KillMode=process", "RuntimeDirectory=magos", "RuntimeDirectoryPreserve=yes");
});

Deno.test("systemdUnits() for a user names no user, no state folder and no target of the system", () => {
  const lines = linesOf({ scope: "user" });
  lacks(lines, "User", "StateDirectory", "After", "ProtectSystem", "CapabilityBoundingSet");
  has(lines, "NoNewPrivileges=yes", "SystemCallFilter=@system-service", "WantedBy=default.target");
});

Deno.test("systemdUnits() makes a service and a timer for each pass of the host", () => {
  const names = (applies: boolean): readonly string[] =>
    systemdUnits({ ...order, kind: "timer", applies }).map(({ name }) => name);
  assert.deepEqual(names(false), ["magos-update.service", "magos-update.timer"]);
  assert.deepEqual(names(true), [
    "magos-update.service",
    "magos-update.timer",
    "magos-apply.service",
    "magos-apply.timer",
  ]);
  has(linesOf({ kind: "timer" }), "Type=oneshot", "ExecStart=/usr/local/bin/magos update", "TimeoutStartSec=1h");
  // One image alone may take an hour to pull.
  has(linesOf({ kind: "timer", applies: true }, 2), "TimeoutStartSec=6h");
  has(linesOf({ kind: "timer" }, 1), "OnUnitInactiveSec=43200s", "RandomizedDelaySec=600s", "WantedBy=timers.target");
  // The update pass of a host that deploys starts no container.
  has(linesOf({ kind: "timer", applies: true }), "ProtectSystem=strict");
  lacks(linesOf({ kind: "timer", applies: true }, 2), "ProtectSystem");
});

Deno.test("systemdUnits() opens the paths that are written to, and bears odd ones", () => {
  has(
    linesOf({ writes: ["/srv/my git/100%.git"], config: "/srv/my conf.yaml" }),
    "ReadWritePaths=-/srv/my\\ git/100%%.git",
    'ExecStart=/usr/local/bin/magos --config "/srv/my conf.yaml" run',
  );
});

Deno.test("quadletUnit() mounts configuration and secrets for reading, and hands out no rights", () => {
  const { name, text } = quadletUnit(order, "localhost/magos:0.1.0");
  assert.equal(name, "magos.container");
  assert.ok(isUnchangedUnit(text));
  has(
    text.split("\n"),
    "Image=localhost/magos:0.1.0",
    "Exec=--config /etc/magos/config.yaml run",
    "Volume=/etc/magos/config.yaml:/etc/magos/config.yaml:ro",
    "Volume=/etc/magos/token:/run/secrets/repo.auth.tokenFile:ro",
    "Environment=MAGOS_REPO_AUTH_TOKEN_FILE=/run/secrets/repo.auth.tokenFile",
    "ReadOnly=true",
    "DropCapability=all",
    "NoNewPrivileges=true",
    "Notify=true",
  );
});

Deno.test("quadletUnit() gives the container each file that the configuration names, at a user's home too", () => {
  const lines = quadletUnit({ ...order, scope: "user", config: null }, "localhost/magos:0.1.0").text.split("\n");
  has(
    lines,
    // The specifier is systemd's: doubled, it would be a folder of that name.
    "Volume=%h/.config/magos/config.yaml:/etc/magos/config.yaml:ro",
    "Volume=/etc/magos/known_hosts:/run/secrets/repo.auth.knownHostsFile:ro",
    "Environment=MAGOS_REPO_AUTH_KNOWN_HOSTS_FILE=/run/secrets/repo.auth.knownHostsFile",
  );
  const odd = quadletUnit({ ...order, config: "/srv/100%h/config.yaml" }, "localhost/magos:0.1.0").text.split("\n");
  has(odd, "Volume=/srv/100%%h/config.yaml:/etc/magos/config.yaml:ro");
  lacks(linesOf({}).filter((line) => line.includes("known_hosts")), "LoadCredential");
});

Deno.test("quadletUnit() has only settings that the first Quadlet knew: others would keep it from being a service", () => {
  // The table "Container units" of podman-systemd.unit(5), podman 4.4, without what is deprecated.
  const known = new Set(
    ("AddCapability AddDevice Annotation ContainerName DropCapability Environment EnvironmentFile EnvironmentHost Exec " +
      "ExposeHostPort Group Image Label Network NoNewPrivileges Notify PodmanArgs PublishPort ReadOnly RunInit " +
      "SeccompProfile Timezone User VolatileTmp Volume").split(" "),
  );
  for (const scope of ["system", "user"] as const) {
    const { text } = quadletUnit({ ...order, scope }, "localhost/magos:0.1.0");
    const [, section = ""] = /^\[Container\]\n([^[]*)/m.exec(text) ?? [];
    const names = [...section.matchAll(/^([A-Za-z]+)=/gm)].map(([, name = ""]) => name);
    assert.ok(names.length > 10, section);
    assert.deepEqual(names.filter((name) => !known.has(name)), []);
  }
});
