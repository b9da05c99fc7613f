// The status page in a real browser: what its owner sees, hears and reaches by key, on a phone and on a wide screen.
import assert from "node:assert/strict";
import axe from "axe-core";
import { type Browser, type BrowserPage, type View, withChromium } from "../fakes/chromium.ts";
import { needs } from "../fakes/needs.ts";
import { stories, type Story, withStatusSite } from "../fakes/status_site.ts";

const { suffix, ignore } = needs("chromium");

const phone: View = { width: 360, scheme: "light" };
const desk: View = { width: 1440, scheme: "light" };
const views: readonly View[] = [
  { width: 320, scheme: "light" },
  phone,
  { width: 768, scheme: "dark" },
  // The narrowest tables.
  { width: 1089, scheme: "light" },
  desk,
  // 1440 at 200 %, and 1280 at 400 %: WCAG 2.2, 1.4.4 and 1.4.10.
  { width: 720, scheme: "light", scale: 2 },
  { width: 320, scheme: "dark", scale: 4 },
];

/** Opens the page for each story and view. Everything folded is unfolded when `unfold` is given. */
async function look(
  told: readonly Story[],
  seen: readonly View[],
  test: (page: BrowserPage, name: string, url: string) => Promise<void>,
): Promise<void> {
  await withChromium(async (browser: Browser) => {
    for (const story of told) {
      await withStatusSite(story, async (url) => {
        for (const view of seen) {
          const name = `${story} at ${view.width} x${view.scale ?? 1} ${view.scheme}`;
          await test(await browser.open(url, view), name, url);
        }
      });
    }
  });
}

const unfold = `document.querySelectorAll("details").forEach((part) => part.open = true)`;

Deno.test(
  `the status page breaks no rule of axe, light or dark, narrow or wide${suffix}`,
  { ignore },
  () =>
    look(stories, [phone, { ...desk, scheme: "dark" }], async (page, name) => {
      await page.evaluate(unfold);
      await page.evaluate(axe.source);
      const { violations, incomplete, passes } = await page.evaluate<axe.AxeResults>("axe.run()");
      assert.deepEqual(violations.map(found), [], name);
      assert.deepEqual(incomplete.map(found), [], `undecided: ${name}`);
      for (const rule of ["color-contrast", "html-has-lang", "document-title", "region", "page-has-heading-one"]) {
        assert.ok(passes.some(({ id }) => id === rule), `${rule} was looked at: ${name}`);
      }
    }),
);

function found({ id, nodes }: axe.Result): string {
  return `${id}: ${nodes.slice(0, 5).map(({ html }) => html.slice(0, 200)).join(" | ")}`;
}

Deno.test(
  `the status page never moves sideways, from 320 pixels to a zoom of 400 %${suffix}`,
  { ignore },
  () =>
    look(["busy", "failing", "hostile"], views, async (page, name) => {
      await page.evaluate(unfold);
      const [inner, outer] = await page.evaluate<readonly number[]>(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
      );
      assert.equal(inner, outer, name);
      const burst = await page.evaluate<readonly string[]>(`[...document.querySelectorAll("tbody th, td, dd, li")]
        .filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.outerHTML.slice(0, 200))`);
      assert.deepEqual(burst, [], name);
      // Nothing is cut off either: each text lies within the width.
      const out = await page.evaluate<readonly string[]>(`[...document.querySelectorAll("main *, header *, footer *")]
      .filter((part) => part.closest(".unseen, thead") === null && part.getBoundingClientRect().right > innerWidth + 1)
      .map((part) => part.outerHTML.slice(0, 200))`);
      assert.deepEqual(out, [], name);
    }),
);

Deno.test(
  `the status page asks only its own server, and the console stays empty${suffix}`,
  { ignore },
  () =>
    look(stories, [phone, desk], async (page, name, url) => {
      const asked = page.events.filter(({ method }) => method === "Network.requestWillBeSent")
        .map(({ params }) => (params.request as { readonly url: string }).url);
      assert.ok(asked.includes(`${url}style.css`), name);
      assert.deepEqual(asked.filter((address) => !address.startsWith(url)), [], name);
      const said = page.events.filter(({ method }) => /consoleAPICalled|exceptionThrown|entryAdded/.test(method));
      assert.deepEqual(said, [], name);
      assert.equal(await page.evaluate("typeof window.hit"), "undefined", name);
      assert.equal(await page.evaluate("document.images.length + document.scripts.length"), 0, name);
    }),
);

Deno.test(
  `the browser refuses script, style and pictures that the page did not bring${suffix}`,
  { ignore },
  () =>
    look(["fresh"], [desk], async (page) => {
      const blocked = await page.evaluate<readonly string[]>(`(async () => {
        const blocked = [];
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => blocked.push(effectiveDirective));
        const add = (name, more) => document.body.appendChild(Object.assign(document.createElement(name), more));
        const picture = () => new Promise((onerror) => add("img", { src: "http://127.0.0.1:1/x.png", onerror }));
        add("script", { textContent: "window.hit = 1" });
        add("p", {}).setAttribute("style", "color: red");
        // The second one fails behind all that the first has set off.
        await picture();
        await picture();
        return [...new Set(blocked)].sort();
      })()`);
      assert.deepEqual(blocked, ["img-src", "script-src-elem", "style-src-attr"]);
      assert.equal(await page.evaluate("typeof window.hit"), "undefined");
    }),
);

