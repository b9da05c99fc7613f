// What is said when a file points to a login that cannot be had. Going on without a word is the commonest riddle of
// registries: "it worked with docker pull" (registries 1.5).
import type { AuthFinding } from "../../../core/documents/find_auth.ts";
import type { Problem } from "../../../core/model/problem.ts";

/** The file that was searched, for which registry, and where a login would better be kept. */
export interface LoginPlace {
  readonly file: string;
  readonly host: string;
  readonly loginFile: string;
}

/** An entry with a login that cannot be read. */
export function brokenEntry({ file, host, loginFile }: LoginPlace, key: string, why: string): Problem {
  return {
    code: "registry.auth_file",
    severity: "warning",
    message:
      `the entry "${key.slice(0, 300)}" of ${file} holds no login that can be read (${why}), so ${host} is asked ` +
      "without one",
    file,
    host,
    cure: `log in again: podman login --authfile ${loginFile} ${host}`,
  };
}

/** An empty entry, whose helper the file does not name. */
export function lonelyMarker({ file, host, loginFile }: LoginPlace, key: string): Problem {
  return {
    code: "registry.login_helper",
    severity: "warning",
    message: `the entry "${key.slice(0, 300)}" of ${file} leaves the login to a helper and names none, so ${host} is ` +
      "asked without one",
    file,
    host,
    cure: `log in without a helper: podman login --authfile ${loginFile} ${host}`,
  };
}

/** A helper that should have the login and does not give it. */
export function brokenHelper(
  { file, host, loginFile }: LoginPlace,
  { helper, server, why }: Extract<AuthFinding, { kind: "helper" }>,
  said: string,
): Problem {
  // podman, too, would hand a new login to the helper that the file names for the host.
  const first = why === "host" ? `take "${server}" out of credHelpers in ${file}, and ` : "";
  return {
    code: "registry.login_helper",
    severity: "warning",
    message:
      `${file} leaves the login of ${host} to the helper "${helper.slice(0, 100)}", so ${host} is asked without ` +
      `one: ${said}`,
    file,
    host,
    cure: `${first}log in without a helper: podman login --authfile ${loginFile} ${host}`,
  };
}
