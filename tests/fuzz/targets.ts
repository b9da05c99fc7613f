// All that is fuzzed; another target is one entry more.
import { authFile, configFile, dotEnv, magosMarker, registriesConf } from "./document_targets.ts";
import { challenges, links, manifests, realms, retryAfter } from "./header_targets.ts";
import { trailers } from "./message_targets.ts";
import { durations, references } from "./name_targets.ts";
import { patterns, selection, tagReading } from "./selection_targets.ts";
import type { FuzzTarget } from "./target.ts";
import { yamlFiles } from "./yaml_targets.ts";

/** Every target, in the order of their turns. */
export const fuzzTargets: readonly FuzzTarget[] = [
  yamlFiles,
  magosMarker,
  tagReading,
  selection,
  patterns,
  references,
  durations,
  registriesConf,
  authFile,
  configFile,
  dotEnv,
  challenges,
  links,
  realms,
  retryAfter,
  manifests,
  trailers,
];
