// The images that a Quadlet unit pulls, marked or not.
import { isMagosMarker } from "../documents/magos_marker.ts";
import type { LineEntry } from "./line_entry.ts";
import { readUnitFile } from "./unit_file.ts";

/** One `Image=` of a unit. */
export interface UnitImage {
  readonly entry: LineEntry;
  readonly isMarked: boolean;
}

/** What one unit holds. */
export interface UnitImages {
  readonly images: readonly UnitImage[];
  /** How many are built by another unit and not pulled. */
  readonly builds: number;
}

const imageSettings: ReadonlySet<string> = new Set(["Container.Image", "Image.Image", "Volume.Image"]);

/** Finds the images of a unit. One that names another unit is pulled or built there. */
export function findUnitImages(text: string): UnitImages {
  const entries = readUnitFile(text);
  const settings = entries.filter(({ kind, name, value }) =>
    kind === "setting" && imageSettings.has(name) && value !== ""
  );
  const isMarked = ({ line }: LineEntry): boolean => isMagosMarker(entries[line - 2]?.raw.trimStart() ?? "");
  return {
    images: settings.filter(({ value }) => !namesUnit(value)).map((entry) => ({ entry, isMarked: isMarked(entry) })),
    builds: settings.filter(({ value }) => namesUnit(value) && value.endsWith(".build")).length,
  };
}

/** `web.image` and `web.build` name the unit that pulls or builds. */
function namesUnit(value: string): boolean {
  return /^[^/:@]+\.(image|build)$/.test(value);
}
