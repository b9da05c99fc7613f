// doctor auto-update: units that podman itself updates, although magos pins their images. Two hands at one value.
import { findUnitImages } from "../../core/patch/find_unit_images.ts";
import { readUnitFile } from "../../core/patch/unit_file.ts";
import type { SourceText } from "../../core/patch/slot.ts";
import { canonicalName, formatRepository, parseReference } from "../../core/model/reference.ts";
import type { Files } from "../../core/ports/files.ts";
import { success } from "../../core/model/problem.ts";
import { unitFolder } from "../install_units.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

const largestUnit = 256 * 1024;
const deepestFolder = 4;

/** Reads the repository's units, and those of this host whose image the repository follows. */
export const autoUpdateCheck: Check = {
  id: "auto-update",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const read = await context.repository();
  if (!read.ok) return [findingOf(read.failure)];
  if (read.value === null) return [{ state: "skip", message: "no repository is configured" }];
  const { targets, units } = read.value;
  const followed = new Set(targets.map(({ file }) => file));
  const names = new Set(targets.map(({ repository }) => formatRepository(repository)));
  const mine = units.filter(({ file }) => followed.has(file));
  const here = (await hostUnits(context)).filter(({ text }) => imagesOf(text).some((name) => names.has(name)));
  const found = [...mine, ...here].filter(({ text }) => updatesItself(text));
  if (found.length === 0) return [{ state: "ok", message: `${mine.length + here.length} units; none updates itself` }];
  return found.map(({ file }) => ({
    state: "warn",
    message: `${file} has AutoUpdate=registry, and magos pins its image`,
    cure: `take AutoUpdate= out of ${file}: podman auto-update would change what git says, past every gate`,
  }));
}

async function hostUnits({ session }: CheckContext): Promise<readonly SourceText[]> {
  const { system } = session;
  const found: SourceText[] = [];
  for (const scope of ["system", "user"] as const) {
    const folder = unitFolder(system, "quadlet", scope);
    for (const file of folder === null ? [] : await containersBelow(system.files, folder, deepestFolder)) {
      const bytes = await system.files.read(file, largestUnit);
      if (!bytes.ok || bytes.value === null) continue;
      found.push({ file, text: new TextDecoder().decode(bytes.value) });
    }
  }
  return found;
}

/** Quadlet reads folders in its folder too (podman-systemd.unit(5)). Links to folders are not followed. */
async function containersBelow(files: Files, folder: string, depth: number): Promise<readonly string[]> {
  const names = await files.list(folder);
  const found: string[] = [];
  for (const name of names.ok ? names.value : []) {
    const path = `${folder}/${name}`;
    if (name.endsWith(".container")) found.push(path);
    else if (depth > 0) {
      const info = await files.stat(path);
      if (info.ok && info.value?.kind === "directory") found.push(...await containersBelow(files, path, depth - 1));
    }
  }
  return found;
}

function imagesOf(text: string): readonly string[] {
  return findUnitImages(text).images.flatMap(({ entry }) => {
    const reference = parseReference(entry.value);
    const name = reference.ok ? canonicalName(reference.value.name) : null;
    return name === null ? [] : [name];
  });
}

/** As a setting of Quadlet's, or as the label that it stands for (podman-auto-update(1)). */
function updatesItself(text: string): boolean {
  return readUnitFile(text).some(({ kind, name, value }) =>
    kind === "setting" &&
    (/^(Container|Kube)\.AutoUpdate$/.test(name) && /^(registry|image)$/.test(value) ||
      name === "Container.Label" && /io\.containers\.autoupdate=(registry|image)/.test(value))
  );
}
