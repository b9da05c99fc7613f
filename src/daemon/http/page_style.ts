// The style sheet and the icon of the status page: two sets of colours, by what the reader's system prefers.

/** Contrast of text on each of its grounds is above 4.5 in both sets (WCAG 2.2, 1.4.3). */
export const pageStyle = `:root {
  color-scheme: light dark;
  --ground: #f6f6f4; --panel: #ffffff; --line: #dddcd7; --text: #1d1d1b; --quiet: #5d5c57;
  --good: #17663a; --wait: #7a4d00; --bad: #a11a1a; --link: #0b57a4;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #161615; --panel: #1f1f1d; --line: #3b3a37; --text: #ecebe7; --quiet: #a9a79f;
    --good: #6fcf97; --wait: #e5b454; --bad: #ff8f87; --link: #82b7f5;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding-top: 1.5rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-left: auto; }
main { padding-top: 0; }
footer { color: var(--quiet); border-top: 1px solid var(--line); margin-top: 2rem; }
footer a { margin-right: 1.25rem; display: inline-block; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 2rem 0 .5rem; }
p { margin: 0; }
ul { margin: .25rem 0; padding-left: 1.2rem; }
li { margin: .4rem 0; }
code { font: .9em/1.4 ui-monospace, monospace; }
a { color: var(--link); }
nav a, footer a, summary { padding: .25rem 0; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; border-radius: .1rem; }
:target { outline: none; }
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--link); width: max-content; max-width: 100%; }
.quiet { color: var(--quiet); }
.good { color: var(--good); } .wait { color: var(--wait); } .bad { color: var(--bad); }
.big { font-size: 1.5rem; line-height: 1.2; }
.state { font-weight: 600; }
header .state { border: 2px solid currentColor; border-radius: 1rem; padding: 0 .7rem; background: var(--panel); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.news, .tiles > div, table { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; }
.news { padding: .75rem 1rem; border-left: .4rem solid var(--good); }
.news.some { border-left-color: var(--bad); }
.news h2 { margin: 0; } .news details { margin-bottom: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); gap: .75rem; margin: .75rem 0 0; }
.tiles > div { padding: .6rem 1rem .75rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
.tiles .wide { overflow-wrap: anywhere; }
table { position: relative; width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 0; }
th, td { text-align: left; vertical-align: top; padding: .6rem .75rem; }
tbody th, tbody td { border-top: 1px solid var(--line); }
th { font-weight: 600; }
thead th { color: var(--quiet); white-space: nowrap; }
tbody th { font-weight: 400; }
.images th { width: 15%; } .images :is(th:nth-child(1), th:nth-child(2)) { width: 26%; }
.images th:nth-child(5) { width: 8%; } .images th:nth-child(6) { width: 10%; }
.stacks th { width: 16%; } .stacks th:nth-child(2) { width: 32%; } .stacks :is(th:nth-child(3), th:nth-child(5)) { width: 8rem; }
.runs th { width: 11rem; } .runs th:nth-child(4) { width: auto; } .runs th:nth-child(5) { width: 5rem; }
td > .label { display: none; }
@media (max-width: 68rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tr, tbody th, td { display: block; width: auto !important; }
  table { overflow: hidden; }
  .tiles .wide { grid-column: span 2; }
  tbody { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1px; }
  tbody tr { padding: .6rem 1rem; box-shadow: 0 0 0 1px var(--line); }
  tbody th, tbody td { padding: .1rem 0; border-top: 0; }
  tbody td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .5rem; }
  td > .label { display: block; color: var(--quiet); }
  td.empty { display: none; }
}
@media (max-width: 40rem) {
  .tiles .wide { grid-column: 1 / -1; }
}
@media print {
  :root { --ground: #ffffff; }
  nav, footer a { display: none; }
  tr, .tiles > div { break-inside: avoid; }
}
`;

/** A cog, so that the page is found among the tabs. */
export const pageIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<circle cx="16" cy="16" r="10" fill="none" stroke="#b3261e" stroke-width="8" stroke-dasharray="5.24 2.614"/>
<circle cx="16" cy="16" r="8" fill="none" stroke="#b3261e" stroke-width="4"/></svg>
`;
