// Where GitHub's API is, and what the repository is called there.
import assert from "node:assert/strict";
import { githubPlace } from "../../../../src/adapters/forge/github_place.ts";

Deno.test("githubPlace() finds name and API", () => {
  const table: readonly (readonly [string, string | null, string, string])[] = [
    ["https://github.com/you/homelab.git", null, "you/homelab", "https://api.github.com"],
    ["https://github.com/you/homelab", null, "you/homelab", "https://api.github.com"],
    ["https://github.com/you/home.lab.git/", null, "you/home.lab", "https://api.github.com"],
    ["https://git.example.org/you/x.git", null, "you/x", "https://git.example.org/api/v3"],
    ["https://git.example.org:8443/you/x.git", null, "you/x", "https://git.example.org:8443/api/v3"],
    ["https://git.example.org/you/x.git", "https://api.example.org/v3/", "you/x", "https://api.example.org/v3"],
    // A host that only looks like it gets nothing that is meant for GitHub.
    ["https://github.com.example.org/you/x", null, "you/x", "https://github.com.example.org/api/v3"],
  ];
  for (const [url, forgeUrl, name, base] of table) {
    const place = githubPlace(url, forgeUrl);
    assert.ok(place.ok, url);
    assert.deepEqual([`${place.value.owner}/${place.value.name}`, place.value.base], [name, base]);
  }
});

Deno.test("githubPlace() refuses what names no repository of GitHub's form", () => {
  for (
    const url of [
      "git@github.com:you/x.git",
      "/srv/x.git",
      "https://github.com/x",
      "https://github.com/a/b/c",
      "https://github.com/a/..",
    ]
  ) {
    const place = githubPlace(url, null);
    assert.ok(!place.ok, url);
    assert.equal(place.failure.code, "config.invalid_value");
  }
});
