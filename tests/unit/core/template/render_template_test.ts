import assert from "node:assert/strict";
import { templateFunctions } from "../../../../src/core/template/functions.ts";
import { parseTemplate } from "../../../../src/core/template/parse.ts";
import { renderTemplate } from "../../../../src/core/template/render.ts";
import { TemplateMap, TemplateObject, type Value } from "../../../../src/core/template/value.ts";

function change(old: string, next: string): Value {
  return new TemplateObject({ OldValue: old, NewValue: next, Setter: "flux-system:p" });
}

function object(kind: string, name: string): TemplateObject {
  return new TemplateObject({ APIVersion: "apps/v1", Kind: kind, Name: name, Namespace: "apps" });
}

const data = new TemplateObject({
  Values: new TemplateMap([["cluster", "home"], ["a", "x"]], ""),
  Num: 3,
  List: ["b", "a", 3, true],
  Nil: null,
  Obj: object("Deployment", "web"),
  Changed: new TemplateObject({ Changes: [change("x:1", "x:2"), change("1", "2")] }),
});

function render(text: string, of: Value = data): string {
  const parsed = parseTemplate(text, { name: "message" }, templateFunctions);
  if (!parsed.ok) return `! ${parsed.failure.code} ${parsed.failure.message}`;
  const rendered = renderTemplate(parsed.value, of, "message");
  return rendered.ok ? rendered.value : `! ${rendered.failure.code} ${rendered.failure.message}`;
}

