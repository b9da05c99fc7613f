// A YAML text to the images in it, marked or not: Compose services, Kubernetes containers, name and tag pairs.
import { mappingsOf, type YamlEntry, type YamlLeaf, type YamlMapping } from "../yaml/mappings.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";

/** One value that is a whole image. Offsets are UTF-16 units of the text, quotes included. */
export interface FoundImage {
  /** As written, without quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether `${NAME}` in it stands for a variable. */
  readonly expands: boolean;
}

/** An image whose name and tag are two values, as in Helm values and Kustomize. */
export interface FoundPair {
  readonly name: string;
  readonly tag: YamlLeaf;
}

/** What one file holds. */
export interface FoundImages {
  readonly images: readonly FoundImage[];
  readonly pairs: readonly FoundPair[];
  /** Offsets of image values that only refer to one written elsewhere. */
  readonly aliases: readonly number[];
  /** Services whose image is built and not pulled. */
  readonly builds: number;
}

/** A file without images. */
export const noImages: FoundImages = { images: [], pairs: [], aliases: [], builds: 0 };

const podParts: ReadonlySet<unknown> = new Set(["containers", "initContainers", "ephemeralContainers"]);

/** Kinds of operators that name an image outside of a pod, and where below `spec`. */
const imageFields: Readonly<Record<string, string>> = {
  Prometheus: "image",
  PrometheusAgent: "image",
  Alertmanager: "image",
  ThanosRuler: "image",
  OpenTelemetryCollector: "image",
  Elasticsearch: "image",
  Kibana: "image",
  RabbitmqCluster: "image",
  MariaDB: "image",
  Dragonfly: "image",
  Cluster: "imageName",
};

/** Finds the images of all documents. Files of other programs have none, whatever their keys are called. */
export function findImages(yaml: YamlFile): FoundImages {
  const byDocument = Map.groupBy(mappingsOf(yaml), (mapping) => mapping.document);
  const found = [...byDocument.values()].map((mappings) => findInDocument(yaml.file, mappings));
  return {
    images: found.flatMap(({ images }) => images).toSorted((a, b) => a.start - b.start),
    pairs: found.flatMap(({ pairs }) => pairs),
    aliases: found.flatMap(({ aliases }) => aliases),
    builds: found.reduce((sum, { builds }) => sum + builds, 0),
  };
}

function findInDocument(file: string, mappings: readonly YamlMapping[]): FoundImages {
  const root = mappings.find(({ path }) => path.length === 0);
  if (root === undefined && mappings.length === 0) return noImages;
  const isResource = root !== undefined && textOf(root, "apiVersion") !== null && textOf(root, "kind") !== null;
  if (!isResource && root?.entries.get("services")?.kind === "other") return findInCompose(mappings);
  const pairs = mappings.flatMap((mapping) => pairOf(mapping) ?? []);
  const overrides = isKustomization(file, root) ? mappings.flatMap((mapping) => overrideOf(mapping) ?? []) : [];
  const found = isResource ? findInResources(mappings) : noImages;
  return { ...found, pairs: [...pairs, ...overrides] };
}

/** `services.NAME`, and the `x-NAME` fragments that services take in by anchor. */
function findInCompose(mappings: readonly YamlMapping[]): FoundImages {
  const services = mappings.filter(({ path: [first, ...rest] }) =>
    (first === "services" && rest.length === 1) || (String(first).startsWith("x-") && rest.length === 0)
  );
  const built = services.filter(({ entries }) => entries.has("build"));
  const pulled = services.filter(({ entries }) => !entries.has("build"));
  return { ...collect(pulled.flatMap(({ entries }) => entries.get("image") ?? []), true), builds: built.length };
}

function findInResources(mappings: readonly YamlMapping[]): FoundImages {
  const byPath = new Map(mappings.map((mapping) => [JSON.stringify(mapping.path), mapping]));
  return collect(mappings.flatMap((mapping) => imageEntries(mapping, byPath)), false);
}

function imageEntries(mapping: YamlMapping, byPath: ReadonlyMap<string, YamlMapping>): readonly YamlEntry[] {
  const { path, entries } = mapping;
  const [above, last] = [path.at(-2), path.at(-1)];
  if (podParts.has(above) && typeof last === "number") return entry(mapping, "image");
  // An image that is mounted as a volume.
  if (path.at(-3) === "volumes" && typeof above === "number" && last === "image") return entry(mapping, "reference");
  const kind = textOf(mapping, "kind");
  const field = kind !== null && entries.has("apiVersion") && Object.hasOwn(imageFields, kind)
    ? imageFields[kind]
    : undefined;
  const spec = field === undefined ? undefined : byPath.get(JSON.stringify([...path, "spec"]));
  return spec === undefined || field === undefined ? [] : entry(spec, field);
}

function entry(mapping: YamlMapping, key: string): readonly YamlEntry[] {
  const found = mapping.entries.get(key);
  return found === undefined ? [] : [found];
}

function collect(entries: readonly YamlEntry[], expands: boolean): FoundImages {
  const images = entries.flatMap((it) =>
    it.kind === "scalar" && it.text !== "" ? [{ text: it.text, start: it.start, end: it.end, expands }] : []
  );
  const aliases = entries.flatMap((it) => it.kind === "alias" ? [it.start] : []);
  return { ...noImages, images, aliases };
}

/** `repository` and `tag`, as charts write them; `registry` may stand apart. */
function pairOf(mapping: YamlMapping): FoundPair | null {
  const [repository, tag] = [textOf(mapping, "repository"), mapping.entries.get("tag")];
  if (!repository || repository.includes("://") || tag?.kind !== "scalar" || tag.text === "") return null;
  const registry = textOf(mapping, "registry");
  return { name: registry ? `${registry}/${repository}` : repository, tag };
}

/** One of Kustomize's `images`. */
function overrideOf(mapping: YamlMapping): FoundPair | null {
  const tag = mapping.entries.get("newTag");
  const name = textOf(mapping, "newName") ?? textOf(mapping, "name");
  if (mapping.path[0] !== "images" || mapping.path.length !== 2 || tag?.kind !== "scalar" || !name) return null;
  return { name, tag };
}

function isKustomization(file: string, root: YamlMapping | undefined): boolean {
  if (/(^|\/)[Kk]ustomization(\.ya?ml)?$/.test(file)) return true;
  return root !== undefined && /^kustomize\.config\.k8s\.io\//.test(textOf(root, "apiVersion") ?? "");
}

function textOf(mapping: YamlMapping, key: string): string | null {
  const found = mapping.entries.get(key);
  return found?.kind === "scalar" ? found.text : null;
}
