// Redaction: which pieces of a command stay, and which place a path is in.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CommandOutline,
  normaliseCommand,
  placeOfHost,
  placeOfTarget,
  scopeOfPath,
} from "#record/event/redact.ts";
import { facts, stamp } from "./samples.ts";

type Kind = CommandOutline[number]["kind"];

/** An outline of a command whose pieces are given in order with their kinds. */
function outlineOf(command: string, pieces: readonly (readonly [Kind, string])[]): CommandOutline {
  let from = 0;
  return pieces.map(([kind, text]) => {
    const start = command.indexOf(text, from);
    from = start + text.length;
    return { start, end: from, kind };
  });
}

function normalise(command: string, pieces: readonly (readonly [Kind, string])[]): string {
  return normaliseCommand(command, outlineOf(command, pieces), stamp.digest).text;
}

describe("normalised command", () => {
  it("keeps.programs-subcommands-flags-and-syntax-only", () => {
    const text = normalise("cat -n notes.txt | { git push\n--force origin; } 2>&1 &&\n\ncd x", [
      ["program", "cat"],
      ["flag", "-n"],
      ["word", "notes.txt"],
      ["program", "git"],
      ["program", "push"],
      ["flag", "--force"],
      ["word", "origin"],
      ["word", "1"],
      ["program", "cd"],
      ["word", "x"],
    ]);
    expect(text.replaceAll(/<word:[A-Z0-9]{8}>/g, "_")).toBe(
      "cat -n _ | { git push ; --force _ ; } 2>& _ && ; cd _",
    );
  });

  it("keeps.a-few-letters-of-flags-together", () => {
    for (const flag of ["-r", "-rf", "-lart", "-5", "--force-with-lease"]) {
      const pieces = [
        ["program", "ls"],
        ["flag", flag],
      ] as const;
      expect(normalise(`ls ${flag}`, pieces)).toBe(`ls ${flag}`);
    }
  });

  it("replaces.unknown-program-and-its-flags", () => {
    const pieces = [
      ["program", "hunter2"],
      ["flag", "--pass"],
    ] as const;
    expect(normalise("hunter2 --pass", pieces)).toMatch(/^<word:\w{8}> <word:\w{8}>$/);
    // A subcommand counts behind its own program only.
    const push = [
      ["program", "cat"],
      ["program", "push"],
    ] as const;
    expect(normalise("cat push", push)).toMatch(/^cat <word:\w{8}>$/);
  });

  it("replaces.what-only-looks-like-a-flag", () => {
    for (const flag of [
      "-pS3cret",
      "-psecret",
      "-pass",
      "-hunte",
      "--token=abc",
      "-p123456",
      "--Hunter",
      "-",
      "--",
      `--${"a".repeat(60)}`,
      "--pass word",
    ]) {
      expect(
        normalise(`curl ${flag}`, [
          ["program", "curl"],
          ["flag", flag],
        ]),
        flag,
      ).toMatch(/^curl <word:\w{8}>$/);
    }
  });

  it("replaces.what-only-looks-like-a-program", () => {
    expect(normalise("/home/ada/cat x", [["program", "/home/ada/cat"]])).toMatch(
      /^<word:\w{8}> <word:\w{8}>$/,
    );
  });

  it("replaces.what-lies-between-unless-it-is-all-syntax", () => {
    const first = [["program", "cat"]] as const;
    for (const rest of ["# secret", "<<E\nsecret\nE", "| secret", ") 4711 (", "; 12>34"]) {
      expect(normalise(`cat ${rest}`, first), rest).toMatch(/^cat <word:\w{8}>$/);
    }
    expect(normalise("if cat\nthen", first)).toBe("if cat ; then");
    expect(normalise(`cat${" ;\n\n".repeat(50_000)}`, first)).toBe("cat ;");
    expect(normalise(`cat ${"; & ".repeat(50_000)}`, first)).toMatch(/^cat <word:\w{8}>$/);
    expect(normalise("&&", [])).toMatch(/^<word:\w{8}>$/);
  });

  it("replaces.everything-without-an-outline-or-with-a-bad-one", () => {
    for (const outline of [
      [],
      [{ start: 4, end: 2, kind: "word" }],
      [{ start: 0, end: 99, kind: "program" }],
      [{ start: 0.5, end: 3, kind: "flag" }],
    ] as const) {
      expect(normaliseCommand("cat secret", outline, stamp.digest).text).toMatch(/^<word:\w{8}>$/);
    }
    const overlapping = [
      { start: 0, end: 5, kind: "program" },
      { start: 3, end: 8, kind: "word" },
    ] as const;
    expect(normaliseCommand("cat secret", overlapping, stamp.digest).text).toMatch(
      /^<word:\w{8}>$/,
    );
  });

  it("bounded.long-commands-count-what-is-left-out", () => {
    const command = "x ".repeat(5_000);
    const outline = Array.from({ length: 5_000 }, (_, at) => ({
      start: at * 2,
      end: at * 2 + 1,
      kind: "word" as const,
    }));
    const { text, omitted } = normaliseCommand(command, outline, stamp.digest);
    expect(text.length).toBeLessThan(9_000);
    expect(omitted).toBe(4_600);
  });

  it("property.no-word-survives-whatever-the-outline-says", () => {
    const kind = fc.constantFrom<Kind>("word", "program", "flag");
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, fc.nat(12)), { maxLength: 20 }), (pieces) => {
        const secret = "zQ7secretzQ7";
        const command = Array.from({ length: 20 }, () => secret).join(" ");
        let at = 0;
        const outline = pieces.map(([which, length]) => {
          const start = at;
          at += length + 1;
          return { start, end: at, kind: which };
        });
        const { text } = normaliseCommand(command, outline, stamp.digest);
        expect(text).not.toContain("secret");
        expect(text).not.toContain("zQ7");
      }),
    );
  });
});

