// The profile for macOS: its structure, read by a small reader of its language. What macOS makes of it was not measured.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOT_MEASURED, type SeatbeltParts, seatbeltProfile } from "#guard/hold/seatbelt.ts";

const PARTS: SeatbeltParts = {
  projectRoot: "/Users/ada/shop",
  writable: ["/Users/ada/other"],
  pinned: ["/Users/ada/shop/sub"],
  kept: ["/Users/ada/shop/.git/hooks", "/Users/ada/shop/.claude"],
  hiddenFiles: [{ path: "/Users/ada/shop/.env" }, { path: "/Users/ada/shop/sub/.env" }],
  hiddenDirectories: ["/Users/ada/.ssh"],
  shown: ["/Users/ada/.ssh/known_hosts"],
  reachesHosts: false,
  scratch: "/private/tmp/s",
  data: "/Users/ada/.sallyport",
};

/** A text in quotes stands in the tree as itself; a symbol after a colon. */
type Tree = string | readonly Tree[];

describe("the profile", () => {
  const rules = read(textOf(PARTS));

  it("denies by default, says that it is not measured, and lets nobody look for another sandbox", () => {
    expect(rules.slice(0, 2)).toEqual([
      [":version", ":1"],
      [":deny", ":default"],
    ]);
    expect(textOf(PARTS)).toContain(`; ${NOT_MEASURED}`);
    expect(textOf(PARTS)).not.toMatch(/\(import|\(allow default|file-write\*\)|mach-lookup\)/);
  });

  it.each([...PARTS.hiddenFiles.map(({ path }) => path), ...PARTS.hiddenDirectories, PARTS.data])(
    "denies reading and changing `%s` behind what is allowed",
    (path) => {
      expect(last(rules, "file-read*", path)).toBe("deny");
      expect(last(rules, "file-write*", path)).toBe("deny");
    },
  );

  it.each(PARTS.kept)("keeps `%s`, which can be read", (path) => {
    expect(last(rules, "file-write*", path)).toBe("deny");
    expect(last(rules, "file-read*", path)).toBe("allow");
  });

  it("writes the project, what the call was judged to write, scratch, and nothing else", () => {
    const written = [
      "/Users/ada/shop/src/a",
      "/Users/ada/other/a",
      "/private/tmp/s/a",
      "/dev/null",
    ];
    expect(written.map((path) => last(rules, "file-write*", path))).toEqual(
      written.map(() => "allow"),
    );
    const others = ["/Users/ada/x", "/Users/ada/shop2/a", "/etc/hosts", "/", "/dev/disk0"];
    expect(others.map((path) => last(rules, "file-write*", path))).toEqual(
      others.map(() => undefined),
    );
    expect(last(rules, "file-read*", "/Users/ada/.ssh/known_hosts")).toBe("allow");
    expect(last(rules, "file-write-unlink", "/Users/ada/shop/sub")).toBe("deny");
  });

  it("has no network unless the call has hosts", () => {
    const network = (parts: SeatbeltParts) => textOf(parts).match(/\(allow network-\w+/g) ?? [];
    expect(network(PARTS)).toEqual([]);
    expect(network({ ...PARTS, reachesHosts: true })).toEqual([
      "(allow network-outbound",
      "(allow network-bind",
    ]);
  });

  it("has no rule without a filter where nothing is hidden, kept or shown", () => {
    const none = { ...PARTS, hiddenFiles: [], hiddenDirectories: [], kept: [], shown: [] };
    const found = read(textOf(none));
    expect(
      found.filter((one) => Array.isArray(one) && one[0] === ":deny" && one.length === 2),
    ).toEqual([
      [":deny", ":default"],
      [":deny", ":file-write-setugid"],
    ]);
  });
});

describe("hostile paths", () => {
  it.each(['/p/a") (allow default) ("', "/p/a\\", '/p/\\"', "/p/(x", "/p/;x", "/p/#|x", "/p/ü é"])(
    "`%s` stays one text",
    (path) => {
      const rules = read(textOf({ ...PARTS, hiddenFiles: [{ path }] }));
      expect(last(rules, "file-read*", path)).toBe("deny");
      expect(rules.length).toBe(read(textOf(PARTS)).length);
    },
  );

  it("any path is one text, or makes no profile", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const path = `/p/${name}`;
        const made = seatbeltProfile({ ...PARTS, hiddenFiles: [{ path }] });
        const isOdd = /\p{Cc}/u.test(path);
        expect(made.kind).toBe(isOdd ? "none" : "profile");
        const rules = read(made.kind === "profile" ? made.text : "");
        expect(last(rules, "file-read*", path)).toBe(isOdd ? undefined : "deny");
      }),
    );
  });

  it.each(["relative", "", "/a\nb", "/a\0"])("%j makes no profile", (path) => {
    expect(seatbeltProfile({ ...PARTS, kept: [path] })).toMatchObject({ kind: "none" });
  });
});

function textOf(parts: SeatbeltParts): string {
  const made = seatbeltProfile(parts);
  if (made.kind === "none") throw new Error(made.why);
  return made.text;
}

/** Reads a text of such expressions whole. Throws where it is none. */
function read(text: string): readonly Tree[] {
  const stack: Tree[][] = [[]];
  const token =
    /\s+|;[^\n]*|(?<text>"(?:[^"\\]|\\["\\])*")|(?<open>\()|(?<close>\))|(?<word>[\w.*/:-]+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (found === null) throw new Error(`not read: ${JSON.stringify(text.slice(at, at + 20))}`);
    const { text: quote, open, close, word } = found.groups ?? {};
    if (open !== undefined) stack.push([]);
    else if (close !== undefined) {
      const done = stack.pop();
      const above = stack.at(-1);
      if (done === undefined || above === undefined) throw new Error("closed too often");
      above.push(done);
    } else if (quote !== undefined)
      stack.at(-1)?.push(quote.slice(1, -1).replace(/\\(["\\])/g, "$1"));
    else if (word !== undefined) stack.at(-1)?.push(`:${word}`);
  }
  const [whole, ...rest] = stack;
  if (whole === undefined || rest.length > 0) throw new Error("not closed");
  return whole;
}

/** What the last rule that speaks of an operation on a path says. */
function last(rules: readonly Tree[], operation: string, path: string): string | undefined {
  let said: string | undefined;
  for (const rule of rules) {
    if (!Array.isArray(rule) || !rule.includes(`:${operation}`)) continue;
    const filters = rule.filter((one): one is readonly Tree[] => Array.isArray(one));
    const meets = filters.some(([kind, place]) => {
      if (kind === ":literal") return place === path;
      return kind === ":subpath" && (place === path || path.startsWith(`${String(place)}/`));
    });
    if (filters.length === 0 || meets) said = String(rule[0]).slice(1);
  }
  return said;
}
