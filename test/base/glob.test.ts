// Globs: fixed cases, agreement of the two matchers, and that intersection never denies a common path.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileGlob,
  compileGlobs,
  escapeGlob,
  globBase,
  globsIntersect,
  hasMagic,
} from "#base/glob.ts";

describe("compileGlob", () => {
  const cases: [string, string, boolean][] = [
    ["/p/*.pem", "/p/a.pem", true],
    ["/p/*.pem", "/p/d/a.pem", false],
    ["/**/.env", "/.env", true],
    ["/**/.env", "/p/sub/.env", true],
    ["/**/.env", "/p/x.env", false],
    ["/p/**", "/p/a/b", true],
    ["/p/**", "/q/a", false],
    ["/p/[ab]?", "/p/a1", true],
    ["/p/[!ab]?", "/p/a1", false],
    ["/p/[z-a]", "/p/q", true],
    ["/p/\\*", "/p/*", true],
    ["/p/\\*", "/p/a", false],
    ["/p/[[:digit:]]", "/p/7", true],
    ["/p/.[[=e=]]nv", "/p/.env", true],
    ["/p/.[[.e.]]nv/x", "/p/.env/x", true],
    ["/p/.[[=x=]]e]nv", "/p/.env", true],
    ["/p/.[a-[:e:]nv", "/p/.env", true],
    ["/p/.[[=e=]]nv/x", "/p/.env/y", false],
    ["/p/[-[:digit:]]", "/p/-", true],
    ["/p/[-[:digit:]]", "/p/x", false],
    ["/p/a**b", "/p/a/x/b", true],
    ["/p/*a*b*c*", "/p/xaybzc", true],
  ];
  for (const [glob, path, expected] of cases) {
    it(`${expected ? "match" : "no-match"}.${glob} ${path}`, () => {
      expect(compileGlob(glob)(path)).toBe(expected);
    });
  }

  it("leaves dot files alone when the shell would", () => {
    expect(compileGlob("/p/*", { dotfiles: false })("/p/.env")).toBe(false);
    expect(compileGlob("/p/.e*", { dotfiles: false })("/p/.env")).toBe(true);
    expect(compileGlob("/p/[.]env", { dotfiles: false })("/p/.env")).toBe(false);
    expect(compileGlob("/p/*.env", { dotfiles: false })("/p/.env")).toBe(false);
    expect(compileGlob("/p/**/.env", { dotfiles: false })("/p/.env")).toBe(true);
    expect(compileGlob("/p/**/.env", { dotfiles: false })("/p/.d/.env")).toBe(false);
  });

  it("ignores case on request", () => {
    expect(compileGlob("/p/.ENV", { ignoreCase: true })("/P/.env")).toBe(true);
  });

  it("comes to an end on a hostile glob", () => {
    const glob = `/${"*a".repeat(60)}b`;
    expect(compileGlob(glob)(`/${"a".repeat(4000)}`)).toBe(false);
  });

  const piece = fc.constantFrom("a", "b", ".", "/", "*", "?", "**/", "[ab]", "[!a]", "\\*");
  const globs = fc.array(piece, { maxLength: 6 }).map((parts) => `/${parts.join("")}`);
  const paths = fc
    .array(fc.constantFrom("a", "b", ".", "/", "*"), { maxLength: 8 })
    .map((parts) => `/${parts.join("")}`);

  it("agrees with itself whichever matcher is chosen", () => {
    fc.assert(
      fc.property(globs, paths, (glob, path) => {
        // Stars glued to the end force the simulation; both must say the same about the part before.
        const fast = compileGlob(`${glob}`)(path);
        const slow = compileGlob(`${glob}x*x*x*`)(`${path}xxx`);
        if (fast) expect(slow).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("meets whenever one path matches both", () => {
    fc.assert(
      fc.property(globs, globs, paths, (first, second, path) => {
        if (compileGlob(first)(path) && compileGlob(second)(path))
          expect(globsIntersect(first, second)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("compileGlobs", () => {
  it("is each of the globs, case disregarded", () => {
    const piece = fc.constantFrom("a", "B", ".", "/", "*", "?", "**/", "**", "[ab]", "\\*", "+");
    const globs = fc.array(
      fc.array(piece, { maxLength: 6 }).map((parts) => `/${parts.join("")}`),
      { maxLength: 4 },
    );
    const paths = fc
      .array(fc.constantFrom("a", "b", "A", ".", "/", "*", "+"), { maxLength: 8 })
      .map((parts) => `/${parts.join("")}`);
    fc.assert(
      fc.property(globs, paths, (all, path) => {
        const any = all.some((glob) => compileGlob(glob, { ignoreCase: true })(path));
        expect(compileGlobs(all)(path)).toBe(any);
      }),
      { numRuns: 500 },
    );
  });
});

describe("globsIntersect", () => {
  it("tells apart what cannot meet", () => {
    expect(globsIntersect("/p/**/*.ts", "/**/.env")).toBe(false);
    expect(globsIntersect("/p/**/.e*", "/**/.env")).toBe(true);
    expect(globsIntersect("/p/*", "/p/a/b")).toBe(false);
    expect(globsIntersect("/q/**", "/p/**")).toBe(false);
  });
});

describe("globBase and escapes", () => {
  it("names the literal directory", () => {
    expect(globBase("/p/src/*.ts")).toBe("/p/src");
    expect(globBase("/**/.env")).toBe("/");
    expect(globBase("/p/a")).toBe("/p");
  });
  it("escapes what is magic", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(hasMagic(escapeGlob(text))).toBe(false);
        expect(compileGlob(`/${escapeGlob(text)}`)(`/${text}`)).toBe(true);
      }),
    );
  });
});