Deno.test(
  `whatever can be used is reached by Tab in the order of the page, and shows it${suffix}`,
  { ignore },
  () =>
    look(["busy", "failing"], [phone, desk, { ...desk, scheme: "dark" }], async (page, name) => {
      const all = await page.evaluate<readonly string[]>(
        `[...document.querySelectorAll("a, summary, button, input, select")].map((part) => part.textContent)`,
      );
      assert.ok(all.length >= 5, name);
      for (const expected of all) {
        await page.press("Tab");
        const at = await page.evaluate<Readonly<Record<string, unknown>>>(`(() => {
        const part = document.activeElement;
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(part);
        const { top, bottom } = part.getBoundingClientRect();
        return {
          text: part.textContent, outlineStyle, wide: parseFloat(outlineWidth) >= 2,
          coloured: !/, 0\\)|transparent/.test(outlineColor), seen: top >= 0 && bottom <= innerHeight,
        };
      })()`);
        const focus = { text: expected, outlineStyle: "solid", wide: true, coloured: true, seen: true };
        assert.deepEqual(at, focus, name);
      }
    }),
);

Deno.test(
  `Enter unfolds what is folded and goes to a part of the page${suffix}`,
  { ignore },
  () =>
    look(["busy"], [phone], async (page) => {
      const focus = (selector: string): Promise<unknown> =>
        page.evaluate(`document.querySelector("${selector}").focus()`);
      await focus("#images ~ details > summary");
      assert.equal(await page.evaluate(`document.querySelector("#images ~ details").open`), false);
      await page.press("Enter");
      assert.equal(await page.evaluate(`document.querySelector("#images ~ details").open`), true);
      await focus("nav a[href='#images']");
      await page.press("Enter");
      assert.equal(await page.evaluate("location.hash"), "#images");
    }),
);

Deno.test(
  `who hears the page gets landmarks, headings and tables, also where they are cards${suffix}`,
  { ignore },
  () =>
    look(["busy"], [phone, desk], async (page, name) => {
      const { nodes } = await page.send("Accessibility.getFullAXTree") as { readonly nodes: readonly AxNode[] };
      const named = (role: string): readonly string[] =>
        nodes.filter((node) => node.role?.value === role && node.ignored !== true).map((node) =>
          node.name?.value.replace("/ ", "/") ?? ""
        );
      for (const role of ["banner", "navigation", "main", "contentinfo"]) {
        assert.equal(named(role).length, 1, `${role} ${name}`);
      }
      assert.deepEqual(named("heading"), [
        "magos on pi4",
        "What needs you",
        "Stacks",
        "Images",
        "Holds",
        "Last passes",
      ], name);
      assert.deepEqual(named("table"), ["Stacks of this host", "Images that move or wait", "Last passes"], name);
      assert.deepEqual(
        named("columnheader").slice(0, 6),
        ["Stack", "State", "Health", "Services", "Commit", "Since"],
        name,
      );
      assert.ok(named("rowheader").includes("paperless"), name);
      assert.ok(named("rowheader").includes("ghcr.io/hotio/prowlarr"), name);
      assert.equal(await page.evaluate("document.documentElement.lang"), "en");
      assert.match(await page.evaluate("document.title"), /^\d+ need you: magos on pi4$/);
    }),
);

interface AxNode {
  readonly ignored?: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
}

Deno.test(
  `what needs the owner is what a phone shows first${suffix}`,
  { ignore },
  () =>
    look(["busy", "fresh", "failing"], [phone], async (page, name) => {
      const top = await page.evaluate<number>(`document.querySelector("#needs").getBoundingClientRect().top`);
      assert.ok(top < 200, `${top} ${name}`);
    }),
);

Deno.test(
  `nothing moves by itself, and a print is dark on white whatever the screen prefers${suffix}`,
  { ignore },
  () =>
    look(["busy"], [{ ...desk, scheme: "dark" }], async (page) => {
      const style = (selector: string, name: string): Promise<string> =>
        page.evaluate<string>(`getComputedStyle(document.querySelector("${selector}")).${name}`);
      assert.equal(await style("html", "scrollBehavior"), "auto");
      const moving = `[...document.querySelectorAll("*")].filter((part) =>
      parseFloat(getComputedStyle(part).transitionDuration) > 0 || getComputedStyle(part).animationName !== "none").length`;
      assert.equal(await page.evaluate(moving), 0);
      const features = [{ name: "prefers-color-scheme", value: "dark" }];
      await page.send("Emulation.setEmulatedMedia", { media: "print", features });
      assert.equal(await style("nav", "display"), "none");
      assert.equal(await style("body", "backgroundColor"), "rgb(255, 255, 255)");
      assert.equal(await style("body", "color"), "rgb(29, 29, 27)");
    }),
);

Deno.test(
  `hostile text is read as text, without marks that nobody sees${suffix}`,
  { ignore },
  () =>
    look(["hostile"], [phone], async (page) => {
      const text = await page.evaluate<string>("document.body.innerText");
      assert.match(text, /<script>window\.hit = 1<\/script>/);
      assert.match(text, /&lt;b&gt; \{\{ 7\*7 \}\}/);
      assert.doesNotMatch(text, /[^\P{C}\n\t]|[\u2028\u2029]/u);
    }),
);
