// A process of its own that holds a checkout until it is killed: prints the work tree's path, then waits on stdin.
import { checkOut, setUpGit } from "./git_setup.ts";

const [folder = "", url = ""] = Deno.args;
const tree = await checkOut(setUpGit(folder, url).git);
await Deno.stdout.write(new TextEncoder().encode(`${tree.root}\n`));
await Deno.stdin.read(new Uint8Array(1));
