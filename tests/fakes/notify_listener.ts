// What systemd is to a service: it listens on the socket named by its argument and prints each notice as a line.
const socket = Deno.listenDatagram({ transport: "unixpacket", path: Deno.args[0] ?? "" });
const line = (text: string): number => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

line("listening");
for await (const [bytes] of socket) line(new TextDecoder().decode(bytes).replaceAll("\n", " "));
