// Which texts may stand without quotes, whatever reads the file.
import { isScalar, isSeq, parseDocument } from "yaml";

/**
 * Whether a plain scalar with this text is read as this very string by YAML 1.1 and 1.2 alike. `1.10`, `yes`, `0777`
 * and `2026-11-21` are not; inside a flow collection neither is `a,b`.
 */
export function isPlainText(text: string, inFlow: boolean): boolean {
  // Go's YAML readers (Compose, Kubernetes) know these prefixes in capitals too, neither version of YAML does.
  if (/^[-+]?0[xob]/i.test(text)) return false;
  return (["1.1", "1.2"] as const).every((version) => {
    const document = parseDocument(inFlow ? `[${text}]` : text, { version, logLevel: "silent" });
    if (document.errors.length > 0) return false;
    const contents = document.contents;
    const node = inFlow && isSeq(contents) && contents.items.length === 1
      ? contents.items[0]
      : inFlow
      ? null
      : contents;
    return isScalar(node) && node.type === "PLAIN" && node.value === text;
  });
}
