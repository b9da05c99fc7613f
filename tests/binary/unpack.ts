// Takes the program out of a binary again: `unpack.ts BINARY FOLDER` writes its files and, one a line, the flags with
// which `deno run` treats them as the binary would (FOLDER/flags).
import { readEmbedded } from "./embedded.ts";
import { runFlags } from "./permission_flags.ts";

const [binary, folder] = Deno.args;
if (binary === undefined || folder === undefined) throw new Error("usage: unpack.ts BINARY FOLDER");
const { settings, files } = readEmbedded(await Deno.readFile(binary));
await Deno.mkdir(folder, { recursive: true });
for (const { path, bytes } of files) {
  const file = `${folder}/${path}`;
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  await Deno.writeFile(file, bytes);
}
await Deno.writeTextFile(`${folder}/flags`, runFlags(settings).map((flag) => `${flag}\n`).join(""));
