// A whole update through a GitHub App: the token opens git and is seen nowhere, nor is the key that signs for it.
import assert from "node:assert/strict";
import type { Command } from "../../src/core/ports/process.ts";
import { type GithubAppFake, githubAppFake } from "../fakes/github_app.ts";
import { recordingProcess } from "../fakes/git_setup.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = { "compose.yaml": `a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n` };

/** The user's world with an App instead of a token; the repository is `you/homelab`. */
async function withApp(
  test: (homelab: Homelab, fake: GithubAppFake) => Promise<void>,
  more: string = "",
): Promise<void> {
  const fake = githubAppFake();
  const api = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, fake.handle);
  const repo: Parameters<typeof withHomelab>[0]["repo"] = ({ url }) =>
    `repo:
  url: "${url}/you/homelab.git"
  forgeUrl: "http://127.0.0.1:${api.addr.port}"
  auth: { githubApp: { appId: 1234, privateKeyFile: app.pem${more} } }`;
  try {
    await withHomelab({ tree, images, repo }, async (homelab) => {
      await Deno.symlink(homelab.folder, `${homelab.folder}/you`);
      await Deno.writeTextFile(`${homelab.folder}/app.pem`, fake.pkcs1, { mode: 0o600 });
      homelab.server.options.admits = (user, password, path, push) =>
        path === "/you/homelab.git" && fake.admits(user, password, "homelab", push);
      await test(homelab, fake);
    });
  } finally {
    await api.shutdown();
  }
}

Deno.test("update pushes as a GitHub App, and a second pass does nothing", () =>
  withApp(async (homelab, fake) => {
    const first = await homelab.magos(["update", "--json"]);
    assert.equal(first.code, 0, first.err + first.out);
    const head = await homelab.remote.revision();
    assert.match(await homelab.text(head, "compose.yaml"), /^a: ghcr\.io\/you\/web:1\.38@sha256:/);
    assert.deepEqual(fake.seen, ["GET /repos/you/homelab/installation", "POST /app/installations/5678/access_tokens"]);
    const second = await homelab.magos(["update", "--json"]);
    assert.deepEqual([second.code, JSON.parse(second.out).result], [0, "nothing"]);
    assert.equal(await homelab.remote.revision(), head);
  }));

Deno.test("neither the App's token nor its key nor what it signs is seen anywhere", () =>
  withApp(async (homelab, fake) => {
    const commands: Command[] = [];
    const process = recordingProcess(commands);
    const said: string[] = [];
    for (const args of [["plan", "-v"], ["update", "-v"], ["update", "--json"], ["doctor"], ["doctor", "--json"]]) {
      const ran = await homelab.magos(args, { process });
      assert.equal(ran.code, 0, ran.err + ran.out);
      said.push(ran.out, ran.err, JSON.stringify(ran.events));
    }
    // What a refusing server repeats is masked too.
    homelab.server.options.rejectWith = 403;
    homelab.server.options.rejectText = "you sent {login}";
    for (const args of [["update", "-v"], ["doctor"]]) {
      const ran = await homelab.magos(args, { process });
      assert.notEqual(ran.code, 0);
      assert.match(ran.out + ran.err, /you sent \*\*\*/);
      said.push(ran.out, ran.err, JSON.stringify(ran.events));
    }
    const tokens = fake.issued.map(({ token }) => token);
    const pairs = tokens.map((token) => btoa(`x-access-token:${token}`));
    const body = fake.pkcs1.split("\n").slice(1, -2);
    assert.ok(tokens.length >= 5 && fake.jwts.length >= tokens.length && body.length > 10);
    const canaries = [...tokens, ...pairs, ...fake.jwts, ...body];
    const assertUnseen = (text: string, where: string): void => {
      for (const canary of canaries) assert.ok(!text.includes(canary), `${where} holds a secret`);
    };
    assertUnseen(said.join("\n"), "what was said");
    assertUnseen(await homelab.remote.git("log", "-p", "main"), "the history");
    for (const { args, env, stdin } of commands) {
      assertUnseen(`${args.join(" ")} ${stdin ?? ""}`, "an argument");
      // The one place where it may be: a header, bound to the origin, of a child that speaks to the remote.
      const headers = Object.entries(env).filter(([, value]) => value.startsWith("Authorization: Basic "));
      assertUnseen(
        JSON.stringify(Object.entries(env).filter((it) => !headers.some(([name]) => name === it[0]))),
        "env",
      );
      assert.equal(headers.length, env["GIT_ALLOW_PROTOCOL"] === "http" ? 1 : 0);
    }
    let files = 0;
    for await (const path of filesBelow(`${homelab.folder}/state`)) {
      files++;
      assertUnseen(new TextDecoder("latin1").decode(await Deno.readFile(path)), path);
    }
    assert.ok(files > 3);
  }));

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(path);
    else if (entry.isFile) yield path;
  }
}

Deno.test("update and doctor tell what is wrong with the App, each with its cure", () =>
  withApp(async (homelab, fake) => {
    const table: readonly (readonly [Partial<GithubAppFake["options"]>, string, RegExp])[] = [
      [{ installationId: null }, "forge.not_installed", /Install App/],
      [{ suspended: true }, "forge.suspended", /unsuspend/],
      [{ permissions: { contents: "read" } }, "forge.denied", /Contents/],
      [{ appId: 4321 }, "forge.unauthorized", /appId/],
    ];
    const right = { ...fake.options };
    for (const [changes, code, cure] of table) {
      Object.assign(fake.options, right, changes);
      const ran = await homelab.magos(["update", "--json"]);
      const [problem] = JSON.parse(ran.out).problems;
      assert.deepEqual([ran.code, problem.code], [1, code]);
      assert.match(problem.cure, cure);
      const doctor = await homelab.magos(["doctor", "forge", "--json"]);
      const [check] = JSON.parse(doctor.out).checks;
      assert.deepEqual([doctor.code, check.id, check.state], [1, "forge", "fail"]);
      assert.match(check.cure, cure);
    }
  }));

Deno.test("update survives a clock that is wrong, and a token that was revoked in the middle", () =>
  withApp(async (homelab, fake) => {
    fake.options.ahead = 7200;
    const process = recordingProcess([]);
    let calls = 0;
    const ran = await homelab.magos(["update", "--json"], {
      process: {
        run: async (command) => {
          // Before the push: the token that opened the fetch is no longer good.
          if (command.args[0] === "push" && calls++ === 0) fake.revoke();
          return await process.run(command);
        },
      },
    });
    assert.equal(ran.code, 0, ran.err + ran.out);
    assert.equal(JSON.parse(ran.out).result, "done");
    assert.equal(calls, 2);
  }));

Deno.test("the program's own permissions are enough for an App, and the library says nothing", () =>
  withApp(async (homelab) => {
    const ran = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-P=magos", "main.ts", "--config", homelab.config, "update", "--json"],
      clearEnv: true,
      env: {
        ...homelab.env,
        PATH: Deno.env.get("PATH") ?? "",
        DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      },
    }).output();
    const [out = "", err = ""] = [ran.stdout, ran.stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.equal(ran.code, 0, `${out}${err}`);
    assert.equal(JSON.parse(out).result, "done");
    // Lines of the log, and nothing else.
    assert.deepEqual(err.trim().split("\n").filter((line) => !/^\S+Z info (delivery|update)\./.test(line)), []);
  }));
