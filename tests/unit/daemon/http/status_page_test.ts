import assert from "node:assert/strict";
import type { Gate } from "../../../../src/core/model/decision.ts";
import { pageStyle } from "../../../../src/daemon/http/page_style.ts";
import { daemonApp } from "../../../fakes/daemon_app.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { recordPass, samplePass, withState } from "../../../fakes/memory_state.ts";
import { sampleDecision, sampleTarget } from "../../../fakes/sample_decision.ts";

async function page(store: Parameters<typeof daemonApp>[0]): Promise<string> {
  const answer = await daemonApp(store).ask("/");
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
  return await answer.text();
}

/** The texts that a reader sees, tags taken out. */
function seen(html: string): string {
  return html.replaceAll(/<\/?(time|code|b|wbr|span)\b[^>]*>/g, "").replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
}

const tooYoung: Gate = {
  gate: "minAge",
  verdict: "hold",
  tag: "2.0",
  digest: null,
  message: "seen for 1h of 3d",
  until: testNow + 86_400_000,
};

Deno.test("the status page tells what is followed, why an image waits and until when, and what passes did", () =>
  withState(async (store) => {
    recordPass(store, samplePass({ problems: [{ code: "git.denied", severity: "error", message: "may not push" }] }), [
      sampleDecision({ state: "held", selected: null, blockers: [tooYoung] }),
    ]);
    const text = seen(await page(store));
    for (
      const part of [
        "magos on pi4",
        "ghcr.io/you/app",
        "waits",
        "2.0 too young: seen for 1h of 3d, until Wed 21 Jan, 12:00 (in 24 hours)",
        "schedule",
        "done",
        "may not push",
      ]
    ) assert.ok(text.includes(part), `${part} in ${text}`);
  }));

Deno.test("the status page says so when nothing is there yet", () =>
  withState(async (store) => {
    const text = seen(await page(store));
    assert.match(text, /No image is followed yet\./);
    assert.match(text, /No pass has run yet\./);
    assert.match(text, /at work/);
  }));

Deno.test("the status page is a whole document that needs no script, no form and nothing from elsewhere", () =>
  withState(async (store) => {
    recordPass(store, samplePass(), [sampleDecision()]);
    const html = await page(store);
    assert.match(html, /^<!DOCTYPE html><html lang="en">/);
    assert.match(html, /<title>magos on pi4<\/title>/);
    assert.doesNotMatch(html, /<(script|form|iframe|object|img|style)\b| style=| on[a-z]+=/);
    for (const [, address] of html.matchAll(/(?:href|src)="([^"]*)"/g)) assert.match(address ?? "", /^[\/#][a-z]/);
    for (const [head] of html.matchAll(/<th\b[^>]*>/g)) assert.match(head, /scope="(col|row)"/);
  }));

Deno.test("names of others are text on the page, whatever they hold", () =>
  withState(async (store) => {
    const hostile = `"><script>alert(1)</script>&'`;
    recordPass(store, samplePass({ problems: [{ code: "git.denied", severity: "error", message: hostile }] }), [
      sampleDecision({
        target: sampleTarget({ current: { name: hostile, tag: hostile, digest: null } }),
        state: "held",
        selected: null,
        blockers: [{ ...tooYoung, message: hostile }],
      }),
    ]);
    const html = await page(store);
    assert.doesNotMatch(html, /<script|"><script/);
    assert.ok(html.includes("&lt;script&gt;"));
  }));

Deno.test("the style sheet serves both colour schemes and loads nothing", () => {
  assert.match(pageStyle, /color-scheme: light dark/);
  assert.match(pageStyle, /prefers-color-scheme: dark/);
  assert.doesNotMatch(pageStyle, /url\(|@import/);
});

Deno.test("text of the page stands out from its ground in both schemes", () => {
  const [light = "", dark = ""] = pageStyle.split("@media");
  for (const scheme of [light, dark]) {
    const colours = new Map([...scheme.matchAll(/--([a-z]+): (#[0-9a-f]{6})/g)].map((it) => [it[1], it[2] ?? ""]));
    for (const name of ["text", "quiet", "good", "wait", "bad", "link"]) {
      for (const ground of ["ground", "panel"]) {
        const found = contrast(colours.get(name) ?? "", colours.get(ground) ?? "");
        assert.ok(found >= 4.5, `${name} on ${ground}: ${found.toFixed(2)}`);
      }
    }
  }
});

/** Contrast ratio of two colours (WCAG 2.2, "contrast ratio"). */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [a, b].map(luminance).sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
