// What a newer tag must share with the one in the file (loose versioning 4).
import { compareNumerals, type Numeral } from "./numeral.ts";
import type { Reading } from "./read_tag.ts";
import type { Flavour } from "./suffix.ts";
import { operatingSystems } from "./words.ts";

/** The form of a tag without its version. All empty for a tag that is none but whose extracted text is. */
export interface Shape {
  readonly prefix: string;
  readonly kind: "number" | "date" | null;
  /** The number of parts of what is compared: the extracted text's, where a policy extracts. */
  readonly parts: number;
  /** Sorted by name: their order in the tag says nothing. */
  readonly flavours: readonly Flavour[];
  /** In order, empty for a bare number. */
  readonly labels: readonly string[];
  readonly hasId: boolean;
}

/** What differs first, in the codes of the reasons. */
export type ShapeDifference =
  | "shape.prefix"
  | "shape.kind"
  | "shape.parts"
  | "shape.flavour"
  | "shape.build"
  | "shape.id";

/** The shape of a tag, whose version may have been read from an extracted text. */
export function shapeOf(tag: Reading | null, version: Reading): Shape {
  const parts = version.parts.length;
  if (tag === null) return { prefix: "", kind: null, parts, flavours: none, labels: none, hasId: false };
  const { flavour, build, ids } = tag.suffix;
  if (tag.prefix === "" && tag.kind === "number" && flavour.length + build.length + ids.length === 0) {
    const plain = plainShapes[parts];
    if (plain !== undefined) return plain;
  }
  return {
    prefix: tag.prefix,
    kind: tag.kind,
    parts,
    flavours: flavour.length < 2
      ? flavour
      : [...flavour].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    labels: build.length === 0 ? none : build.map(({ label }) => label),
    hasId: ids.length > 0,
  };
}

const none: readonly never[] = [];

// Most tags of a long list: they share one object for each number of parts.
const plainShapes: readonly Shape[] = [0, 1, 2, 3, 4].map((parts) => (
  { prefix: "", kind: "number", parts, flavours: none, labels: none, hasId: false }
));

/** The first thing in which a tag differs from the shape it must have, or null when it may follow. */
export function differenceOf(shape: Shape, wanted: Shape): ShapeDifference | null {
  if (shape.prefix !== wanted.prefix) return "shape.prefix";
  if (shape.kind !== wanted.kind) return "shape.kind";
  if (shape.parts !== wanted.parts) return "shape.parts";
  if (!areFlavoursKept(shape.flavours, wanted.flavours, mayFollow)) return "shape.flavour";
  return differenceOfBuild(shape, wanted);
}

/** As `differenceOf` where there is no current tag (section 5): parts may differ, operating systems count by name. */
export function differenceOfForm(shape: Shape, other: Shape): ShapeDifference | null {
  if (shape.prefix !== other.prefix) return "shape.prefix";
  if (shape.kind !== other.kind) return "shape.kind";
  if (!areFlavoursKept(shape.flavours, other.flavours, () => true)) return "shape.flavour";
  return differenceOfBuild(shape, other);
}

/** Equal for shapes that `differenceOfForm` does not tell apart. */
export function formKey(shape: Shape): string {
  const flavours = shape.flavours.map(({ name, numbers }) =>
    operatingSystems.has(name) ? name : [name, ...numbers.map((number) => number.join("."))].join("-")
  );
  return [
    shape.prefix,
    shape.kind ?? "",
    flavours.join("_"),
    shape.labels.map((label) => `-${label}`).join(""),
    shape.hasId,
  ]
    .join("\0");
}

function differenceOfBuild(shape: Shape, wanted: Shape): ShapeDifference | null {
  const areLabelsKept = shape.labels.length === wanted.labels.length &&
    shape.labels.every((label, at) => label === wanted.labels[at]);
  if (!areLabelsKept) return "shape.build";
  return shape.hasId === wanted.hasId ? null : "shape.id";
}

function areFlavoursKept(
  offered: readonly Flavour[],
  wanted: readonly Flavour[],
  systemMayBe: (offered: Flavour, wanted: Flavour) => boolean,
): boolean {
  if (offered.length !== wanted.length) return false;
  return offered.every((flavour, at) => {
    const other = wanted[at];
    if (other === undefined || other.name !== flavour.name) return false;
    return operatingSystems.has(flavour.name) ? systemMayBe(flavour, other) : areSame(flavour.numbers, other.numbers);
  });
}

/** The number of an operating system may rise; none stays none, for a tag that names no number follows the newest. */
function mayFollow(offered: Flavour, wanted: Flavour): boolean {
  if (offered.numbers.length === 0 || wanted.numbers.length === 0) {
    return offered.numbers.length === wanted.numbers.length;
  }
  for (let at = 0; at < Math.max(offered.numbers.length, wanted.numbers.length); at++) {
    const difference = compareNumerals(offered.numbers[at] ?? [], wanted.numbers[at] ?? []);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function areSame(a: readonly Numeral[], b: readonly Numeral[]): boolean {
  return a.length === b.length && a.every((number, at) => number.join(".") === b[at]?.join("."));
}
