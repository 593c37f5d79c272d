// Globs as a set: the same answers as each glob by itself, whatever they are told apart by.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldName } from "#base/fold-name.ts";
import { compileGlob, globsIntersect } from "#base/glob.ts";
import { globSet } from "#base/glob-set.ts";

const piece = fc.constantFrom(
  "a",
  "B",
  "ab",
  ".",
  "/",
  "*",
  "?",
  "**/",
  "**",
  "[ab]",
  "\\*",
  "\\b",
);
const globs = fc.array(piece, { maxLength: 6 }).map((parts) => `/${parts.join("")}`);
const lists = fc.array(globs, { maxLength: 6 });
const paths = fc
  .array(fc.constantFrom("a", "b", "A", "ab", ".", "/", "*"), { maxLength: 8 })
  .map((parts) => `/${parts.join("")}`);

describe("globSet", () => {
  it("matches what one of the globs matches, case disregarded", () => {
    fc.assert(
      fc.property(lists, paths, (list, path) => {
        const any = list.some((glob) => compileGlob(glob, { ignoreCase: true })(path));
        expect(globSet(list).matches(foldName(path))).toBe(any);
      }),
      { numRuns: 3000 },
    );
  });

  it("meets what one of the globs meets, asked first and asked again", () => {
    fc.assert(
      fc.property(lists, globs, (list, glob) => {
        const set = globSet(list);
        const any = list.some((one) => globsIntersect(glob, one));
        expect([set.meets(glob), set.meets(glob)]).toEqual([any, any]);
      }),
      { numRuns: 3000 },
    );
  });

  it("meets a glob whenever one path matches both", () => {
    fc.assert(
      fc.property(lists, globs, paths, (list, glob, path) => {
        const folded = foldName(path);
        const set = globSet(list);
        if (set.matches(folded) && compileGlob(glob, { ignoreCase: true })(path))
          expect(set.meets(glob)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it("keeps apart what only ends alike", () => {
    const set = globSet(["/**/.env", "/**/*.pem", "/home/u/.ssh/**"]);
    expect(set.matches("/p/.env")).toBe(true);
    expect(set.matches("/p/x.env")).toBe(false);
    expect(set.matches("/home/u/.ssh/config")).toBe(true);
    expect(set.meets("/p/**/*.ts")).toBe(false);
    expect(set.meets("/p/**/*v")).toBe(true);
    expect(set.meets("/home/u/.ssh/known_hosts")).toBe(true);
  });
});
