// Colours, only where a person looks at a terminal and has not declined them (no-color.org).
import type { System, Terminal } from "../../core/ports/system.ts";

/** Paints a text, or leaves it as it is. */
export type Paint = (colour: "red" | "green" | "yellow" | "dim" | "bold", text: string) => string;

const codes = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

/** The painter for one stream. */
export function painterFor(system: System, terminal: Terminal): Paint {
  const coloured = terminal.isTerminal && !system.env["NO_COLOR"];
  return (colour, text) => coloured ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
}

/** A unified diff with its added and removed lines painted. */
export function paintDiff(diff: string, paint: Paint): string {
  return diff.split("\n").map((line) => {
    if (line.startsWith("---") || line.startsWith("+++")) return paint("bold", line);
    if (line.startsWith("+")) return paint("green", line);
    if (line.startsWith("-")) return paint("red", line);
    return line.startsWith("@@") ? paint("dim", line) : line;
  }).join("\n");
}
