// What the dashboard's parts compute without a browser: hidden characters, rows in sight, events of the stream, words of filters.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchPath } from "../../dashboard/src/core/paths.ts";
import { createEventReader, EVENT_CHARS_MAX } from "../../dashboard/src/core/sse.ts";
import { completed, completions } from "../../dashboard/src/parts/filter-words.ts";
import { cutText, piecesOf } from "../../dashboard/src/parts/marks.ts";
import { rowWindow, SCROLL_PX_MAX, scrollFor } from "../../dashboard/src/parts/row-window.ts";
import {
  durationText,
  localText,
  relativeText,
  utcText,
} from "../../dashboard/src/parts/time-text.ts";
import { rankItems } from "../../dashboard/src/shell/rank.ts";

const shown = (text: string, isMultiline = false) =>
  piecesOf(text, { isMultiline })
    .map((piece) => (piece.kind === "plain" ? piece.text : `[${piece.code}]`))
    .join("");

describe("hidden characters", () => {
  it.each([
    ["a right-to-left override", "a\u202eb", "a[U+202E]b"],
    ["isolates", "\u2066a\u2069", "[U+2066]a[U+2069]"],
    ["zero width space", "a\u200bb", "a[U+200B]b"],
    ["an escape", "\u001b[31m", "[U+001B][31m"],
    ["a line feed in one line", "a\nb", "a[U+000A]b"],
    ["a no-break space", "a\u00a0b", "a[U+00A0]b"],
    ["tag characters", "a\u{e0041}", "a[U+E0041]"],
    ["a filler that looks empty", "a\u3164", "a[U+3164]"],
    ["half a surrogate pair", "a\ud83d", "a[U+D83D]"],
    ["a selector after a letter", "a\ufe0f", "a[U+FE0F]"],
    ["a joiner between letters", "a\u200db", "a[U+200D]b"],
    [
      "the fifth mark on one letter",
      "a\u0301\u0301\u0301\u0301\u0301",
      "a\u0301\u0301\u0301\u0301[U+0301]",
    ],
    ["a byte order mark", "\ufeffa", "[U+FEFF]a"],
  ])("%s is marked", (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });
  it.each([
    ["plain words", "rm -rf ./build"],
    [
      "accents and other scripts",
      "caf\u00e9 \u0438\u043c\u044f \u540d\u524d \u05e9\u05dc\u05d5\u05dd",
    ],
    ["a picture made of several", "\u{1f469}\u200d\u{1f4bb} \u2764\ufe0f\u200d\u{1f525}"],
  ])("%s stay as they are", (_, text) => {
    expect(shown(text)).toBe(text);
  });
  it("line ends and tabs stay where there are lines", () => {
    expect(shown("a\n\tb", true)).toBe("a\n\tb");
  });
  it("no character is lost, and none that hides is left", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const back = piecesOf(text)
          .map((piece) =>
            piece.kind === "plain"
              ? piece.text
              : String.fromCodePoint(Number.parseInt(piece.code.slice(2), 16)),
          )
          .join("");
        expect(back).toBe(text);
        const plain = piecesOf(text).flatMap((piece) =>
          piece.kind === "plain" ? [piece.text] : [],
        );
        expect(plain.join("")).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b]/u);
      }),
    );
  });
  it("a text is cut between characters", () => {
    expect(cutText("ab\u{1f600}c", 3)).toEqual({ shown: "ab", left: 3 });
    expect(cutText("abc", 3)).toEqual({ shown: "abc", left: 0 });
  });
});

