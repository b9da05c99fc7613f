// A place in a file -> the Kubernetes object that it lies in, as Flux's messages name it.
import { plainValue } from "../yaml/plain_value.ts";
import { parseYaml, type YamlFile } from "../yaml/parse_yaml.ts";
import { positionAt } from "../yaml/schema_issues.ts";

/** What names an object; all empty in a file that holds none, such as a Compose file (Flux semantics 3.5). */
export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Counted from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

type Fields = Readonly<Record<string, unknown>>;

const nameless: ObjectId = { apiVersion: "", kind: "", name: "", namespace: "" };

/** The objects of a text by place. A text that does not parse holds nameless ones. */
export function objectsByPlace(text: string, file: string): (place: Place) => ObjectId {
  const yaml = parseYaml(text, file);
  const objects = yaml.ok ? objectsOf(yaml.value) : [];
  return (place) => objects.findLast(({ start }) => isAtOrBefore(start, place))?.id ?? nameless;
}

function objectsOf(yaml: YamlFile): readonly { readonly start: Place; readonly id: ObjectId }[] {
  return yaml.documents.flatMap((document) => {
    const plain = plainValue(document, yaml.file);
    const value = plain.ok ? plain.value : null;
    const whole = { start: positionAt(yaml, document, []), id: idOf(value) };
    const items = isFields(value) && value["kind"] === "List" ? value["items"] : null;
    if (!Array.isArray(items)) return [whole];
    // Flux unwraps lists: its objects are the items.
    const inside = (items as readonly unknown[]).map((item, index) => ({
      start: positionAt(yaml, document, ["items", index]),
      id: idOf(item),
    }));
    return [whole, ...inside];
  });
}

function idOf(value: unknown): ObjectId {
  if (!isFields(value)) return nameless;
  const metadata = isFields(value["metadata"]) ? value["metadata"] : {};
  const text = (it: unknown): string => typeof it === "string" ? it : "";
  return {
    apiVersion: text(value["apiVersion"]),
    kind: text(value["kind"]),
    name: text(metadata["name"]),
    namespace: text(metadata["namespace"]),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAtOrBefore(start: Place, place: Place): boolean {
  return start.line < place.line || (start.line === place.line && start.column <= place.column);
}