// Every expected text was printed by Go's text/template with sprig's hermetic functions.
const rows: readonly (readonly [template: string, text: string])[] = [
  ["{{.Num}} {{.Values.a}} {{.Values.zz}} [{{index .Values `zz`}}]", "3 x <no value> []"],
  ["{{.Nil}} {{print nil}}", "<no value> <nil>"],
  ["a\n  {{- .Num -}}  \n b", "a3b"],
  ["a {{- /* gone */ -}} b{{/* gone */}}.", "ab."],
  ["{{if eq .Num 4}}four{{else if eq .Num 3}}three{{else}}other{{end}}", "three"],
  ["{{with .Values.q}}{{.}}{{else with .Num}}W{{.}}{{end}}", "W3"],
  ["{{range $i, $e := .List}}{{$i}}={{$e}},{{end}}", "0=b,1=a,2=3,3=true,"],
  ["{{range $k, $v := .Values}}{{$k}}:{{$v}};{{end}}", "a:x;cluster:home;"],
  ["{{range .Nil}}x{{else}}none{{end}}", "none"],
  ["{{range .List}}{{if eq (printf `%v` .) `a`}}{{continue}}{{end}}{{.}}{{end}}", "b3true"],
  ["{{range .List}}{{.}}{{break}}{{end}}", "b"],
  ["{{$x := 4}}{{range .List}}{{$x = 5}}{{end}}{{$x}}", "5"],
  ["{{define `T`}}[{{.}}]{{end}}{{template `T` .Num}}{{block `B` .Num}}({{.}}){{end}}", "[3](3)"],
  ["{{range .Changed.Changes}}{{print .OldValue}} -> {{println .NewValue}}{{end}}", "x:1 -> x:2\n1 -> 2\n"],
  ["{{(index .Changed.Changes 0).OldValue}}", "x:1"],
  ["{{.Obj}} {{.Obj.Kind | lower}} {{$.Num}}", "{apps/v1 Deployment web apps} deployment 3"],
  ["{{print 1 2 `a` 3 4}}", "1 2a3 4"],
  [
    "{{printf `%s-%d-%q-%05d-%-5s|%5s|%x|%t|%%` `a` 5 `b` 42 `l` `r` `hi` true}}",
    'a-5-"b"-00042-l    |    r|6869|true|%',
  ],
  ["{{printf `%d` `x`}} {{printf `%d %d` 1}} {{printf `x` 1}}", "%!d(string=x) 1 %!d(MISSING) x%!(EXTRA int=1)"],
  ["{{len `héé`}} {{and 1 0}} {{or 0 `x`}} {{not true}}", "5 0 x false"],
  [
    "{{html `<a href='x'>&`}} {{urlquery `a b&c/d!(é)*`}}",
    "&lt;a href=&#39;x&#39;&gt;&amp; a+b%26c%2Fd%21%28%C3%A9%29%2A",
  ],
  ["{{`a,b` | splitList `,` | join `+`}} {{.Values.zz | default `d`}}", "a+b d"],
  ["{{trunc 3 `hello`}} {{trunc -3 `hello`}} {{contains `a` `ba`}}", "hel llo true"],
  ["{{sha256sum `a`}}", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"],
  ["{{regexReplaceAll `a(x*)b` `-ab-axxb-` `${1}W`}} {{regexSplit `z+` `pizza` -1}}", "-W-xxW- [pi a]"],
  ["{{regexFindAll `z*` `azzb` -1}}{{regexReplaceAll `z*` `azzb` `-`}}", "[ zz ]-a-b-"],
  ["{{0x1F}} {{'a'}} {{1_000}} {{010}}", "31 97 1000 8"],
];

for (const [template, text] of rows) {
  Deno.test(`renderTemplate() prints what Go prints for ${JSON.stringify(template)}`, () => {
    assert.equal(render(template), text);
  });
}

const refused: readonly (readonly [template: string, line: number, column: number, why: RegExp])[] = [
  ["a\n b {{ nosuch 1 }}", 2, 7, /no function "nosuch"/],
  ["{{ env `HOME` }}", 1, 4, /no function "env"/],
  ["{{ uuidv4 }}", 1, 4, /no function/],
  ["{{ if .Yes }}x", 1, 1, /no \{\{end\}\}/],
  ["{{ end }}", 1, 1, /unexpected \{\{end\}\}/],
  ["{{ .Num", 1, 1, /no end/],
  ["{{ $y }}", 1, 4, /no variable \$y/],
  ["{{ break }}", 1, 1, /outside of/],
  ["{{ ..Num }}", 1, 5, /unexpected/],
  ["{{ (.Num }}", 1, 4, /not closed/],
];

for (const [template, line, column, why] of refused) {
  Deno.test(`parseTemplate() refuses ${JSON.stringify(template)} with its place`, () => {
    const parsed = parseTemplate(template, { name: "message", file: "flux.yaml", linesBefore: 10 }, templateFunctions);
    assert.ok(!parsed.ok);
    assert.equal(parsed.failure.code, "template.invalid");
    assert.deepEqual([parsed.failure.line, parsed.failure.column], [line + 10, column]);
    assert.match(parsed.failure.message, why);
  });
}

Deno.test("renderTemplate() fails for a field that a struct does not have, and names those it has", () => {
  assert.match(render("{{.Obj.Title}}"), /template\.failed .*no field \.Title; there are \.APIVersion, \.Kind/);
});

Deno.test("renderTemplate() fails when comparing what cannot be compared", () => {
  assert.match(render("{{eq `a` 1}}"), /template\.failed .*incompatible types/);
});

Deno.test("renderTemplate() stops templates that would grow or run without end", () => {
  const doubling = "{{$x := `xxxxxxxxxxxxxxxx`}}{{range 100}}{{$x = print $x $x}}{{end}}{{$x}}";
  assert.match(render(doubling), /template\.failed .*too long/);
  assert.match(render("{{range 1000}}{{range 1000}}{{end}}{{end}}"), /template\.failed .*too many steps/);
  assert.match(render("{{define `T`}}{{template `T`}}{{end}}{{template `T`}}"), /template\.failed .*without end/);
  assert.match(render("{{range 200000}}xxxxxxxx{{end}}"), /template\.failed/);
  assert.match(render("{{repeat 99999999 `x`}}"), /template\.failed .*longer/);
  assert.match(render("{{range 999999999}}{{end}}"), /template\.failed/);
});

Deno.test("renderTemplate() renders the example of Flux's documentation to the byte", () => {
  const template = `Automated image update

Automation name: {{ .AutomationObject }}

Files:
{{ range $filename, $_ := .Changed.FileChanges -}}
- {{ $filename }}
{{ end -}}

Objects:
{{ range $resource, $changes := .Changed.Objects -}}
- {{ $resource.Kind }} {{ $resource.Name }}
  Changes:
{{- range $_, $change := $changes }}
    - {{ $change.OldValue }} -> {{ $change.NewValue }}
{{ end -}}
{{ end -}}
`;
  const objects = new Map([["1", object("", "")], ["2", object("Deployment", "web")], [
    "3",
    object("StatefulSet", "db"),
  ]]);
  const changes: [string, Value][] = [
    ["1", [change("x:1", "x:2")]],
    ["2", [change("reg/web:1", "reg/web:2")]],
    ["3", [change("1", "2"), change("a", "b")]],
  ];
  const files = ["apps/web/deploy.yaml", "compose.yaml", "apps/db/deploy.yaml"];
  const text = render(
    template,
    new TemplateObject({
      AutomationObject: new TemplateObject({ Name: "auto", Namespace: "flux-system" }, "flux-system/auto"),
      Changed: new TemplateObject({
        FileChanges: new TemplateMap(files.map((file) => [file, null])),
        Objects: new TemplateMap(changes, [], objects),
      }),
    }),
  );
  assert.equal(
    text,
    `Automated image update

Automation name: flux-system/auto

Files:
- apps/db/deploy.yaml
- apps/web/deploy.yaml
- compose.yaml
Objects:
-${"  "}
  Changes:
    - x:1 -> x:2
- Deployment web
  Changes:
    - reg/web:1 -> reg/web:2
- StatefulSet db
  Changes:
    - 1 -> 2

    - a -> b
`,
  );
});
