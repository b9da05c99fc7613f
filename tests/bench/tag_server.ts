// A registry of one repository with many tags, as a process of its own: `tag_server.ts COUNT PAGE` prints its port and
// ends with its standard input. PAGE 0 gives every tag in one answer.
const [count = "200000", page = "0"] = Deno.args;
const total = Number(count);
const size = Number(page) === 0 ? total : Number(page);

/** About 20 characters, as nightly builds have them. */
function tagAt(index: number): string {
  return `1.${index % 97}.${index}-nightly-${(index * 7919 % 65536).toString(16)}`;
}

function answer(request: Request): Response {
  const url = new URL(request.url);
  const from = Number(url.searchParams.get("last")?.split(/[.-]/)[2] ?? -1) + 1;
  const tags = Array.from({ length: Math.min(size, total - from) }, (_, index) => tagAt(from + index));
  const last = tags.at(-1) ?? "";
  const more = from + tags.length < total;
  const link = `<${url.pathname}?last=${encodeURIComponent(last)}&n=${size}>; rel="next"`;
  return Response.json({ name: "team/app", tags }, { headers: more ? { Link: link } : {} });
}

const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`${port}\n`)),
}, answer);

for await (const _ of Deno.stdin.readable);
await server.shutdown();
