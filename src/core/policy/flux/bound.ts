// One bound of a range, `>=1.2.x-0`: read, and asked about one version (Flux semantics 1.4, "Range grammar").
import { compareVersions } from "./compare_version.ts";
import { type FluxVersion, parseLooseVersion, zero } from "./parse_version.ts";

/** One bound. Missing parts and `x` are zeros in the version. */
export interface Bound {
  readonly operator: string;
  readonly version: FluxVersion;
  /** The first part that is missing or `x`; everything to the right of it is ignored. */
  readonly open: "major" | "minor" | "patch" | null;
}

const boundForm = /^v?([^.+-]+)(?:\.([^.+-]+))?(?:\.([^.+-]+))?(-[^+]+)?(?:\+.*)?$/;
const anyPart = /^[xX*]$/;

/** Reads what follows an operator, or null when a part of it is no number. */
export function parseBound(operator: string, text: string): Bound | null {
  const match = boundForm.exec(text);
  if (match === null) return null;
  const [, major = "", minor = "x", patch = "x", prerelease = ""] = match;
  const [open, written]: readonly [Bound["open"], string] = anyPart.test(major)
    ? ["major", `0.0.0${prerelease}`]
    : anyPart.test(minor)
    ? ["minor", `${major}.0.0${prerelease}`]
    : anyPart.test(patch)
    ? ["patch", `${major}.${minor}.0${prerelease}`]
    : [null, text];
  const version = parseLooseVersion(written);
  return version === null ? null : { operator, version, open };
}

/** Whether the bound takes a version; that prereleases are taken at all is for the caller to say. */
export function isAdmitted(bound: Bound, version: FluxVersion): boolean {
  switch (bound.operator) {
    case ">":
      return isAbove(bound, version);
    case "<":
      return compareVersions(version, bound.version) < 0;
    case ">=":
    case "=>":
      return compareVersions(version, bound.version) >= 0;
    case "<=":
    case "=<":
      return isNotAbove(bound, version);
    case "!=":
      return !isNamed(bound, version);
    case "~":
    case "~>":
      return isOfLine(bound, version);
    case "^":
      return isCompatible(bound, version);
    default:
      return bound.open === null ? compareVersions(version, bound.version) === 0 : isOfLine(bound, version);
  }
}

/** `>1.2` is above the whole line, `>*` above 0.0.0. */
function isAbove({ version: bound, open }: Bound, version: FluxVersion): boolean {
  if (open === null) return compareVersions(version, bound) > 0;
  if (version.major !== bound.major) return version.major > bound.major;
  if (open === "minor") return false;
  return open === "patch" ? version.minor > bound.minor : compareVersions(version, bound) > 0;
}

/** `<=1.2` takes the whole line. `<=*` is read as `<=0.0`: the library counts only the parts after the first as open. */
function isNotAbove({ version: bound, open }: Bound, version: FluxVersion): boolean {
  if (open === null) return compareVersions(version, bound) <= 0;
  if (version.major !== bound.major) return version.major < bound.major;
  return open === "minor" || version.minor <= bound.minor;
}

/** What `!=` keeps out: one version, or the line that a partial bound names. */
function isNamed({ version: bound, open }: Bound, version: FluxVersion): boolean {
  if (open === null || open === "major") return compareVersions(version, bound) === 0;
  if (version.major !== bound.major) return false;
  if (open === "minor") return true;
  if (version.minor !== bound.minor) return false;
  // With a prerelease on either side it is no line test: `!=4.1-alpha` takes 4.1.0 (rulings 9).
  return version.prerelease === bound.prerelease;
}

/** `~`: not below the bound, and the same minor line, or major line where the minor part is open. */
function isOfLine({ version: bound, open }: Bound, version: FluxVersion): boolean {
  if (compareVersions(version, bound) < 0) return false;
  // `~0.0.0` takes everything from there on; this is also how `*` does.
  const isZero = bound.major === zero && bound.minor === zero && bound.patch === zero;
  if (isZero && open !== "minor" && open !== "patch") return true;
  return version.major === bound.major && (open === "minor" || version.minor === bound.minor);
}

/** `^`: not below the bound, and equal up to its first part that is not zero. `^*` is `^0.0.0`, as in the library. */
function isCompatible({ version: bound, open }: Bound, version: FluxVersion): boolean {
  if (compareVersions(version, bound) < 0 || version.major !== bound.major) return false;
  if (bound.major !== zero || open === "minor") return true;
  if (version.minor !== bound.minor) return false;
  return bound.minor !== zero || open === "patch" || version.patch === bound.patch;
}
