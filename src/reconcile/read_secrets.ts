// Secrets that Flux resources refer to, from documents of the repository or files of this machine, and no others.
import { type FluxSecret, mayHoldSecret, readFluxSecrets } from "../core/documents/flux_secret.ts";
import { secretFor, secretOfFile } from "../core/documents/secret_for.ts";
import { failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { Secret } from "../core/model/secret.ts";
import type { Files } from "../core/ports/files.ts";
import type { CheckoutReader } from "./checkout_reader.ts";

/** Each Secret by `namespace:name`, or why it cannot be used. */
export type SecretBook = ReadonlyMap<string, Result<FluxSecret>>;

/** What reading them needs. */
export interface SecretPorts {
  readonly files: Files;
  /** Told of each value, so that it is masked wherever it could be shown. */
  readonly keepSecret: (secret: Secret) => void;
}

const largest = 1024 * 1024;

/** Reads what is wanted; `secretFiles` are those of `flux.secrets`. */
export async function readSecrets(
  reader: CheckoutReader,
  wanted: ReadonlySet<string>,
  secretFiles: ReadonlyMap<string, string>,
  ports: SecretPorts,
): Promise<SecretBook> {
  const inRepository = new Set([...wanted].filter((key) => !secretFiles.has(key)));
  const { secrets, problems } = readFluxSecrets(await textsOf(reader, inRepository), inRepository);
  const book = new Map<string, Result<FluxSecret>>();
  for (const key of wanted) {
    const source = secretFor(key, secrets, secretFiles);
    const secret = !source.ok
      ? whyNot(key, problems) ?? source
      : source.value.kind === "file"
      ? await readFile(key, source.value.path, ports.files)
      : success(source.value.secret);
    book.set(key, secret);
    if (secret.ok) { for (const value of secret.value.values.values()) ports.keepSecret(value); }
  }
  return book;
}

async function textsOf(
  { files, read }: CheckoutReader,
  wanted: ReadonlySet<string>,
): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const texts = [];
  for (const file of wanted.size === 0 ? [] : files.filter((name) => /\.ya?ml$/i.test(name))) {
    const text = await read(file);
    if (text.ok && text.value !== null && mayHoldSecret(text.value, wanted)) texts.push({ file, text: text.value });
  }
  return texts;
}

/** What was wrong with the document itself says more than that there is none. */
function whyNot(key: string, problems: readonly Problem[]): Result<never> | null {
  const problem = problems.find(({ message }) => message.includes(key));
  return problem === undefined
    ? null
    : failure("flux.no_secret", problem.message, problem.cure === undefined ? {} : { cure: problem.cure });
}

async function readFile(key: string, path: string, files: Files): Promise<Result<FluxSecret>> {
  const bytes = await files.read(path, largest);
  const cure = `check flux.secrets.${key.replace(":", "/")}`;
  if (!bytes.ok) return failure("flux.no_secret", `the Secret ${key}: ${bytes.failure.message}`, { cure });
  if (bytes.value === null) return failure("flux.no_secret", `the Secret ${key}: there is no ${path}`, { cure });
  return secretOfFile(new TextDecoder().decode(bytes.value), path, key);
}
