// Files that lie as they did are not looked at again; what changed is.
import { mkdtempSync, realpathSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createSeenTexts } from "#surface/foundation/files/seen-texts.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function stand() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-seen-")));
  folders.push(folder);
  const path = join(folder, "a.md");
  const looked: string[] = [];
  let text: string | undefined = "one";
  const seen = createSeenTexts((one) => {
    looked.push(one);
    return text;
  });
  const put = (content: string): void => {
    text = content;
    writeFileSync(path, content);
  };
  return { folder, path, looked, seen, put };
}

it("a file that changed a moment ago is looked at each time", () => {
  const { path, looked, seen, put } = stand();
  put("one");
  expect([seen(path), seen(path)]).toEqual(["one", "one"]);
  expect(looked).toHaveLength(2);
});

it("a file that has lain there is looked at once, until it changes", async () => {
  const { folder, path, looked, seen, put } = stand();
  put("one");
  // TIME: the change of a file's times is itself a change; only waiting lets it lie.
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect([seen(path), seen(path)]).toEqual(["one", "one"]);
  expect(looked).toHaveLength(1);
  put("two");
  // The size and the time of its content are as before: the time of the change is not.
  utimesSync(path, new Date(0), new Date(0));
  expect(seen(path)).toBe("two");
  const other = join(folder, "b.md");
  writeFileSync(other, "six");
  put("six");
  renameSync(other, path);
  expect(seen(path)).toBe("six");
});

it("what is no file has no marks, and is asked for each time", () => {
  const { folder, looked, seen } = stand();
  expect([seen(folder), seen(folder)]).toEqual(["one", "one"]);
  expect(looked).toHaveLength(2);
});
