// Keeps the machine (files, network, clock, chance, output) behind the ports: only main.ts and src/adapters/system touch it.
import { isGlobal } from "./scope.ts";
import { isSource } from "./place.ts";

const clock = "take `now` as an argument, or use the Clock port";
const timer = "use `sleep` of the Clock port";
const chance = "use the Random port";
const machine = "use a port of src/core/ports; what carries it out belongs in src/adapters/system";

/** Globals that are the machine, each with the cure. */
const globals = new Map<string, string>([
  ["Deno", machine],
  ["fetch", "use the Http port"],
  ["WebSocket", "use the Http port"],
  ["EventSource", "use the Http port"],
  ["console", "return what is to be shown, or use the Log port"],
  ["process", "use the Process port, or `env` of System"],
  ["performance", "use `monotonic` of the Clock port"],
  ["setTimeout", timer],
  ["setInterval", timer],
  ["setImmediate", timer],
  ["globalThis", machine],
  ["self", machine],
]);

/** Members of otherwise harmless globals, each with the cure. */
const members = new Map<string, string>([
  ["Date.now", clock],
  ["Temporal.Now", clock],
  ["Math.random", chance],
  ["crypto.randomUUID", chance],
  ["crypto.getRandomValues", chance],
  ["AbortSignal.timeout", timer],
]);

/** The rule `magos/only-in-system`, for everything in src but adapters/system. A name that is declared nearby is let be. */
export const onlyInSystem: Deno.lint.Rule = {
  create(context) {
    if (!isSource(context.filename) || isSource(context.filename, "adapters/system/")) return {};
    const code = context.sourceCode;
    const refuse = (node: Deno.lint.Node, name: string, hint: string): void => {
      context.report({ node, message: `\`${name}\` belongs in main.ts and src/adapters/system`, hint });
    };
    return {
      Identifier(node) {
        const cure = globals.get(node.name);
        if (cure !== undefined && isGlobal(code, node)) refuse(node, node.name, cure);
      },
      MemberExpression(node) {
        if (node.object.type !== "Identifier") return;
        const name = `${node.object.name}.${memberName(node)}`;
        const cure = members.get(name);
        if (cure !== undefined && isGlobal(code, node.object)) refuse(node, name, cure);
      },
      // `Date()` ignores its arguments and gives the time of day as text.
      CallExpression(node) {
        if (isGlobalDate(code, node.callee)) refuse(node, "Date()", clock);
      },
      NewExpression(node) {
        if (node.arguments.length === 0 && isGlobalDate(code, node.callee)) refuse(node, "new Date()", clock);
      },
    };
  },
};

function isGlobalDate(code: Deno.lint.SourceCode, node: Deno.lint.Node): boolean {
  return node.type === "Identifier" && node.name === "Date" && isGlobal(code, node);
}

function memberName(node: Deno.lint.MemberExpression): string {
  if (node.property.type === "Identifier" && !node.computed) return node.property.name;
  return node.property.type === "Literal" ? String(node.property.value) : "";
}
