// Messages of Flux's automations, from documents and plans.
import assert from "node:assert/strict";
import type { Automation } from "../../../../src/core/model/automation.ts";
import { fluxCommitMessage, renderFluxMessage } from "../../../../src/core/plan/flux_message.ts";
import { parseTrailers } from "../../../../src/core/plan/trailers.ts";
import { automationOf, seedAutomation } from "../documents/an_automation.ts";
import { fluxPlan, objectText } from "./a_flux_plan.ts";

const run = { id: "20260120T120000Z-abc123", host: "pi4" };

function automation(template: string | null, more: Partial<Automation> = {}): Automation {
  const message = template === null ? null : { text: template, file: "a.yaml", line: 1 };
  return { ...automationOf(seedAutomation), name: "auto", key: "flux-system:auto", path: "", ...more, message };
}

function render(
  template: string | null,
  files: Readonly<Record<string, string>>,
  more: Partial<Automation> = {},
): string {
  const rendered = renderFluxMessage(fluxPlan(files), automation(template, more));
  return rendered.ok ? rendered.value : `${rendered.failure.code} ${rendered.failure.message}`;
}

const three = {
  "compose.yaml": "services:\n  app:\n    image: x:1 => x:2\n",
  "apps/web/deploy.yaml": objectText("Deployment", "web", "image: reg/web:1 => reg/web:2"),
  "apps/db/deploy.yaml": objectText(
    "StatefulSet",
    "db",
    "a: 1 => 2 # flux-system:db:tag",
    "b: a => b # flux-system:db",
  ),
};

Deno.test("renderFluxMessage() gives the example of Flux's documentation to the byte", () => {
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
  const expected = `Automated image update

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
`;
  assert.equal(render(template, three), expected);
});

Deno.test("renderFluxMessage() renders the message of a homelab's weekly automation", () => {
  assert.equal(
    render("chore(images): update {{range .Changed.Changes}}{{.OldValue}} -> {{.NewValue}} {{end}}\n", {
      "b.yaml": objectText("Deployment", "b", "image: b:1 => b:2 # flux-system:b"),
      "a.yaml": objectText("Deployment", "a", "image: c:1 => c:2 # flux-system:c", "image: b:1 => b:2 # flux-system:b"),
    }),
    "chore(images): update b:1 -> b:2 c:1 -> c:2 \n",
  );
});

const rows: readonly (readonly [template: string, expected: string])[] = [
  ["{{ .AutomationObject.Name }} {{ .AutomationObject.Namespace }}", "auto flux-system"],
  [
    "{{ range .Changed.Changes }}{{ .Setter }} {{ end }}",
    "flux-system:app flux-system:app flux-system:db flux-system:db:tag ",
  ],
  [
    "{{ range $f, $o := .Changed.FileChanges }}{{ range $id, $c := $o }}{{ $f }} {{ $id.Name }} {{ len $c }};{{ end }}{{ end }}",
    "apps/db/deploy.yaml db 2;apps/web/deploy.yaml web 1;compose.yaml  1;",
  ],
  [
    "{{ range $id, $_ := .Changed.Objects }}{{ $id.APIVersion }}|{{ $id.Namespace }};{{ end }}",
    "|;apps/v1|web;apps/v1|web;",
  ],
  ["{{ .Values.cluster }} {{ .Values.none }} [{{ index .Values `none` }}]", "home <no value> []"],
  ["{{ (index .Changed.Changes 0).Title }}", "template.failed"],
  ["{{ .Nothing }}", "template.failed"],
  ["{{- /* nothing is left */ -}}", "Update from image update automation"],
  ["{{ printf `a%cb` 0 }}\r\n", "ab\n"],
];

for (const [template, expected] of rows) {
  Deno.test(`renderFluxMessage() gives ${JSON.stringify(expected)} for ${template}`, () => {
    const text = render(template, three, { values: { cluster: "home" } });
    assert.equal(expected === "template.failed" ? text.split(" ")[0] : text, expected);
  });
}

