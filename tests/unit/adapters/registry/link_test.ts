// The Link headers that registries really send, and where they must not lead.
import assert from "node:assert/strict";
import { nextPage } from "../../../../src/adapters/registry/link.ts";

const current = "https://reg.example/v2/you/app/tags/list?n=100";

function next(header: string | null, from = current): string | null {
  return nextPage(header, new URL(from))?.href ?? null;
}

Deno.test("nextPage() finds the next page as registries write it", async (t) => {
  const own = "https://reg.example/v2/you/app/tags/list";
  const cases: Readonly<Record<string, readonly [string | null, string | null]>> = {
    "relative (distribution)": ['</v2/you/app/tags/list?last=a&n=100>; rel="next"', `${own}?last=a&n=100`],
    "absolute (Quay)": [`<${own}?n=100&last=b>; rel="next"`, `${own}?n=100&last=b`],
    "unquoted": ["</v2/you/app/tags/list?last=a>; rel=next", `${own}?last=a`],
    "upper case, among relations": ['</v2/you/app/tags/list?last=a>; title="a, b"; rel="last NEXT"', `${own}?last=a`],
    "second of two": ['</v2/you/app/tags/list>; rel="first", <?last=c>; rel="next"', `${own}?last=c`],
    "a comma in the target": ["</v2/you/app/tags/list?last=a,b>; rel=next", `${own}?last=a,b`],
    "an opaque token": ["</v2/you/app/tags/list?next_page=gAAA%3D>; rel=next", `${own}?next_page=gAAA%3D`],
    "lost port (Nexus)": [
      "<https://reg.example:8443/v2/you/app/tags/list?n=100&last=z>; rel=next",
      `${own}?n=100&last=z`,
    ],
    "another origin": ["<https://evil.example/v2/you/app/tags/list?last=x&steal=1>; rel=next", `${own}?last=x`],
    "lost prefix (Artifactory)": ["</v2/app?last=q&n=5>; rel=next", `${own}?n=5&last=q`],
    "another scheme": ["<file:///etc/tags/list?last=x>; rel=next", `${own}?last=x`],
    "not next": ['</v2/you/app/tags/list?last=a>; rel="prev"', null],
    "nextish": ['</v2/you/app/tags/list?last=a>; rel="nextish"', null],
    "malformed": ["</v2/you/app/tags/list; rel=next", null],
    "too long": [`</v2/you/app/tags/list?last=${"a".repeat(8192)}>; rel=next`, null],
    "none": [null, null],
  };
  for (const [name, [header, expected]] of Object.entries(cases)) {
    await t.step(name, () => assert.equal(next(header), expected));
  }
});

Deno.test("nextPage() resolves against where the page came from, not where it was asked", () => {
  const regional = "https://europe-west1.example/v2/images/app/tags/list";
  assert.equal(next("</v2/images/app/tags/list?last=a>; rel=next", regional), `${regional}?last=a`);
});
