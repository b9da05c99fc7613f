// A text to a 64-bit float by the grammar of Go's `strconv.ParseFloat`, which is not that of `Number()`.

const decimalForm = /^[+-]?(?:[0-9_]+\.?[0-9_]*|\.[0-9_]+)(?:e[+-]?[0-9][0-9_]*)?$/i;
const hexadecimalForm = /^([+-]?)0x([0-9a-f_]*)(?:\.([0-9a-f_]*))?p([+-]?[0-9][0-9_]*)$/i;
const infinityForm = /^[+-]?inf(?:inity)?$/i;
const looseUnderscore = /(?:^|[^0-9])_|_(?:[^0-9]|$)/;
const looseHexUnderscore = /(?:^|[^0-9a-fx])_|_(?:[^0-9a-f]|$)/i;

/** Reads a number, NaN and infinities included, or null where Go fails: bad syntax, or beyond the range of float64. */
export function parseFloat64(text: string): number | null {
  if (infinityForm.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  const hexadecimal = hexadecimalForm.exec(text);
  if (hexadecimal !== null) return looseHexUnderscore.test(text) ? null : hexadecimalValue(hexadecimal);
  if (!decimalForm.test(text) || !/[0-9]/.test(text) || looseUnderscore.test(text)) return null;
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? value : null;
}

function hexadecimalValue([, sign, whole = "", fraction = "", power = "0"]: RegExpExecArray): number | null {
  const fractionDigits = fraction.replaceAll("_", "");
  const digits = whole.replaceAll("_", "") + fractionDigits;
  if (digits === "") return null;
  const mantissa = BigInt(`0x${digits}`);
  if (mantissa === 0n) return 0;
  const value = scale(mantissa, Number(power.replaceAll("_", "")) - 4 * fractionDigits.length);
  return value === null ? null : sign === "-" ? -value : value;
}

/** `mantissa * 2 ** exponent`, rounded once, half to even; null when it is too large. */
function scale(mantissa: bigint, exponent: number): number | null {
  const top = mantissa.toString(2).length - 1 + exponent;
  if (top > 1023) return null;
  if (top < -1076) return 0;
  const lowest = Math.max(top - 52, -1074);
  const dropped = lowest - exponent;
  if (dropped <= 0) return Number(mantissa) * 2 ** exponent;
  const value = Number(roundedShift(mantissa, BigInt(dropped))) * 2 ** lowest;
  return Number.isFinite(value) ? value : null;
}

function roundedShift(value: bigint, by: bigint): bigint {
  const kept = value >> by;
  const twice = (value - (kept << by)) * 2n;
  const unit = 1n << by;
  return twice > unit || (twice === unit && (kept & 1n) === 1n) ? kept + 1n : kept;
}
