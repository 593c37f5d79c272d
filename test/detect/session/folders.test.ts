// Files below folders: the same as a look at every file gives, whatever comes and goes.
import { expect, it } from "vitest";
import fc from "fast-check";
import { createFolders } from "#detect/session/folders.ts";

const path = fc
  .array(fc.constantFrom("a", "b", "c.ts", "..", ""), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));

it("are those that begin with its name, the newest last", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), path)), path, (acts, asked) => {
      const known = new Set<string>();
      const folders = createFolders([]);
      for (const [isAdded, file] of acts) {
        known.delete(file);
        if (isAdded) {
          known.add(file);
          folders.add(file);
        } else folders.remove(file);
      }
      const folder = asked.replace(/\/+$/, "");
      const expected = [...known].filter((one) => folder === "" || one.startsWith(`${folder}/`));
      expect(folders.below(folder)).toEqual(expected);
      expect(createFolders(known).below(folder)).toEqual(expected);
    }),
  );
});

it("are at most 256, and of a path without an end the first folders count", () => {
  const folders = createFolders(Array.from({ length: 1_000 }, (_, at) => `src/${at}.ts`));
  expect(folders.below("src")).toHaveLength(256);
  expect(folders.below("src").at(-1)).toBe("src/999.ts");
  const deep = createFolders(["a/".repeat(1_000)]);
  expect([deep.below("a").length, deep.below("a/".repeat(500) + "a").length]).toEqual([1, 0]);
});
