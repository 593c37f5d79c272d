// A call's picture of the disk: each place is looked at once, and what goes on behind the call sees the disk as it is.
import { AsyncLocalStorage } from "node:async_hooks";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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