describe("rows in sight", () => {
  const frame = { rowPx: 34, heightPx: 680 };
  it("are few, whatever the length", () => {
    for (const count of [1, 20, 1_000, 1_000_000]) {
      const { first, end } = rowWindow({ ...frame, count, topPx: 0 });
      expect(first).toBe(0);
      expect(end).toBeLessThanOrEqual(40);
      expect(end).toBeGreaterThan(0);
    }
    expect(rowWindow({ ...frame, count: 0, topPx: 0 })).toEqual({ first: 0, end: 0, offsetPx: 0 });
  });
  it("reach the last of a million at the end of the scroll bar", () => {
    const topPx = SCROLL_PX_MAX - frame.heightPx;
    const { end } = rowWindow({ ...frame, count: 1_000_000, topPx });
    expect(end).toBe(1_000_000);
  });
  it("hold the row that was scrolled to", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, at, from) => {
          const place = Math.min(count - 1, Math.floor(count * at));
          const highest = Math.max(
            0,
            Math.min(count * frame.rowPx, SCROLL_PX_MAX) - frame.heightPx,
          );
          const topPx = scrollFor({ ...frame, count, topPx: highest * from }, place);
          const { first, end } = rowWindow({ ...frame, count, topPx });
          expect(place).toBeGreaterThanOrEqual(first);
          expect(place).toBeLessThan(end);
        },
      ),
    );
  });
});

describe("the stream", () => {
  it("gives the same events however it is cut", () => {
    const whole =
      ': beat\n\nevent: decision\ndata: {"a":1}\n\ndata: x\r\ndata: y\r\n\r\nevent: lost\n\n';
    const expected = [
      { name: "decision", data: '{"a":1}' },
      { name: "message", data: "x\ny" },
    ];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length })), (cuts) => {
        const read = createEventReader();
        const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const events = places.slice(1).flatMap((end, at) => read(whole.slice(places[at], end)));
        expect(events).toEqual(expected);
      }),
    );
  });
  it("drops an event that is too long, and goes on", () => {
    const read = createEventReader();
    const long = "x".repeat(EVENT_CHARS_MAX);
    expect(read(`data: ${long}\ndata: ${long}\n\ndata: after\n\n`)).toEqual([
      { name: "message", data: "after" },
    ]);
  });
});

describe("words of a filter", () => {
  const words = [
    { name: "verdict", about: "how it was judged", values: ["deny", "ask"] },
    { name: "tool", about: "the tool" },
  ];
  it.each([
    ["ve", ["verdict:"]],
    ["tool:Bash -ve", ["verdict:"]],
    ["verdict:", ["verdict:deny", "verdict:ask"]],
    ["verdict:deny,a", ["verdict:deny,ask"]],
    ["verdict:deny", []],
    ["", []],
  ])("%j can be completed", (text, expected) => {
    expect(completions(text, text.length, words).map(({ word }) => word)).toEqual(expected);
  });
  it("are put in where the cursor stands", () => {
    expect(completed("ve tool:x", 2, "verdict:")).toEqual({ text: "verdict: tool:x", cursor: 8 });
    expect(completed("(verdict:d", 10, "verdict:deny")).toEqual({
      text: "(verdict:deny ",
      cursor: 14,
    });
  });
});

describe("paths and lines", () => {
  it.each([
    ["/log/:index", "/log/7", { index: "7" }],
    ["/sessions/:id", "/sessions/a%2Fb", { id: "a/b" }],
    ["/", "/", {}],
    ["/log", "/log/7", undefined],
    ["/log/:index", "/log/%E0%A4%A", undefined],
  ])("%s at %s", (pattern, path, expected) => {
    expect(matchPath(pattern, path)).toEqual(expected);
  });
  it("the palette puts the title that begins so first", () => {
    const items = [{ title: "Catalogue" }, { title: "Log out" }, { title: "Theme", words: "log" }];
    expect(rankItems(items, "log").map(({ title }) => title)).toEqual([
      "Log out",
      "Catalogue",
      "Theme",
    ]);
    expect(rankItems(items, "zzz")).toEqual([]);
  });
});

describe("times", () => {
  it("are UTC, relative and durations, and no time is no fault", () => {
    expect(utcText(0)).toBe("1970-01-01T00:00:00Z");
    expect(utcText(Number.NaN)).toBe("no time");
    expect(localText(1e300)).toBe("no time");
    expect(relativeText(0, 180_000)).toBe("3 minutes ago");
    expect(relativeText(7_200_000, 0)).toBe("in 2 hours");
    expect([durationText(12), durationText(250_000), durationText(7_320_000)]).toEqual([
      ...["12 ms", "4 min 10 s", "2 h 2 min"],
    ]);
  });
});
