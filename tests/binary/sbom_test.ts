// The list of packages is CycloneDX 1.6, and the licences travel along.
import assert from "node:assert/strict";
import { notices, sbom } from "./sbom.ts";

const packages = [
  { name: "@a/b", version: "1.0.0", license: "ISC", text: " The text. \n", integrity: "sha512-AP8=" },
  { name: "c", version: "2.0.0", license: "MIT", text: null, integrity: "sha512-EA==" },
];

Deno.test("sbom() lists each package with its package URL, licence and sum, and the runtime", () => {
  const read = JSON.parse(sbom("0.1.0", "2.9.6", packages));
  assert.deepEqual([read.bomFormat, read.specVersion, read.version], ["CycloneDX", "1.6", 1]);
  assert.deepEqual([read.metadata.component.name, read.metadata.component.version], ["magos", "0.1.0"]);
  assert.deepEqual(read.components[0], {
    type: "library",
    "bom-ref": "pkg:npm/%40a/b@1.0.0",
    name: "@a/b",
    version: "1.0.0",
    purl: "pkg:npm/%40a/b@1.0.0",
    hashes: [{ alg: "SHA-512", content: "00ff" }],
    licenses: [{ expression: "ISC" }],
  });
  const refs = read.components.map((one: { "bom-ref": string }) => one["bom-ref"]);
  assert.deepEqual(refs, ["pkg:npm/%40a/b@1.0.0", "pkg:npm/c@2.0.0", "pkg:github/denoland/deno@v2.9.6"]);
  assert.deepEqual(read.dependencies, [{ ref: "magos", dependsOn: refs }]);
});

Deno.test("notices() holds each text, and says so where a package brings none", () => {
  const text = notices(packages);
  assert.match(text, /^@a\/b 1\.0\.0 \(ISC\)\n\nThe text\.\n/m);
  assert.match(text, /^c 2\.0\.0 \(MIT\)\n\nIts package brings no text of the licence\.\n/m);
});
