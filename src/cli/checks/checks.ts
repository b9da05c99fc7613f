// All checks of `magos doctor`, in the order in which they are shown: what others rest upon comes first.
import type { Check } from "./check.ts";
import { clockCheck } from "./clock_check.ts";
import { configCheck } from "./config_check.ts";
import { credentialsCheck } from "./credentials_check.ts";
import { forgeCheck } from "./forge_check.ts";
import { gitCheck } from "./git_check.ts";
import { registryCheck } from "./registry_check.ts";
import { stateCheck } from "./state_check.ts";

/** A new check is one file and one row here. */
export const checks: readonly Check[] = [
  configCheck,
  stateCheck,
  clockCheck,
  gitCheck,
  forgeCheck,
  registryCheck,
  credentialsCheck,
];
