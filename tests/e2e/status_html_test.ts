// The markup of the status page, kept as snapshots: what changes in it somebody has looked at, in a browser too.
import { type Story, withStatusSite } from "../fakes/status_site.ts";

for (const story of ["busy", "fresh", "failing", "hostile"] satisfies readonly Story[]) {
  Deno.test(`the ${story} status page is the same as it was`, (t) =>
    withStatusSite(story, async (url) => {
      const html = await (await fetch(url)).text();
      // One element a line, so that a difference can be read.
      await t.assertSnapshot(html.replaceAll("><", ">\n<"));
    }));
}
