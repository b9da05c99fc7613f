// The two files that a host is set up from: `config/flux.yaml`, and `config/secrets-flux.yaml` beside it.
import * as z from "zod";
import { isBranchName } from "../model/branch_name.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { Secret } from "../model/secret.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { plainValue } from "../yaml/plain_value.ts";
import { type IssueStyle, schemaProblems } from "../yaml/schema_issues.ts";

/** What `flux.yaml` says. */
export interface FluxBootstrap {
  readonly repo: string;
  /** Null: the remote's own default branch (rulings 23). */
  readonly branch: string | null;
}

const text = z.string().min(1).max(1000);
const repository = z.strictObject({
  repo: text.refine((url) => !/^(https?:\/\/[^/?#]*@|[a-z+]+:\/\/[^/?#]*:[^/?#@]*@)/i.test(url), {
    message: "a URL with a user or password; the token belongs into secrets-flux.yaml",
    params: { code: "config.secret_inline" },
  }),
  branch: text.refine(isBranchName, "not a branch name").optional(),
});
const secrets = z.strictObject({ token: text.regex(/^\S+$/, "must be one word") });

/** Fails with `config.*` and the place of what is wrong. */
export function readFluxBootstrap(yaml: string, file: string): Result<FluxBootstrap> {
  const read = readTable(yaml, file, repository, ["repo", "branch"]);
  return read.ok ? success({ repo: read.value.repo, branch: read.value.branch ?? null }) : read;
}

/** The token; no message repeats what the file holds. */
export function readFluxToken(yaml: string, file: string): Result<Secret> {
  const read = readTable(yaml, file, secrets, ["token"]);
  return read.ok ? success(new Secret(read.value.token)) : read;
}

function readTable<T>(yaml: string, file: string, schema: z.ZodType<T>, keys: readonly string[]): Result<T> {
  const parsed = parseYaml(yaml, file);
  if (!parsed.ok) return { ok: false, failure: { ...parsed.failure, code: "config.unreadable" } };
  const [document, second] = parsed.value.documents;
  const plain = document === undefined || second !== undefined ? null : plainValue(document, file);
  if (document === undefined || plain === null) {
    return failure("config.unreadable", `${file} is empty or holds several documents`, {
      file,
      cure: `write one document with ${keys.join(" and ")}`,
    });
  }
  if (!plain.ok) return plain;
  const checked = schema.safeParse(plain.value ?? {});
  if (checked.success) return success(checked.data);
  const style: IssueStyle = {
    keysAt: () => keys,
    unknownKey: "config.unknown_key",
    invalidValue: "config.invalid_value",
  };
  const problems = schemaProblems(parsed.value, document, checked.error, style);
  // A slip of the hand explains why another key is missing.
  const first = problems.find(({ code }) => code === "config.unknown_key") ?? problems[0];
  if (first === undefined) return failure("config.invalid_value", `${file} cannot be understood`, { file });
  const { severity: _severity, ...rest } = first;
  return { ok: false, failure: { ...rest, retry: "never" } };
}
