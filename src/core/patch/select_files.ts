// Which files of a repository may hold marked values.
// @ts-types="@types/picomatch"
import picomatch from "picomatch";

/** Also the one name that Kustomize reads without an ending. */
const yamlName = /(?:\.[Yy][Aa]?[Mm][Ll]|(?:^|\/)Kustomization)$/;

/** YAML files below the configured paths; a path is a folder, a file or a glob. */
export function selectYamlFiles(files: readonly string[], paths: readonly string[]): readonly string[] {
  const matches = paths.map(matcherOf);
  return files.filter((file) => yamlName.test(file) && matches.some((match) => match(file)));
}

function matcherOf(path: string): (file: string) => boolean {
  const plain = path.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  if (plain === "" || plain === ".") return () => true;
  const glob = picomatch(plain, { dot: true });
  return (file) => file === plain || file.startsWith(`${plain}/`) || glob(file);
}
