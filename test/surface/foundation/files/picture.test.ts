// A call's picture of the disk: each place is looked at once, and what goes on behind the call sees the disk as it is.
import { AsyncLocalStorage } from "node:async_hooks";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test, vi } from "vitest";
import { tellsChanges } from "#platform/watch-limits.ts";
import { createKnownNames } from "#surface/foundation/files/known-names.ts";
import { realPath } from "#surface/foundation/files/path-status.ts";
import {
  createPicture,
  inPicture,
  keepPictures,
  lookOnce,
  pictureOfCall,
  statusAt,
} from "#surface/foundation/files/picture.ts";

const gate = () => {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
};
const root = realpathSync(mkdtempSync(join(tmpdir(), "picture-")));
beforeAll(() => keepPictures(new AsyncLocalStorage()));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("says what was there at the first look, to the end of the call and no longer", async () => {
  const path = join(root, "new");
  const later = gate();
  let behind: Promise<boolean> | undefined;
  await inPicture(async () => {
    expect(statusAt(path)).toBeUndefined();
    writeFileSync(path, "");
    await Promise.resolve();
    expect(statusAt(path)).toBeUndefined();
    expect([lookOnce("x", path, () => 1), lookOnce("x", path, () => 2)]).toEqual([1, 1]);
    behind = later.promise.then(() => statusAt(path) !== undefined);
  });
  later.resolve();
  expect(await behind).toBe(true);
  expect([pictureOfCall(), statusAt(path)?.isFile()]).toEqual([undefined, true]);
});

test("two calls at once have one each, and one that waits for a person gives its own up", async () => {
  const path = join(root, "both");
  const made = gate();
  const [first, second] = await Promise.all([
    inPicture(async () => {
      const before = statusAt(path);
      await made.promise;
      return [before, statusAt(path)];
    }),
    inPicture(async (end) => {
      expect(statusAt(path)).toBeUndefined();
      writeFileSync(path, "");
      end();
      made.resolve();
      return statusAt(path)?.isFile();
    }),
  ]);
  expect([first, second]).toEqual([[undefined, undefined], true]);
});

test("paths lead where the system says, through links, upward parts and what is not there", () => {
  mkdirSync(join(root, "real/below"), { recursive: true });
  writeFileSync(join(root, "real/file"), "");
  symlinkSync("real", join(root, "link"));
  symlinkSync("nowhere", join(root, "dangling"));
  const { real } = createPicture();
  for (const name of [
    ...["", "/real/below", "/link/below", "/link", "/real/../link/file", "/real/", "//real"],
    ...["/dangling", "/none", "/none/below", "/real/file/below", "/link/none"],
  ]) {
    const path = `${root}${name}`;
    expect([path, real(path) ?? path]).toEqual([path, realPath(path)]);
  }
});

