// All checks of `magos doctor`, in the order in which they are shown: what others rest upon comes first.
import type { Check } from "./check.ts";
import { autoUpdateCheck } from "./auto_update_check.ts";
import { clockCheck } from "./clock_check.ts";
import { cloneCheck } from "./clone_check.ts";
import { configCheck } from "./config_check.ts";
import { credentialsCheck } from "./credentials_check.ts";
import { diskCheck } from "./disk_check.ts";
import { engineCheck } from "./engine_check.ts";
import { forgeCheck } from "./forge_check.ts";
import { gitCheck } from "./git_check.ts";
import { lingerCheck } from "./linger_check.ts";
import { protectionCheck } from "./protection_check.ts";
import { pushCheck } from "./push_check.ts";
import { quadletCheck } from "./quadlet_check.ts";
import { registryCheck } from "./registry_check.ts";
import { rootlessCheck } from "./rootless_check.ts";
import { runtimeDirCheck } from "./runtime_dir_check.ts";
import { serverCheck } from "./server_check.ts";
import { sopsCheck } from "./sops_check.ts";
import { stateCheck } from "./state_check.ts";
import { unitCheck } from "./unit_check.ts";

/** A new check is one file and one row here. */
export const checks: readonly Check[] = [
  configCheck,
  stateCheck,
  clockCheck,
  diskCheck,
  gitCheck,
  cloneCheck,
  pushCheck,
  protectionCheck,
  forgeCheck,
  registryCheck,
  credentialsCheck,
  sopsCheck,
  runtimeDirCheck,
  engineCheck,
  quadletCheck,
  lingerCheck,
  rootlessCheck,
  unitCheck,
  serverCheck,
  autoUpdateCheck,
];
