// Whose call an event is: nested projects, worktrees, projects of a person, and several hooks for one event.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatProjectRegister, type ProjectEntry } from "#govern/settings/project-register.ts";
import type { Project, SessionPlace } from "#surface/services/projects/project.ts";
import { openProjectBook, type ProjectBook } from "#surface/services/projects/projects.ts";
import { createClaims, SHARED_CALLER } from "#surface/services/projects/session-claims.ts";
import {
  createAssign,
  isReadIn,
  speakingFiles,
} from "#surface/services/projects/session-project.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { PLAIN_GIT } from "../../../plain-git.ts";

let room: ReturnType<typeof freshDirectory>;
let home: string;
let entries: ProjectEntry[];

beforeEach(() => {
  room = freshDirectory();
  home = join(room.path, "home");
  mkdirSync(home);
  mkdirSync(join(room.path, "claims"));
  entries = [];
});
afterEach(() => room.remove());

const folder = (path: string) => {
  const full = join(home, path);
  mkdirSync(full, { recursive: true });
  return full;
};
const entry = (root: string, scope: ProjectEntry["scope"] = "project"): ProjectEntry => ({
  id: String(entries.length + 1).repeat(16),
  root,
  settingsFile: join(root, ".claude", scope === "user" ? "settings.json" : "settings.local.json"),
  tokenDigest: String(entries.length + 1).repeat(64),
  hooks: [],
  scope,
  policy: { pack: "team", digest: null },
  undo: { created: [], env: [], createdFile: false, createdFolder: false, excludeFile: null },
  mode: "enforce",
});
const guard = (path: string, scope?: ProjectEntry["scope"]): ProjectEntry => {
  const made = entry(path === "" ? home : folder(path), scope);
  entries.push(made);
  return made;
};
const book = () => {
  const file = join(room.path, "projects.json");
  writeFileSync(file, formatProjectRegister(entries), { mode: 0o600 });
  return openProjectBook(file);
};
/** The place that the client names when it was started in `start` and is in `cwd` now. */
const place = (start: string, cwd = start): SessionPlace => ({
  sessionId: "s",
  cwd,
  transcriptPath: `${home}/.claude/projects/${start.replaceAll(/[^A-Za-z0-9]/g, "-")}/s.jsonl`,
});
const claim = () => createClaims(join(room.path, "claims"), (session) => session);
const assign = (called: ProjectEntry | Project, where: SessionPlace, payload = "x") =>
  createAssign(book(), home, claim())(
    { id: called.id, root: called.root, ...("entry" in called ? { entry: called.entry } : {}) },
    where,
    Buffer.from(payload),
  );
const git = (cwd: string, ...args: string[]) => {
  const names = ["-c", "user.email=a@example.com", "-c", "user.name=a"];
  expect(spawnSync("git", [...names, ...args], { cwd, env: PLAIN_GIT }).status).toBe(0);
};
const repository = (path: string) => {
  const root = folder(path);
  git(root, "init", "-q");
  git(root, "commit", "-q", "--allow-empty", "-m", "x");
  return root;
};

