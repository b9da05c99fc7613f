// The style sheet of the status page: two sets of colours, by what the reader's system prefers.

/** Contrast of text on its ground is above 4.5 in both sets (WCAG 2.2, 1.4.3). */
export const pageStyle = `:root {
  color-scheme: light dark;
  --ground: #fbfbfa; --panel: #ffffff; --line: #d9d8d4; --text: #1d1d1b; --quiet: #5d5c57;
  --good: #17663a; --wait: #7a4d00; --bad: #a11a1a; --link: #0b57a4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #161615; --panel: #1f1f1d; --line: #3b3a37; --text: #ecebe7; --quiet: #a9a79f;
    --good: #6fcf97; --wait: #e5b454; --bad: #ff8f87; --link: #82b7f5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main, header { max-width: 72rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; }
.quiet { color: var(--quiet); }
.good { color: var(--good); } .wait { color: var(--wait); } .bad { color: var(--bad); }
.state { font-weight: 600; white-space: nowrap; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; background: var(--panel); }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .5rem .75rem; color: var(--quiet); }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-top: 1px solid var(--line); }
th { font-weight: 600; }
td.name { overflow-wrap: anywhere; min-width: 12rem; }
code { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
ul.problems { margin: 0; padding: 0 0 0 1.2rem; }
a { color: var(--link); }
a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; }
`;
