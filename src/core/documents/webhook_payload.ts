// What a sender's event names: repositories to ask about again, or that the GitOps repository was pushed to. Nothing
// else of a payload is believed, and no address in it is ever visited (registries 7).
import * as z from "zod";
import { parseReference, parseRepository } from "../model/reference.ts";
import type { WebhookKind } from "../model/webhook_kind.ts";

/** A repository as an event names it. */
export interface PushedName {
  /** Canonical host; null: the sender does not say it in a way that can be known. */
  readonly host: string | null;
  /** Lower case; with `withBelow` also what lies below it. */
  readonly path: string;
  readonly withBelow?: true;
}

/** What an event is about. */
export interface WebhookEvent {
  readonly images: readonly PushedName[];
  readonly repositories: readonly PushedBranch[];
}

/** A branch of a git repository that was pushed to. */
export interface PushedBranch {
  /** `owner/name`, lower case. */
  readonly name: string;
  /** Null: the sender does not say. */
  readonly branch: string | null;
}

/** Names in one delivery; more are an attack or a mistake. */
const mostNames = 100;
const name = z.string().min(1).max(300);

const nothing: WebhookEvent = { images: [], repositories: [] };

/** The event in a body that was found genuine, or null when it is none of this kind. An event of no interest is empty. */
export function readWebhook(kind: WebhookKind, event: string | null, body: unknown): WebhookEvent | null {
  switch (kind) {
    case "github":
      return githubEvent(event, body);
    case "forgejo":
    case "gitea":
      return giteaEvent(event, body);
    case "gitlab":
      return gitlabEvent(body);
    case "dockerhub":
      return of(dockerHub, body, ({ repository }) => [at("docker.io", repository.repo_name)]);
    case "quay":
      // Builds and scans are told in the same form, and have pushed nothing.
      return of(quay, body, ({ repository, updated_tags }) => updated_tags === undefined ? [] : [at(null, repository)]);
    case "harbor":
      return of(harbor, body, ({ type, event_data, data }) => {
        // Each pull is told too: magos's own would call for the next.
        if (type !== undefined && !harborPushes.has(type)) return [];
        const found = (event_data ?? data)?.repository?.repo_full_name;
        return found === undefined ? [] : [at(null, found)];
      });
    case "distribution":
      return of(
        distribution,
        body,
        ({ events }) =>
          events.flatMap(({ action, target }) =>
            // Layers are pushed too, one event each; what has a tag is the image itself.
            action === "push" && target?.tag !== undefined && target.repository !== undefined
              ? [at(null, target.repository)]
              : []
          ),
      );
    case "generic":
      return of(
        generic,
        body,
        ({ image, images = [] }) => [...image === undefined ? [] : [image], ...images].flatMap(imageNamed),
      );
  }
}

const githubPackage = z.object({
  name,
  ecosystem: z.string().optional(),
  package_type: z.string().optional(),
  owner: z.object({ login: name }),
});
const github = z.object({ registry_package: githubPackage.optional(), package: githubPackage.optional() });
const gitPush = z.object({ ref: name.optional(), repository: z.object({ full_name: name }) });

function githubEvent(event: string | null, body: unknown): WebhookEvent | null {
  if (event === "push") return pushOf(body);
  if (event !== "package" && event !== "registry_package") return nothing;
  return of(github, body, (payload) => {
    const found = payload.registry_package ?? payload.package;
    // The path of a package may hold slashes, which come encoded or not.
    return found === undefined ? [] : [at("ghcr.io", `${found.owner.login}/${found.name.replaceAll("%2F", "/")}`)];
  });
}

const gitea = z.object({
  package: z.object({ name, type: z.string(), owner: z.object({ login: name.optional(), username: name.optional() }) }),
});

function giteaEvent(event: string | null, body: unknown): WebhookEvent | null {
  if (event === "push") return pushOf(body);
  if (event !== "package") return nothing;
  return of(gitea, body, ({ package: { name, type, owner } }) => {
    const login = owner.login ?? owner.username;
    return type !== "container" || login === undefined ? [] : [at(null, `${login}/${name}`)];
  });
}

const gitlab = z.object({
  object_kind: z.string(),
  ref: z.unknown().optional(),
  object_attributes: z.object({ status: z.string().optional() }).optional(),
  // Some events of groups are of no project.
  project: z.object({ path_with_namespace: name }).optional(),
});

/** GitLab's registry sends nothing; a pipeline that ended well may have pushed. */
function gitlabEvent(body: unknown): WebhookEvent | null {
  const parsed = gitlab.safeParse(body);
  if (!parsed.success) return null;
  const { object_kind, object_attributes, project, ref } = parsed.data;
  if (project === undefined) return nothing;
  const { path_with_namespace: path } = project;
  if (object_kind === "push") return pushedTo(path, typeof ref === "string" ? ref : undefined);
  if (object_kind !== "pipeline" || object_attributes?.status !== "success") return nothing;
  return { images: [{ ...at(null, path), withBelow: true }], repositories: [] };
}

const dockerHub = z.object({ repository: z.object({ repo_name: name }) });
const quay = z.object({ repository: name, updated_tags: z.unknown().optional() });
const harborData = z.object({ repository: z.object({ repo_full_name: name }).optional() });
/** Of the default form of now and before, and of CloudEvents. */
const harborPushes: ReadonlySet<string> = new Set(["PUSH_ARTIFACT", "pushImage", "harbor.artifact.pushed"]);
const harbor = z.object({
  type: z.string().optional(),
  event_data: harborData.optional(),
  data: harborData.optional(),
});
const distribution = z.object({
  // A registry sends an envelope again until it is taken: one odd event must not stop the others.
  events: z.array(z.object({
    action: z.string().optional(),
    target: z.object({ repository: name.optional(), tag: name.optional() }).optional(),
  })).max(mostNames),
});
const generic = z.object({ image: name.optional(), images: z.array(name).max(mostNames).optional() });

function of<T>(schema: z.ZodType<T>, body: unknown, names: (payload: T) => readonly PushedName[]): WebhookEvent | null {
  const parsed = schema.safeParse(body);
  return parsed.success ? { images: names(parsed.data), repositories: [] } : null;
}

function pushOf(body: unknown): WebhookEvent | null {
  const parsed = gitPush.safeParse(body);
  return parsed.success ? pushedTo(parsed.data.repository.full_name, parsed.data.ref) : null;
}

/** Tags are nobody's branch. */
function pushedTo(name: string, ref: string | undefined): WebhookEvent {
  const branch = ref === undefined ? null : /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  return branch === undefined ? nothing : { images: [], repositories: [{ name: name.toLowerCase(), branch }] };
}

/** Owners keep their case where people see them; image names have none (registries 7). */
function at(host: string | null, path: string): PushedName {
  return { host, path: path.toLowerCase() };
}

/** As in a Compose file: with a host, or of Docker Hub. A tag or digest behind it says nothing more. */
function imageNamed(image: string): readonly PushedName[] {
  const parsed = parseReference(image);
  const repository = parsed.ok ? parseRepository(parsed.value.name) : parsed;
  return repository.ok ? [repository.value] : [];
}
