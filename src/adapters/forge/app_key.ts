// The private key of a GitHub App, looked at before it is used: what else such a file may hold is said plainly.
import { failure, type Result, success } from "../../core/model/problem.ts";

/**
 * The PEM text when it is an RSA key in PKCS#1 or PKCS#8 without a passphrase, with line ends as the signer wants them.
 * Fails with `config.invalid_value`; nothing of the text is repeated.
 */
export function readAppKey(text: string, path: string): Result<string> {
  const cure = "name the .pem file in repo.auth.githubApp.privateKeyFile that GitHub gave when the App's key was made";
  const refuse = (why: string, other = cure): Result<never> =>
    failure("config.invalid_value", `${path} ${why}`, { file: path, cure: other });
  const [pem, kind] = /-----BEGIN ([A-Z ]+)-----\r?\n[^]*?-----END \1-----/.exec(text) ?? [];
  if (pem === undefined || kind === undefined) return refuse("holds no private key in PEM form");
  if (kind === "OPENSSH PRIVATE KEY") return refuse("holds an SSH key, not the key of a GitHub App");
  if (kind === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    return refuse(
      "has a passphrase, and nobody is there to type it",
      `take it off: openssl pkey -in ${path} -out FILE`,
    );
  }
  if (kind !== "RSA PRIVATE KEY" && kind !== "PRIVATE KEY") {
    return refuse(`holds a ${kind.toLowerCase()}, no private key`);
  }
  return success(`${pem.replaceAll("\r", "")}\n`);
}
