// The login for an image, as podman and Docker would find it, and what the user should know of the search.
import { type Credential, secretsOf } from "../../../core/model/credential.ts";
import { type AuthFinding, findAuth } from "../../../core/documents/find_auth.ts";
import type { Problem, Result } from "../../../core/model/problem.ts";
import { formatRepository, type Repository } from "../../../core/model/reference.ts";
import type { Secret } from "../../../core/model/secret.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Files } from "../../../core/ports/files.ts";
import type { Process } from "../../../core/ports/process.ts";
import { type FoundAuthFile, readAuthFiles } from "./auth_files.ts";
import { authPlaces, type AuthSurroundings, userAuthFile } from "./auth_places.ts";
import { askHelper, type HelperQuestion } from "./credential_helper.ts";
import { brokenEntry, brokenHelper, lonelyMarker } from "./login_problems.ts";

/** What the search needs. */
export interface CredentialParts extends AuthSurroundings {
  readonly files: Files;
  readonly process: Process;
  readonly clock: Clock;
  /** `credential-helpers` of registries.conf in order; `containers-auth.json` stands for the files. */
  readonly helpers?: readonly string[];
  /** Told of every secret that is read. */
  readonly keepSecret: (secret: Secret) => void;
}

/** Finds logins. What was read is kept for ten minutes, so that one pass reads each file and asks each helper once. */
export interface CredentialSource {
  /** The login for a repository as it is really asked for, or null. */
  find(repository: Repository): Promise<Credential | null>;
  /** What to do when the registry refused what `find` gave, or null when nothing better is known than to log in. */
  cure(repository: Repository): string | null;
  /** The file or helper that what `find` gave came from; null where it gave nothing. */
  origin(repository: Repository): string | null;
  /** What was wrong with files and helpers so far, each thing once. */
  problems(): readonly Problem[];
}

const files = "containers-auth.json";
const keptFor = 10 * 60_000;

interface Found {
  readonly credential: Credential | null;
  /** The file or helper it came from. */
  readonly from: string | null;
  readonly cure: string | null;
}

/** One search's memory. */
interface Memory {
  readonly since: number;
  readonly authFiles: Promise<readonly FoundAuthFile[]>;
  readonly answers: Map<string, Promise<Result<Credential | null>>>;
  readonly found: Map<string, Promise<Found>>;
}

/** Makes the search. Nothing is read before the first login is wanted. */
export function createCredentialSource(parts: CredentialParts): CredentialSource {
  const problems = new Map<string, Problem>();
  const last = new Map<string, Found>();
  const report = (problem: Problem): void => void problems.set(problem.message, problem);
  let memory: Memory | null = null;
  const recall = (): Memory => {
    const now = parts.clock.monotonic();
    if (memory !== null && now < memory.since + keptFor) return memory;
    const authFiles = readAuthFiles(parts.files, authPlaces(parts), report);
    return memory = { since: now, authFiles, answers: new Map(), found: new Map() };
  };
  return {
    async find(repository) {
      const kept = recall();
      const key = formatRepository(repository);
      const searched = kept.found.get(key) ?? search(parts, kept, repository, report);
      kept.found.set(key, searched);
      const found = await searched;
      last.set(key, found);
      return found.credential;
    },
    cure: (repository) => last.get(formatRepository(repository))?.cure ?? null,
    origin: (repository) => last.get(formatRepository(repository))?.from ?? null,
    problems: () => [...problems.values()],
  };
}

/** Goes on where a file or helper gives nothing; what was wrong on the way matters only if nothing was found at last. */
async function search(
  parts: CredentialParts,
  memory: Memory,
  repository: Repository,
  report: (problem: Problem) => void,
): Promise<Found> {
  const doubts: Problem[] = [];
  for (const source of parts.helpers ?? [files]) {
    const found = source === files
      ? await searchFiles(parts, memory, repository, doubts)
      : await searchHelper(parts, memory, repository, source, doubts);
    if (found !== null) return found;
  }
  for (const doubt of doubts) report(doubt);
  const [first] = doubts;
  return { credential: null, from: null, cure: first === undefined ? null : `${first.message}: ${first.cure ?? ""}` };
}

async function searchFiles(
  parts: CredentialParts,
  memory: Memory,
  repository: Repository,
  doubts: Problem[],
): Promise<Found | null> {
  for (const { file, isDocker } of await memory.authFiles) {
    const finding = findAuth(file, repository, isDocker);
    if (finding === null) continue;
    const place = { file: file.name, host: repository.host, loginFile: loginFile(parts, file.name) };
    const credential = await follow(parts, memory, finding, place, doubts);
    if (credential === null) continue;
    const by = finding.kind === "helper" ? `which the helper ${finding.helper} keeps` : `in ${file.name}`;
    const cure = `the login ${by} was refused; log in again: podman login --authfile ${place.loginFile} ${place.host}`;
    return { credential, from: file.name, cure };
  }
  return null;
}

/** Where a login that no helper keeps is found before all else: the file that was named, else the user's own. */
function loginFile(parts: CredentialParts, file: string): string {
  const named = parts.authFile !== null || Boolean(parts.env["REGISTRY_AUTH_FILE"]);
  return named ? file : userAuthFile(parts.env, parts.cwd) ?? file;
}

async function follow(
  parts: CredentialParts,
  memory: Memory,
  finding: AuthFinding,
  place: { readonly file: string; readonly host: string; readonly loginFile: string },
  doubts: Problem[],
): Promise<Credential | null> {
  switch (finding.kind) {
    case "login":
      for (const secret of secretsOf(finding.credential)) parts.keepSecret(secret);
      return finding.credential;
    case "broken":
      doubts.push(brokenEntry(place, finding.key, finding.why));
      return null;
    case "marker":
      doubts.push(lonelyMarker(place, finding.key));
      return null;
    case "helper": {
      const answer = await askOnce(parts, memory, finding);
      if (answer.ok) return answer.value;
      // A store that may hold anything is asked for every host; that it lacks one is no news.
      if (finding.why !== "maybe") doubts.push(brokenHelper(place, finding, answer.failure.message));
      return null;
    }
  }
}

async function searchHelper(
  parts: CredentialParts,
  memory: Memory,
  repository: Repository,
  helper: string,
  doubts: Problem[],
): Promise<Found | null> {
  const answer = await askOnce(parts, memory, { helper, server: repository.host });
  if (!answer.ok) {
    doubts.push({
      ...answer.failure,
      severity: "warning",
      message: `registries.conf names the helper ${helper} for logins, and ${answer.failure.message}`,
      cure: "install it, or take it out of credential-helpers in registries.conf",
    });
    return null;
  }
  if (answer.value === null) return null;
  const cure = `the login which the helper ${helper} keeps was refused; log in again: podman login ${repository.host}`;
  return { credential: answer.value, from: helper, cure };
}

async function askOnce(
  parts: CredentialParts,
  memory: Memory,
  { helper, server }: HelperQuestion,
): Promise<Result<Credential | null>> {
  const key = JSON.stringify([helper, server]);
  const asked = memory.answers.get(key) ?? askHelper(parts.process, parts.env, { helper, server });
  memory.answers.set(key, asked);
  const answer = await asked;
  if (answer.ok && answer.value !== null) { for (const secret of secretsOf(answer.value)) parts.keepSecret(secret); }
  return answer;
}
