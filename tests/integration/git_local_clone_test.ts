// The user's own clone: read as it is, never written, nothing of its configuration run.
import assert from "node:assert/strict";
import { openLocalClone } from "../../src/adapters/git/local_clone.ts";
import { originOf } from "../../src/adapters/git/origin_of.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { makeGitRemote } from "../fakes/git_remote.ts";
import { must, mustFail, recordingProcess } from "../fakes/git_setup.ts";
import { runGitAs } from "../fakes/run_git.ts";
import type { LocalParts } from "../../src/adapters/git/local_read.ts";

function partsWith(more: Readonly<Record<string, string>> = {}): LocalParts {
  return {
    process: recordingProcess([], more),
    files: denoFiles,
    log: { event: () => {} },
    env: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" },
  };
}

const parts = partsWith();

async function withClone(run: (clone: string, folder: string, remote: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos clone " }));
  try {
    const remote = await makeGitRemote(folder, {
      ".gitignore": "*.log\nsecret/\n",
      "a.yaml": "image: a:1\r\n",
      "stacks/web/compose.yaml": "image: w:1\n",
      "gone.yaml": "image: g:1\n",
    });
    await runGitAs(folder, ["clone", "-q", remote.path, "clone"]);
    await run(`${folder}/clone`, folder, remote.path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("openLocalClone() gives tracked and new files as they are, without links and ignored ones", () =>
  withClone(async (clone) => {
    await Deno.writeTextFile(`${clone}/a.yaml`, "image: a:edited\n");
    await Deno.writeTextFile(`${clone}/new file.yaml`, "image: n:1\n");
    await Deno.writeTextFile(`${clone}/debug.log`, "");
    await Deno.mkdir(`${clone}/secret`);
    await Deno.writeTextFile(`${clone}/secret/x.yaml`, "");
    await Deno.remove(`${clone}/gone.yaml`);
    await Deno.symlink("/etc/passwd", `${clone}/link.yaml`);
    await runGitAs(clone, ["init", "-q", "inner"]);
    const checkout = must(await openLocalClone({ ...parts, path: `${clone}/stacks/web` }));
    assert.equal(checkout.root, clone);
    assert.equal(checkout.branch, "main");
    assert.equal(checkout.revision, await runGitAs(clone, ["rev-parse", "HEAD"]));
    assert.deepEqual(checkout.files, [".gitignore", "a.yaml", "new file.yaml", "stacks/web/compose.yaml"]);
    await checkout.close();
    assert.equal(await Deno.readTextFile(`${clone}/a.yaml`), "image: a:edited\n");
  }));

Deno.test("openLocalClone() follows no folder that became a link", () =>
  withClone(async (clone, folder) => {
    await Deno.rename(`${clone}/stacks/web`, `${folder}/outside`);
    await Deno.symlink(`${folder}/outside`, `${clone}/stacks/web`);
    const checkout = must(await openLocalClone({ ...parts, path: clone }));
    assert.deepEqual(checkout.files, [".gitignore", "a.yaml", "gone.yaml"]);
  }));

Deno.test("openLocalClone() says HEAD for a clone that stands on no branch", () =>
  withClone(async (clone) => {
    await runGitAs(clone, ["checkout", "-q", "--detach"]);
    assert.equal(must(await openLocalClone({ ...parts, path: clone })).branch, "HEAD");
  }));

Deno.test("openLocalClone() writes nothing, not even git's index", () =>
  withClone(async (clone) => {
    // An index whose times are stale is what git likes to refresh.
    await Deno.utime(`${clone}/a.yaml`, 1, 1);
    await Deno.writeTextFile(`${clone}/new.yaml`, "");
    const before = snapshot(clone);
    must(await openLocalClone({ ...parts, path: clone }));
    must(await originOf({ ...parts, path: clone }));
    assert.deepEqual(snapshot(clone), before);
  }));

Deno.test("openLocalClone() runs nothing that the clone's configuration names", () =>
  withClone(async (clone, folder) => {
    const mark = `${folder}/owned`;
    await Deno.writeTextFile(`${clone}/.git/fsmonitor`, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    await Deno.writeTextFile(`${clone}/.git/hooks/post-index-change`, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    await runGitAs(clone, ["config", "core.fsmonitor", `${clone}/.git/fsmonitor`]);
    await runGitAs(clone, ["config", "filter.evil.clean", `touch '${mark}'`]);
    await Deno.writeTextFile(`${clone}/.gitattributes`, "* filter=evil\n");
    must(await openLocalClone({ ...parts, path: clone }));
    await assert.rejects(Deno.stat(mark), Deno.errors.NotFound);
    await runGitAs(clone, ["status"]);
    assert.ok((await Deno.stat(mark)).isFile, "the trap must be one that git itself falls into");
  }));

Deno.test("openLocalClone() tells a plain folder, a missing one and an empty repository apart", () =>
  withClone(async (_clone, folder, remote) => {
    await Deno.mkdir(`${folder}/plain`);
    await runGitAs(folder, ["init", "-q", "empty"]);
    const code = async (path: string): Promise<string> => mustFail(await openLocalClone({ ...parts, path })).code;
    assert.equal(await code(`${folder}/plain`), "git.not_a_repository");
    assert.equal(await code(`${folder}/missing`), "git.not_a_repository");
    assert.equal(await code(remote), "git.not_a_repository");
    assert.equal(await code(`${folder}/empty`), "git.no_branch");
  }));

Deno.test("openLocalClone() and originOf() say whose folder it is when git refuses it", () =>
  withClone(async (clone) => {
    // Git's own switch for its tests of the ownership rule.
    const foreign = partsWith({ GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" });
    for (
      const failed of [await openLocalClone({ ...foreign, path: clone }), await originOf({ ...foreign, path: clone })]
    ) {
      assert.equal(mustFail(failed).code, "git.foreign_owner");
      assert.match(mustFail(failed).cure ?? "", /owns the folder/);
    }
  }));

Deno.test("originOf() takes a bare repository for the remote, and a work tree for its origin", () =>
  withClone(async (clone, folder, remote) => {
    assert.deepEqual(must(await originOf({ ...parts, path: remote })), { url: remote, workTree: null });
    assert.deepEqual(must(await originOf({ ...parts, path: clone })), { url: remote, workTree: clone });
    const expected: readonly (readonly [string, string])[] = [
      ["../homelab.git", `${folder}/homelab.git`],
      ["../100%.git", `${folder}/100%.git`],
      ["./in#side?.git", `${clone}/in#side?.git`],
      ["https://example.org/you/homelab.git", "https://example.org/you/homelab.git"],
      ["git@example.org:you/homelab.git", "git@example.org:you/homelab.git"],
    ];
    for (const [written, url] of expected) {
      await runGitAs(clone, ["remote", "set-url", "origin", written]);
      assert.deepEqual(must(await originOf({ ...parts, path: `${clone}/stacks` })), { url, workTree: clone });
    }
  }));

Deno.test("originOf() fails with a cure where there is no origin, no repository, or a password", () =>
  withClone(async (clone, folder) => {
    await Deno.mkdir(`${folder}/plain`);
    const plain = mustFail(await originOf({ ...parts, path: `${folder}/plain` }));
    assert.equal(plain.code, "git.not_a_repository");
    await runGitAs(clone, ["remote", "set-url", "origin", "https://you:hunter22@example.org/x.git"]);
    const secret = mustFail(await originOf({ ...parts, path: clone }));
    assert.equal(secret.code, "config.secret_inline");
    assert.doesNotMatch(JSON.stringify(secret), /hunter22/);
    await runGitAs(clone, ["remote", "remove", "origin"]);
    const none = mustFail(await originOf({ ...parts, path: clone }));
    assert.equal(none.code, "git.no_origin");
    assert.match(none.cure ?? "", /git remote add origin/);
  }));

/** Every file with its size and times. */
function snapshot(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    const { size, mtime } = Deno.lstatSync(path);
    const line = `${path} ${entry.isDirectory ? "" : size} ${mtime?.getTime()}`;
    return entry.isDirectory ? [line, ...snapshot(path)] : [line];
  }).sort();
}
