// What calls changed is copied, told by call and by session, and put back byte by byte; what others changed since stays.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openCopyStore } from "#surface/services/undo/copy-store.ts";
import { readRecords, undoPlaces } from "#surface/services/undo/change-records.ts";
import { chooseRecords, stepDiff } from "#surface/services/undo/project-undo.ts";
import { planTakeBack, takeBack } from "#surface/services/undo/take-back.ts";
import { createUndoEngine, type UndoCall } from "#surface/services/undo/undo-engine.ts";
import type { UndoBounds } from "#surface/services/undo/project-state.ts";

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

function stand(bounds?: UndoBounds) {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "undo-")));
  made.push(top);
  const root = join(top, "project");
  mkdirSync(root);
  const key = Buffer.alloc(32, 7);
  const directory = join(top, "undo");
  const project = { id: "p1", root };
  let now = Date.now();
  /** Done once while the engine looks at the project. */
  const meanwhile: (() => void)[] = [];
  const engine = createUndoEngine({
    directory,
    key,
    nowMs: () => (now += 1),
    between: () => meanwhile.pop()?.(),
    ...(bounds === undefined ? {} : { bounds }),
  });
  const places = undoPlaces(directory, "p1");
  const store = openCopyStore(places.copies, key);
  const at = (path: string): string => join(root, path);
  const write = (path: string, text: string | Buffer): void => {
    mkdirSync(join(at(path), ".."), { recursive: true });
    writeFileSync(at(path), text);
  };
  const begin = (callId: string, more: Partial<UndoCall> = {}): void => {
    engine.begin({
      project,
      sessionId: "s1",
      callId,
      tool: "Bash",
      answeredMs: Date.now() + 60_000,
      ...more,
    });
  };
  const call = (callId: string, act: () => void, more: Partial<UndoCall> = {}): void => {
    begin(callId, more);
    act();
    engine.end(callId);
  };
  const records = () => readRecords(places, store).records;
  const plan = (asked: { call?: string; session?: string }, over: readonly string[] = []) =>
    planTakeBack(chooseRecords(records(), asked), records(), { root, store, over: new Set(over) });
  const undo = (asked: { call?: string; session?: string }, over: readonly string[] = []) =>
    takeBack(plan(asked, over), { root, store });
  return {
    top,
    root,
    engine,
    at,
    write,
    begin,
    call,
    records,
    plan,
    undo,
    store,
    project,
    meanwhile,
  };
}

/** Everything below a directory: kind, mode, bytes. */
function tree(root: string, way = ""): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(join(root, way))
      .toSorted()
      .flatMap((name) => {
        const path = way === "" ? name : `${way}/${name}`;
        const status = lstatSync(join(root, path));
        const mode = (status.mode & 0o777).toString(8);
        if (status.isDirectory()) return [[path, mode], ...Object.entries(tree(root, path))];
        if (status.isSymbolicLink()) return [[path, `-> ${readlinkSync(join(root, path))}`]];
        return [[path, `${mode} ${readFileSync(join(root, path)).toString("hex")}`]];
      }),
  );
}