Deno.test("renderFluxMessage() uses Flux's words where there is no template", () => {
  assert.equal(render(null, three), "Update from image update automation");
});

Deno.test("renderFluxMessage() names files from the automation's path on", () => {
  const template = "{{ range $file, $_ := .Changed.FileChanges }}{{ $file }} {{ end }}";
  assert.equal(render(template, { "apps/a/x.yaml": "a: b:1 => b:2" }, { path: "apps" }), "a/x.yaml ");
  assert.equal(render(template, { "apps/a/x.yaml": "a: b:1 => b:2" }, { path: "apps/a/x.yaml" }), "x.yaml ");
});

Deno.test("renderFluxMessage() tells the objects of one file apart, those of lists too", () => {
  const template =
    "{{ range $id, $c := .Changed.Objects }}{{ $id.Kind }}/{{ $id.Name }}{{ range $c }} {{ .NewValue }}{{ end }};{{ end }}";
  const two = `# first\n${objectText("Job", "one", "image: a:1 => a:2")}---\n${
    objectText("Job", "two", "image: b:1 => b:2")
  }`;
  assert.equal(render(template, { "f.yaml": two }), "Job/one a:2;Job/two b:2;");
  const list = `kind: List
items:
- kind: Pod
  metadata: { name: p }
  image: a:1 => a:2
- kind: Pod
  metadata: { name: q }
  image: b:1 => b:2
`;
  assert.equal(render(template, { "f.yaml": list }), "Pod/p a:2;Pod/q b:2;");
  assert.equal(
    render(template, { "b.yaml": two, "a.yaml": objectText("Job", "two", "x: c:1 => c:2") }),
    "Job/one a:2;Job/two c:2 b:2;",
  );
});

Deno.test("renderFluxMessage() offers .Updated to the versions that had it", () => {
  const files = {
    "b.yaml": "image: ghcr.io/you/app:1 => ghcr.io/you/app:2\ntag: 1 => 2 # flux-system:app:tag\n",
    "a.yaml": objectText("Job", "j", "image: reg/web:1 => reg/web:2"),
  };
  assert.equal(render("{{range .Updated.Images}}{{println .}}{{end}}", files), "ghcr.io/you/app:2\nreg/web:2\n");
  assert.equal(render("{{range $f, $_ := .Updated.Files}}{{$f}} {{end}}", files), "a.yaml b.yaml ");
  assert.equal(render("{{range .Changed.ImageResult.Images}}{{.}} {{end}}", files), "ghcr.io/you/app:2 reg/web:2 ");
  assert.match(render("{{ .Updated }}", files, { apiVersion: "v1" }), /^template\.failed .*no field \.Updated/);
  assert.equal(
    render(
      "{{range .Updated.Images}}{{.Registry}} {{.Repository}} {{.Identifier}} {{.Name}} {{.Policy.Name}};{{end}}",
      {
        "b.yaml": "image: ghcr.io/you/app:1 => ghcr.io/you/app:2",
      },
    ),
    "ghcr.io you/app 2 ghcr.io/you/app:2 semver;",
  );
  assert.equal(
    render("{{range $o, $images := .Updated.Objects}}{{$o.Kind}} {{range $images}}{{.}} {{end}};{{end}}", files),
    " ghcr.io/you/app:2 ;Job reg/web:2 ;",
  );
});

Deno.test("fluxCommitMessage() ends with the trailers of magos, whatever the template forges", () => {
  const plan = fluxPlan(three);
  const forged = `one\n\nMagos-Plan: ${"0".repeat(64)}\nMagos-Run: evil@host\n\n\n`;
  const message = fluxCommitMessage(plan, automation(forged), run);
  assert.ok(message.ok && message.value.startsWith("one\n\nMagos-Plan: 000"));
  const trailers = parseTrailers(message.value);
  assert.equal(trailers?.plan, plan.id);
  assert.equal(trailers?.run, "20260120T120000Z-abc123@pi4");
  assert.equal(trailers?.changes.length, 4);
});
