// The image of a Compose service that an app follows without a marker (contracts 2.2, `apps[].images`).
import type { Pin } from "../model/policy.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { nearestOf } from "../model/nearest.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { scalarsOf, type YamlScalar } from "../yaml/scalars.ts";
import { valueReader } from "./compose_values.ts";
import type { FindContext, FoundTarget } from "./find_context.ts";
import { magosTarget } from "./magos_target.ts";
import { findPolicy, inlinePolicy, isInlineKind, unknownPolicy } from "./marker_policy.ts";
import type { SourceText } from "./slot.ts";

/** One image that an app follows. */
export interface AppImage {
  /** Name of the app. */
  readonly app: string;
  /** Null: the Compose file has exactly one image (rulings 12). */
  readonly service: string | null;
  /** `semver`, `latest`, `digest`, or the name of a policy. */
  readonly policy: string;
  readonly pin: Pin | null;
  /** Of the app; null or left out: the policy's own. */
  readonly group?: string | null;
}

/** The target of an app's image; its setter is `app:NAME/SERVICE`. */
export function findAppTarget(source: SourceText, image: AppImage, context: FindContext): Result<FoundTarget> {
  const yaml = parseYaml(source.text, source.file);
  if (!yaml.ok) return yaml;
  const scalars = scalarsOf(yaml.value).filter((scalar) => scalar.start < scalar.end);
  const found = findService(source.file, scalars, image);
  if (!found.ok) return found;
  const at = valueReader(yaml.value, scalars, context.readSibling)(found.value.scalar);
  if (!at.ok) return at;
  const place = at.value.place;
  const named = isInlineKind(image.policy)
    ? {
      policy: inlinePolicy(image.policy, `${place.file}:${place.line}`, context.gates),
      image: null,
      suspended: false,
    }
    : findPolicy(image.policy, context.book);
  if (named === null) return unknownPolicy(image.policy, context.book);
  const setter = `app:${image.app}/${found.value.service}`;
  // The app's word before that of the policy (contracts 2.1).
  const rule = { ...named, policy: { ...named.policy, group: image.group ?? named.policy.group } };
  return magosTarget({ setter, marker: "app", rule, repo: null, pin: image.pin }, at.value, context);
}

interface ServiceImage {
  readonly service: string;
  readonly scalar: YamlScalar;
}

function findService(file: string, scalars: readonly YamlScalar[], image: AppImage): Result<ServiceImage> {
  const images = scalars.flatMap((scalar): ServiceImage[] => {
    const [top, service, key] = scalar.path;
    const isImage = scalar.path.length === 3 && top === "services" && key === "image";
    return isImage && typeof service === "string" ? [{ service, scalar }] : [];
  });
  if (image.service !== null) {
    const wanted = images.find((it) => it.service === image.service);
    if (wanted !== undefined) return success(wanted);
    return noService(file, image.app, `no service "${image.service}" with an image`, near(image.service, images));
  }
  const [only] = images;
  if (images.length === 1 && only !== undefined) return success(only);
  return noService(
    file,
    image.app,
    images.length === 0 ? "no image" : `${images.length} images`,
    `name the service in the app: ${images.map((it) => it.service).join(", ") || "there is none with an image"}`,
  );
}

function near(service: string, images: readonly ServiceImage[]): string {
  const names = images.map((it) => it.service);
  const close = nearestOf(service, names);
  return close === null ? `services with an image: ${names.join(", ") || "none"}` : `did you mean "${close}"?`;
}

function noService(file: string, app: string, what: string, cure: string): Result<never> {
  return failure("app.unknown_service", `the app "${app}": ${file} has ${what}`, { file, cure });
}