describe("taking back", () => {
  it("a session of many kinds of changes restores every byte", () => {
    const { root, at, write, call, undo, records } = stand();
    write("src/app.ts", "one\r\ntwo");
    write("src/deep/er/b.bin", Buffer.from([0, 255, 1, 254]));
    write("run.sh", "#!/bin/sh\n");
    chmodSync(at("run.sh"), 0o755);
    symlinkSync("src/app.ts", at("link"));
    mkdirSync(at("empty"));
    const before = tree(root);
    call("c1", () => {
      write("src/app.ts", "changed");
      rmSync(at("empty"), { recursive: true });
      chmodSync(at("run.sh"), 0o644);
    });
    call("c2", () => {
      rmSync(at("src/deep"), { recursive: true });
      rmSync(at("link"));
      symlinkSync("elsewhere", at("link"));
      write("new/dir/file", "n");
      renameSync(at("run.sh"), at("renamed.sh"));
    });
    call("c3", () => {
      rmSync(at("src"), { recursive: true });
      write("src", "a file where a directory was");
    });
    expect(records().map(({ callId }) => callId)).toEqual(["c1", "c2", "c3"]);
    const { failed } = undo({ session: "s1" });
    expect(failed).toEqual([]);
    expect(tree(root)).toEqual(before);
  });

  it("one call of several is taken back alone, where no later one changed the same", () => {
    const { at, write, call, undo, plan } = stand();
    write("a", "1");
    write("b", "1");
    call("c1", () => {
      write("a", "22");
      write("b", "22");
    });
    call("c2", () => write("b", "333"));
    expect(plan({ call: "c1" }).steps.map(({ path, obstacle }) => [path, obstacle])).toEqual([
      ["a", undefined],
      ["b", "changed-by-later-call"],
    ]);
    undo({ call: "c1" });
    expect([readFileSync(at("a"), "utf8"), readFileSync(at("b"), "utf8")]).toEqual(["1", "333"]);
  });

  it("what a person changed afterwards stays, unless it is named", () => {
    const { at, write, call, undo, plan } = stand();
    write("a", "1");
    call("c1", () => write("a", "by the call"));
    write("a", "by a person");
    expect(plan({ call: "c1" }).steps[0]?.obstacle).toBe("changed-since");
    undo({ call: "c1" });
    expect(readFileSync(at("a"), "utf8")).toBe("by a person");
    undo({ call: "c1" }, ["a"]);
    expect(readFileSync(at("a"), "utf8")).toBe("1");
  });

  it("what a person changed between two calls of a session stays too", () => {
    const { write, call, plan } = stand();
    write("a", "1");
    call("c1", () => write("a", "22"));
    write("a", "a person's own");
    call("c2", () => write("a", "4444"));
    expect(plan({ session: "s1" }).steps[0]?.obstacle).toBe("changed-since");
    expect(plan({ call: "c2" }).steps[0]?.obstacle).toBeUndefined();
  });

  it("a tool that writes one file is held to that file, and to directories that it makes", () => {
    const { at, write, call, undo, records } = stand();
    write("other", "1");
    call(
      "w1",
      () => {
        write("docs/new.md", "text");
        write("other", "not of this call");
      },
      { tool: "Write", paths: ["docs/new.md"] },
    );
    expect(records()[0]?.changes.map(({ path }) => path)).toEqual(["docs", "docs/new.md"]);
    undo({ call: "w1" });
    expect([existsSync(at("docs")), existsSync(at("other"))]).toEqual([false, true]);
  });

  it("copies hold no text in clear, and lines that look like a secret are not shown", () => {
    const { top, write, call, plan, store } = stand();
    const secret = `ghp_${"aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5".slice(0, 36)}`;
    write("conf", `token = "${secret}"\n`);
    write("plain", "seen by people\n");
    call("c1", () => {
      rmSync(join(top, "project", "conf"));
      write("plain", "other\n");
    });
    const files = readdirSync(join(top, "undo"), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name)));
    expect(files.length).toBeGreaterThan(2);
    for (const bytes of files)
      for (const word of [secret, "seen by people", "conf"])
        expect(bytes.includes(word)).toBe(false);
    const shown = plan({ call: "c1" })
      .steps.map((step) => stepDiff(step, store))
      .join("");
    expect(shown).toContain("+seen by people");
    expect(shown).toContain("conf: holds what looks like a secret");
    expect(shown).not.toContain(secret);
  });

  it("no link leads out of the project, neither for copies nor for what is put back", () => {
    const { top, at, write, call, begin, engine, plan, undo, records } = stand();
    mkdirSync(join(top, "outside"));
    writeFileSync(join(top, "outside", "f"), "outside");
    write("d/f", "inside");
    begin("c1");
    rmSync(at("d"), { recursive: true });
    symlinkSync(join(top, "outside"), at("d"));
    engine.end("c1");
    expect(records()[0]?.changes.find(({ path }) => path === "d/f")?.after.kind).toBe("none");
    undo({ call: "c1" });
    expect(lstatSync(at("d")).isDirectory()).toBe(true);
    expect(readFileSync(at("d/f"), "utf8")).toBe("inside");
    call("c2", () => write("d/f", "changed"));
    // A person, or a process that a call left, puts a link in the way.
    rmSync(at("d"), { recursive: true });
    symlinkSync(join(top, "outside"), at("d"));
    expect(plan({ call: "c2" }).steps.map(({ obstacle }) => obstacle)).toEqual(["no-file"]);
    undo({ call: "c2" }, ["d/f"]);
    expect(readFileSync(join(top, "outside", "f"), "utf8")).toBe("outside");
  });

  it("what is too large, or came too late, is told to have no copy", () => {
    const { at, write, begin, engine, plan } = stand({
      fileBytes: 8,
      projectBytes: 100,
      gitBytes: 100,
      entries: 50,
    });
    write("large", "123456789");
    write("late", "1");
    begin("c1", { answeredMs: lstatSync(at("late")).ctimeMs - 1 });
    write("late", "22");
    write("large", "x");
    engine.end("c1");
    expect(
      plan({ call: "c1" }).steps.map(({ path, obstacle, why }) => [path, obstacle, why]),
    ).toEqual([
      ["large", "no-copy", "large"],
      ["late", "no-copy", "late"],
    ]);
  });

  it("files that were copied ahead are put back, however late the call is looked at", () => {
    const { at, write, begin, engine, project, undo, root } = stand();
    write("work.txt", "of an hour");
    write("other/new/file.txt", "untracked");
    write("node_modules/x", "installed");
    write("mixed/deep/target/x", "built");
    symlinkSync("work.txt", at("link"));
    const before = tree(root);
    const paths = ["work.txt", "node_modules/x", "link", "none", "other", "mixed"];
    expect(engine.copy(project, paths)).toEqual(["work.txt", "link", "other"]);
    // TIME: the file system's clock is behind by some milliseconds.
    const answeredMs = Date.now() - 20;
    for (const path of ["work.txt", "other", "link"]) rmSync(at(path), { recursive: true });
    begin("c1", { answeredMs });
    engine.end("c1");
    undo({ call: "c1" });
    expect(tree(root)).toEqual(before);
  });

  it("nothing is copied ahead that is too large, or in a project that is not looked at whole", () => {
    const large = stand({ fileBytes: 8, projectBytes: 100, gitBytes: 100, entries: 50 });
    large.write("a", "123456789");
    large.write("b", "1");
    large.write("d/b", "1");
    large.write("e/a", "123456789");
    expect(large.engine.copy(large.project, ["a", "b", "d", "e"])).toEqual(["b", "d"]);
    const cut = stand({ fileBytes: 8, projectBytes: 100, gitBytes: 100, entries: 1 });
    cut.write("a", "1");
    cut.write("b", "1");
    expect(cut.engine.copy(cut.project, ["a"])).toEqual([]);
  });

  it("what a call took away before it was looked at is put back as it was seen before", () => {
    const { root, at, write, begin, engine, undo } = stand();
    write("gone", "1");
    write("tree/deep/file", "2");
    write("stays/other", "3");
    engine.prepare({ id: "p1", root });
    const before = tree(root);
    const answeredMs = lstatSync(at("gone")).ctimeMs;
    rmSync(at("gone"));
    rmSync(at("tree"), { recursive: true });
    begin("c1", { answeredMs });
    engine.end("c1");
    expect(tree(root)).not.toEqual(before);
    undo({ call: "c1" });
    expect(tree(root)).toEqual(before);
  });

  it.each(["changed", "made", "taken away"])(
    "what was foreseen of a file that is %s while the project is looked at is of the call that did it",
    (how) => {
      const { root, at, write, begin, engine, project, records, undo, meanwhile } = stand();
      write("a", "1");
      if (how !== "made") write("z/file", "before");
      write("z/other", "1");
      begin("c1");
      write("a", "22");
      const tool: UndoCall = {
        project,
        sessionId: "s1",
        callId: "w1",
        tool: "Edit",
        paths: ["z/file", "y/new"],
        answeredMs: Date.now() + 60_000,
      };
      let before = {};
      meanwhile.push(() => {
        engine.foresee(tool);
        before = tree(root);
        if (how === "taken away") rmSync(at("z/file"));
        else write("z/file", "by the edit");
        write("y/new", "by the edit");
      });
      engine.end("c1");
      engine.begin(tool);
      engine.end("w1");
      expect(
        records().map(({ callId, changes }) => [
          callId,
          changes.map(({ path }) => path).toSorted(),
        ]),
      ).toEqual([
        ["c1", ["a"]],
        ["w1", ["y", "y/new", "z/file"]],
      ]);
      undo({ call: "w1" });
      expect(tree(root)).toEqual(before);
    },
  );

  it("of two calls that are foreseen each has its own, in their order", () => {
    const { at, write, begin, engine, project, records, undo, meanwhile } = stand();
    write("a", "1");
    begin("c1");
    const tool = (callId: string): UndoCall => ({
      project,
      sessionId: "s1",
      callId,
      tool: "Edit",
      paths: ["a"],
      answeredMs: Date.now() + 60_000,
    });
    meanwhile.push(() => {
      engine.foresee(tool("w1"));
      write("a", "22");
      engine.foresee(tool("w2"));
      write("a", "333");
    });
    engine.end("c1");
    for (const id of ["w1", "w2"]) {
      engine.begin(tool(id));
      engine.end(id);
    }
    expect(records().map(({ callId }) => callId)).toEqual(["w1", "w2"]);
    undo({ call: "w2" });
    expect(readFileSync(at("a"), "utf8")).toBe("22");
  });

  it("what was taken away before a call was answered is none of its doing", () => {
    const { root, at, write, begin, engine, records } = stand();
    write("gone", "1");
    engine.prepare({ id: "p1", root });
    rmSync(at("gone"));
    begin("c1");
    engine.end("c1");
    expect(records()).toEqual([]);
  });

  it("calls that nobody heard the end of are told as such, and those that were asked about are not taken for run", () => {
    const { write, begin, engine, records } = stand();
    write("a", "1");
    begin("c1");
    write("a", "22");
    engine.settle("s1");
    begin("c2", { isAsked: true });
    write("a", "by a person");
    engine.settle("s1");
    expect(records().map(({ callId, isShared }) => [callId, isShared])).toEqual([["c1", true]]);
  });

  it("taking back is taken back again", () => {
    const { root, write, call, store, undo, at } = stand();
    write("a", "1");
    call("c1", () => {
      write("a", "22");
      write("n/x", "new");
    });
    const changed = tree(root);
    const { done } = undo({ call: "c1" });
    expect(readFileSync(at("a"), "utf8")).toBe("1");
    const back = recordOf(done);
    const again = planTakeBack([back], [back], { root, store, over: new Set() });
    expect(again.steps.map(({ obstacle }) => obstacle)).toEqual([undefined, undefined, undefined]);
    takeBack(again, { root, store });
    expect(tree(root)).toEqual(changed);
  });
});

function recordOf(changes: ReturnType<typeof takeBack>["done"]) {
  return {
    id: "000000000001",
    timeMs: 1,
    what: "undo" as const,
    sessionId: "s1",
    callId: "u1",
    tool: "undo",
    isShared: false,
    isCut: false,
    root: "",
    changes: [...changes],
  };
}