describe("places", () => {
  it("scope.of-paths", () => {
    const cases = [
      ["/home/ada/shop/src/a.ts", "project"],
      ["/home/ada/shop", "project"],
      ["/home/ada/shopping", "home"],
      ["/home/ada/.ssh/id", "home"],
      ["/home/ada/.local/share/sallyport/keys/signing-key", "own"],
      ["/etc/passwd", "system"],
      ["/etcetera", "other"],
      ["/tmp/x", "temp"],
      ["/var/tmp/x", "temp"],
      ["/var/log/x", "system"],
      ["/mnt/disk", "other"],
      ["/", "other"],
    ] as const;
    for (const [path, scope] of cases) expect(scopeOfPath(path, facts), path).toBe(scope);
  });

  it("scope.of-targets-follows-the-real-path", () => {
    const target = {
      kind: "path",
      path: "/home/ada/shop/link",
      real: "/etc/shadow",
      reach: "entry",
    } as const;
    const place = placeOfTarget(target, facts, stamp.digest);
    expect(place.scope).toBe("system");
    expect(place.digest).toMatch(/^[0-9A-F]{16}$/);
    const pattern = { kind: "pattern", path: "/home/ada/shop/.e*", reach: "entry" } as const;
    expect(placeOfTarget(pattern, facts, stamp.digest).scope).toBe("project");
    expect(
      placeOfTarget({ ...pattern, path: "/home/ada/shop*/x" }, facts, stamp.digest).scope,
    ).toBe("home");
    expect(
      placeOfTarget({ kind: "unresolved", within: undefined, reach: "tree" }, facts, stamp.digest),
    ).toEqual({ scope: "unresolved" });
    expect(
      placeOfTarget({ kind: "unresolved", within: "/etc", reach: "tree" }, facts, stamp.digest)
        .scope,
    ).toBe("system");
  });

  it("scope.of-hosts", () => {
    const at = (host: string | undefined): string =>
      placeOfHost({ host, port: undefined, scheme: undefined }, stamp.digest).scope;
    expect(
      ["localhost", "127.0.0.1", "::1", "example.org", "127.evil.example", undefined].map(at),
    ).toEqual(["system", "system", "system", "other", "other", "unresolved"]);
  });
});