describe("the project that decides", () => {
  test("is the innermost guarded one that holds the session, whoever's hook was called", () => {
    const mono = guard("mono");
    const app = guard("mono/app");
    const inside = folder("mono/app/src");
    for (const called of [mono, app]) {
      expect(assign(called, place(app.root)).project).toEqual({ id: app.id, root: app.root });
      expect(assign(called, place(inside)).project).toMatchObject({ id: app.id, root: app.root });
    }
    expect(assign(mono, place(mono.root)).project).toEqual({ id: mono.id, root: mono.root });
  });
  test("stays the same when the session changes its directory", () => {
    const lax = guard("lax");
    const strict = guard("strict");
    expect(assign(strict, place(strict.root, lax.root)).project.id).toBe(strict.id);
    expect(assign(strict, place(strict.root, "/")).project).toMatchObject({ root: strict.root });
  });
  test.each([undefined, "/nowhere/x.jsonl", "/a/projects/-other/s.jsonl"])(
    "is that of the called hook where the client does not say where it was started (%s)",
    (transcriptPath) => {
      guard("lax");
      const strict = guard("strict");
      const where = { sessionId: "s", cwd: folder("lax"), transcriptPath };
      expect(assign(strict, where).project).toEqual({ id: strict.id, root: strict.root });
    },
  );
  test("of a worktree is that of its repository, with the worktree as its root", () => {
    const main = repository("shop");
    const shop = guard("shop");
    const tree = join(home, "shop-fix");
    git(main, "worktree", "add", "-q", tree);
    const { project } = assign(shop, place(tree));
    expect(project).toMatchObject({ entry: shop.id, root: tree });
    expect(project.id).not.toBe(shop.id);
    const user = guard("", "user");
    expect(assign(user, place(tree)).project).toMatchObject({ entry: shop.id, root: tree });
    expect([shop, user].map((one) => isReadIn(one, tree))).toEqual([true, true]);
  });
  test("is not taken from a `.git` file that the named repository does not know", () => {
    repository("shop");
    const shop = guard("shop");
    const user = guard("", "user");
    const fake = folder("fake");
    mkdirSync(join(shop.root, ".git", "worktrees", "w"), { recursive: true });
    writeFileSync(join(fake, ".git"), `gitdir: ${shop.root}/.git/worktrees/w\n`);
    expect(assign(user, place(fake)).project).toMatchObject({ entry: user.id, root: fake });
  });
  test("in user scope has the git top level as its root, else the directory, and never a whole home", () => {
    const user = guard("", "user");
    const shop = repository("shop");
    const below = folder("shop/src");
    const plain = folder("notes");
    expect(assign(user, place(below)).project).toMatchObject({ root: shop, entry: user.id });
    expect(assign(user, place(plain)).project).toMatchObject({ root: plain });
    git(home, "init", "-q");
    expect(assign(user, place(plain)).project).toMatchObject({ root: plain });
    expect(assign(user, place(home)).project).toMatchObject({ root: home });
    const ids = [below, plain].map((path) => assign(user, place(path)).project.id);
    expect(new Set(ids).size).toBe(2);
  });
  test("is followed to where it was moved; a copy is one of its own, by the policy of the original", () => {
    const shop = {
      ...guard("shop"),
      policy: { file: join(home, "shop/policy.yaml"), digest: null },
    };
    entries = [shop];
    const carries = (path: string, text = `"Bearer ${"t".repeat(43)}"`) => {
      mkdirSync(join(folder(path), ".claude"));
      writeFileSync(join(home, path, ".claude/settings.local.json"), text);
      return join(home, path);
    };
    shop.tokenDigest = createHash("sha256").update("t".repeat(43)).digest("hex");
    const copy = carries("copy");
    const other = carries("other", `"Bearer ${"x".repeat(43)}"`);
    const of = (where: string, opened: ProjectBook) => {
      const { project } = createAssign(opened, home, claim())(shop, place(where), Buffer.from("x"));
      return { project, entry: opened.deciding(project) };
    };
    const opened = book();
    expect(of(other, opened).project).toMatchObject({ entry: shop.id, root: other });
    expect(opened.all()).toHaveLength(1);
    const copied = of(copy, opened);
    expect(copied.project).toEqual({ id: expect.not.stringContaining(shop.id), root: copy });
    expect(copied.entry).toMatchObject({
      settingsFile: join(copy, ".claude/settings.local.json"),
      policy: shop.policy,
    });
    rmSync(shop.root, { recursive: true });
    const moved = carries("moved");
    expect(of(moved, opened)).toEqual({
      project: { id: shop.id, root: moved },
      entry: {
        ...shop,
        root: moved,
        settingsFile: join(moved, ".claude/settings.local.json"),
        policy: { file: join(moved, "policy.yaml"), digest: null },
      },
    });
    expect(of(copy, opened)).toEqual(copied);
  });
  test("is not followed into a worktree of its own, whatever was copied there", () => {
    const main = guard("main");
    git(main.root, "init", "-q");
    git(main.root, "commit", "-q", "--allow-empty", "-m", "x");
    const tree = join(home, "tree");
    git(main.root, "worktree", "add", "-q", tree);
    mkdirSync(join(tree, ".claude"));
    writeFileSync(join(tree, ".claude/settings.local.json"), `"--project", "${main.id}"`);
    expect(assign(main, place(tree)).project).toMatchObject({ root: tree, entry: main.id });
  });
  test("that others change at this moment is followed by the next event", () => {
    const shop = guard("shop");
    const away = join(home, "away");
    mkdirSync(join(away, ".claude"), { recursive: true });
    writeFileSync(join(away, ".claude/settings.local.json"), `"--project", "${shop.id}"`);
    rmSync(shop.root, { recursive: true });
    const opened = book();
    const lock = join(room.path, "projects.json.lock");
    writeFileSync(lock, "1");
    opened.follow(away);
    expect(opened.all()).toEqual([shop]);
    rmSync(lock);
    opened.follow(away);
    expect(opened.all()).toEqual([
      { ...shop, root: away, settingsFile: join(away, ".claude/settings.local.json") },
    ]);
  });
  test("is found through symlinks", () => {
    const shop = guard("shop");
    const user = guard("", "user");
    symlinkSync(shop.root, join(home, "link"));
    expect(assign(user, place(join(home, "link"))).project).toEqual({
      id: shop.id,
      root: shop.root,
    });
  });
  test("of a shared hook is a guarded one, else the person's, else the default policy's", () => {
    const directory = folder("shop");
    const shared = { id: SHARED_CALLER, root: directory, entry: SHARED_CALLER };
    expect(assign(shared, place(directory)).project).toMatchObject({ entry: SHARED_CALLER });
    const user = guard("", "user");
    expect(assign(shared, place(directory)).project).toMatchObject({ entry: user.id });
    const shop = guard("shop");
    expect(assign(shared, place(directory)).project.id).toBe(shop.id);
    expect(speakingFiles(book(), directory)).toEqual([shop.settingsFile, user.settingsFile]);
  });
  test("reads no settings of a folder above that is no repository", () => {
    const outer = guard("outer");
    const inner = folder("outer/inner");
    expect(isReadIn(outer, inner)).toBe(false);
    git(outer.root, "init", "-q");
    expect(isReadIn(outer, inner)).toBe(true);
  });
});