describe("what was not there in a call before", () => {
  const settled = (path: string): void => {
    const { ctimeMs } = lstatSync(path);
    vi.setSystemTime(ctimeMs + 60_000);
  };
  beforeEach((ctx) => {
    if (!tellsChanges(root)) ctx.skip("the file system here is none whose times are believed");
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const looksAt = async (...paths: readonly string[]) =>
    await inPicture(async () => paths.map((path) => statusAt(path)?.isFile()));

  it.each([
    { name: "a file", make: (path: string) => writeFileSync(path, "") },
    { name: "a link", make: (path: string) => symlinkSync(root, path) },
    {
      name: "a file that was elsewhere",
      make: (path: string) => renameSync(join(root, "far"), path),
    },
    { name: "another directory in its directory's place", make: replaced },
  ])("is seen when it is made: $name", async ({ name, make }) => {
    const above = join(root, name);
    mkdirSync(join(above, "deep"), { recursive: true });
    writeFileSync(join(root, "far"), "");
    const path = join(above, "deep", "x");
    settled(join(above, "deep"));
    for (let call = 0; call < 3; call += 1) expect(await looksAt(path)).toEqual([undefined]);
    make(path);
    await inPicture(async () => expect(statusAt(path)).toBeDefined());
  });

  it("is not looked for while nothing was added to its directory", () => {
    const names = createKnownNames();
    const above = join(root, "quiet");
    mkdirSync(above);
    const directory = lstatSync(above);
    const path = join(above, "x");
    names.note(path, { kind: "none", directory, atMs: directory.ctimeMs + 60_000 });
    expect([names.mayKnow(path), names.kindOf(path, directory)]).toEqual([true, "none"]);
    expect(names.mayKnow(join(above, "y"))).toBe(false);
  });

  it("is looked for where its directory had just changed", () => {
    const names = createKnownNames();
    const above = join(root, "busy");
    mkdirSync(above);
    const directory = lstatSync(above);
    const just = { directory, atMs: directory.ctimeMs + 1_000 };
    names.note(join(above, "x"), { kind: "none", ...just });
    expect(names.mayKnow(join(above, "x"))).toBe(false);
  });

  it.each([
    { name: "taken away", change: (path: string) => rmSync(path) },
    { name: "moved", change: (path: string) => renameSync(path, join(root, "elsewhere")) },
    { name: "below a directory that another one replaced", change: emptied },
  ])("is not believed to be there any more once it is $name", async ({ name, change }) => {
    const above = join(root, name);
    mkdirSync(join(above, "deep"), { recursive: true });
    const path = join(above, "deep", "x");
    writeFileSync(path, "");
    settled(join(above, "deep"));
    const isThere = async () => await inPicture(async () => pictureOfCall()?.isThere(path));
    for (let call = 0; call < 3; call += 1) expect(await isThere()).toBe(true);
    change(path);
    expect(await isThere()).toBe(false);
  });

  it("is there without another look while its directory is as it was", async () => {
    const above = join(root, "still");
    mkdirSync(above);
    const path = join(above, "x");
    writeFileSync(path, "");
    settled(above);
    for (let call = 0; call < 2; call += 1)
      await inPicture(async () => expect(pictureOfCall()?.isThere(path)).toBe(true));
    await inPicture(async () => {
      expect([pictureOfCall()?.isThere(path), realPath(path)]).toEqual([true, path]);
      expect(pictureOfCall()?.seen(path)).toBeUndefined();
    });
  });

  it("is followed where a link took the place of a file", async () => {
    const above = join(root, "turned");
    mkdirSync(above);
    const path = join(above, "x");
    writeFileSync(path, "");
    settled(above);
    for (let call = 0; call < 3; call += 1)
      await inPicture(async () => expect(realPath(path)).toBe(path));
    rmSync(path);
    symlinkSync(root, path);
    await inPicture(async () => expect(realPath(path)).toBe(root));
  });

  it("is seen below a directory that was not there", async () => {
    const above = join(root, "later");
    const path = join(above, "deep", "x");
    settled(root);
    for (let call = 0; call < 3; call += 1) expect(await looksAt(path)).toEqual([undefined]);
    mkdirSync(join(above, "deep"), { recursive: true });
    writeFileSync(path, "");
    expect(await looksAt(path)).toEqual([true]);
  });

  it("is seen in the same call when we made it ourselves", async () => {
    const above = join(root, "own");
    mkdirSync(above);
    const path = join(above, "hooks");
    settled(above);
    expect(await looksAt(path, join(path, "x"))).toEqual([undefined, undefined]);
    await inPicture(async () => {
      expect([statusAt(path), realPath(join(path, "x"))]).toEqual([undefined, join(path, "x")]);
      mkdirSync(path);
      pictureOfCall()?.noteMade(path);
      expect(statusAt(path)?.isDirectory()).toBe(true);
    });
  });

  function emptied(path: string): void {
    const directory = join(path, "..");
    renameSync(directory, `${directory}-former`);
    mkdirSync(directory);
  }

  function replaced(path: string): void {
    const directory = join(path, "..");
    mkdirSync(`${directory}-other`);
    writeFileSync(join(`${directory}-other`, "x"), "");
    renameSync(directory, `${directory}-former`);
    renameSync(`${directory}-other`, directory);
  }
});
