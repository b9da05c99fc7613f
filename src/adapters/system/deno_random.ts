// Chance from the machine.
import type { Random } from "../../core/ports/random.ts";

/** Numbers for jitter, and hex digits from the system's secure source for names that nobody may guess. */
export const denoRandom: Random = {
  number: () => Math.random(),
  hex: (digits) => {
    const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil(digits / 2)));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, digits);
  },
};