describe("one event and several hooks", () => {
  test("is recorded by the first, in either order; a single hook makes no claim", () => {
    const shop = guard("shop");
    expect(assign(shop, place(shop.root)).event).toBeUndefined();
    const user = guard("", "user");
    const there = place(shop.root);
    const [one, two] = [assign(user, there, "a"), assign(shop, there, "a")];
    expect([one.isFirst, two.isFirst]).toEqual([true, false]);
    expect(one.event).toBe(two.event);
    expect([assign(shop, there, "b").isFirst, assign(user, there, "b").isFirst]).toEqual([
      true,
      false,
    ]);
  });
  test("is recorded each time that it happens, once", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b"), { maxLength: 20 }), (calls) => {
        rmSync(join(room.path, "claims"), { recursive: true });
        mkdirSync(join(room.path, "claims"));
        const take = claim();
        const first = calls.map((caller) => take("s", caller.repeat(16), "e".repeat(32)));
        const counts = ["a", "b"].map((name) => calls.filter((one) => one === name).length);
        expect(first.filter(Boolean)).toHaveLength(Math.max(...counts));
      }),
      { numRuns: 60 },
    );
  });
  test("is recorded by everybody where nobody can know", () => {
    rmSync(join(room.path, "claims"), { recursive: true });
    const take = claim();
    expect([take("s", "a".repeat(16), "e"), take("s", "b".repeat(16), "e")]).toEqual([true, true]);
  });
});
