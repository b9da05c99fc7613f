// doctor runtime-dir: whether decrypted secrets would lie in memory, for magos alone (contracts.md 2.4).
import { success } from "../../core/model/problem.ts";
import { runtimeFolder } from "../wire_host.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { deploys } from "./deploys.ts";
import { isEncrypted } from "./encrypted.ts";
import { findingOf } from "./problem_finding.ts";

/** Makes nothing: where the folder is not there yet, the one above it is looked at. */
export const runtimeDirCheck: Check = {
  id: "runtime-dir",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const { system, config } = context.session;
  const { files } = system;
  const read = await context.repository();
  if (!read.ok) return [findingOf(read.failure)];
  if (!(read.value?.files ?? []).some(isEncrypted)) return [{ state: "skip", message: "nothing is to be decrypted" }];
  const bad = deploys(context.session) ? "fail" as const : "warn" as const;
  const place = runtimeFolder(system, config);
  if (!place.ok) return [{ ...findingOf(place.failure), state: bad }];
  const path = place.value;
  const info = await files.stat(path);
  if (!info.ok) return [findingOf(info.failure)];
  const inMemory = await files.isInMemory(info.value === null ? path.slice(0, path.lastIndexOf("/")) || "/" : path);
  if (!inMemory.ok) return [{ ...findingOf(inMemory.failure), state: bad, cure: placeCure }];
  if (!inMemory.value) {
    return [{ state: bad, message: `${path} lies on a disk; magos decrypts nothing there`, cure: placeCure }];
  }
  const mode = info.value?.mode ?? 0;
  if ((mode & 0o077) !== 0) {
    return [{ state: bad, message: `${path} is open to others (0${mode.toString(8)})`, cure: `chmod 0700 ${path}` }];
  }
  return [{ state: "ok", message: `${path} is in memory` }];
}

const placeCure = "set state.runtimeDir to a folder on a tmpfs: below /run, or $XDG_RUNTIME_DIR";
