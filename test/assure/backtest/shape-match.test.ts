// Globs over shapes: never surer than the paths behind the shapes allow, and sure where a shape tells enough.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileShapeGlob, type Sureness } from "#assure/backtest/shape-match.ts";
import { compileGlob } from "#base/glob.ts";
import { createShaper } from "#record/event/place-shape.ts";
import { stamp } from "../../record/event/samples.ts";

const shaper = createShaper(stamp.digest);
const match = (glob: string, path: string): Sureness =>
  compileShapeGlob(glob, [], shaper).match((shaper.path(path) ?? "").split("/"));

describe("a glob held against the shape of a path", () => {
  it.each<[string, string, Sureness]>([
    ["/**/.env", "/home/ada/shop/.env", 2],
    ["/**/.ENV", "/home/ada/shop/.Env", 2],
    ["/**/.env", "/home/ada/shop/notes.txt", 0],
    ["/**/*.pem", "/home/ada/shop/server.pem", 2],
    ["/**/*.pem", "/home/ada/shop/server.txt", 0],
    ["/**/*.pem", "/home/ada/shop/.pem", 2],
    ["/**/.env*", "/home/ada/shop/notes.txt", 0],
    ["/**/id_*", "/home/ada/id_mine", 1],
    ["/**/*secret*", "/home/ada/notes.txt", 1],
    ["/home/ada/**", "/home/ada/shop/a.ts", 2],
    ["/home/ada/**", "/home/ada", 0],
    ["/home/ada/**", "/home/bob/shop/a.ts", 0],
    ["/**/~backup", "/home/ada/~backup", 2],
    ["/**/ada/**", "/home/ada/shop", 2],
    ["/**/ada/**", "/home/ada", 0],
    ["/home/*/shop/**/a.ts", "/home/ada/shop/a.ts", 2],
    ["/home/**/x**y", "/home/ada/xay", 1],
  ])("%s %s -> %i", (glob, path, sure) => {
    expect(match(glob, path)).toBe(sure);
  });

  it("property.is-right-wherever-it-is-sure", () => {
    const part = fc.constantFrom(
      "a",
      "b",
      ".env",
      ".e",
      "a.ts",
      "b.pem",
      ".a.pem",
      ".pem",
      "src",
      "~a",
      "..a",
    );
    const globPart = fc.oneof(
      part,
      fc.constantFrom("**", "*", "*.pem", ".*", "a*", "*a", ".e*", "*.ts", "?", "[ab]", "a**"),
    );
    const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((all) => `/${all.join("/")}`);
    const glob = fc
      .array(globPart, { minLength: 1, maxLength: 4 })
      .map((all) => `/${all.join("/")}`);
    fc.assert(
      fc.property(glob, path, (pattern, place) => {
        const sure = match(pattern, place);
        const truth = compileGlob(pattern, { ignoreCase: true })(place);
        if (sure !== 1) expect(sure === 2).toBe(truth);
      }),
      { numRuns: 3_000 },
    );
  });
});
