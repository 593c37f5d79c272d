// Brackets, texts, calls and blocks of programs are found by the lexicon of their language, whatever stands in texts and comments.
import { describe, expect, it } from "vitest";
import { blocksOf, braced, isTried } from "#guard/effects/languages/syntax/blocks.ts";
import {
  bracketed,
  expressionAt,
  listed,
  type Layout,
  ProgramText,
} from "#guard/effects/languages/syntax/program-text.ts";
import type { Lexicon } from "#guard/effects/languages/evaluation/tokens.ts";
import { goLexicon } from "#guard/effects/languages/go.ts";
import { javascript } from "#guard/effects/languages/javascript/javascript.ts";
import { perl } from "#guard/effects/languages/perl/perl.ts";
import { php } from "#guard/effects/languages/php.ts";
import { powershellLexicon } from "#guard/effects/languages/powershell/powershell-words.ts";
import { python } from "#guard/effects/languages/python/python.ts";
import { ruby } from "#guard/effects/languages/ruby.ts";

const layoutOf = (lexicon: Lexicon, isBare = false): Layout => ({
  lexicon,
  signs: [],
  isBare,
  ignoresCase: false,
});

/** By language: a call in a comment, one in a text, and one that is made. */
const CALLS: readonly (readonly [language: string, layout: Layout, text: string])[] = [
  ["python", layoutOf(python.lexicon), `# stop(1)\nx = """stop(2)"""\nstop(")", 3)\n`],
  [
    "javascript",
    layoutOf(javascript.lexicon),
    "/* stop(1) */ x = `stop(2)`; // stop(1)\nstop(')', 3)\n",
  ],
  [
    "ruby",
    layoutOf(ruby.lexicon, true),
    "# stop 1\nx = <<~END\n  don't stop 2\nEND\nstop(')', 3)\n",
  ],
  ["perl", layoutOf(perl.lexicon, true), "# stop(1)\nmy $x = q{stop(2)};\nstop(')', 3);\n"],
  ["php", layoutOf(php.lexicon, true), "<?php // stop(1)\n$x = 'stop(2)';\nstop(')', 3);\n"],
  [
    "powershell",
    layoutOf(powershellLexicon, true),
    "<# stop 1 #>\n$x = @'\nstop 2's\n'@\nstop(')', 3)\n",
  ],
  ["go", layoutOf(goLexicon), '// stop(1)\nx := `stop(2)`; y := \'"\'\nstop(")", 3)\n'],
];

describe.each(CALLS)("a program in %s", (_, layout, text) => {
  const program = new ProgramText(text, layout);

  it("calls what neither a comment nor a text says", () => {
    expect(program.calls("stop").map(({ at, args }) => [at, args.length, args[1]])).toEqual([
      [text.lastIndexOf("stop"), 2, "3"],
    ]);
  });
  it("keeps its places and lines without its comments", () => {
    expect(program.text).toHaveLength(text.length);
    expect(program.text.split("\n")).toHaveLength(text.split("\n").length);
    expect(program.text).not.toMatch(/stop\W?1/);
  });
});

describe("calls", () => {
  const calls = (text: string, names: string, isBare = false) =>
    new ProgramText(text, layoutOf(javascript.lexicon, isBare))
      .calls(names)
      .map(({ name }) => name);

  it("are named whole, by their last member, or by how they begin", () => {
    expect(calls("a.post(1); b.c.post(2); post(3); poster(4)", "a.post")).toEqual(["a.post"]);
    expect(calls("a.post(1); b.c.post(2); post(3)", ".post")).toEqual(["post", "post"]);
    expect(calls("log.warn(1); log.error(2); blog.info(3)", "log.*")).toEqual([
      "log.warn",
      "log.error",
    ]);
  });
  it("have brackets, where the language asks for them", () => {
    expect(calls("stop; stop 1", "stop")).toEqual([]);
    expect(calls("stop; stop 1", "stop", true)).toEqual(["stop", "stop"]);
  });
});

describe("a program that no lexer reads to its end", () => {
  it("is looked at all the same", () => {
    const text = `x = "never closed\nstop(1)\n`;
    const program = new ProgramText(text, layoutOf(python.lexicon));
    expect(program.calls("stop").map(({ inside }) => inside)).toEqual(["1"]);
  });
  it("is not searched to its end again and again", () => {
    const text = "q(".repeat(20_000);
    expect(new ProgramText(text, layoutOf(perl.lexicon)).text).toHaveLength(text.length);
  });
});

describe("blocks", () => {
  const program = new ProgramText(
    'function f(a) {\n  const o = { b: "}" };\n  if (a === ";") {\n    try { stop(1); } catch (e) { stop(2); }\n  }\n  stop(3);\n}\nstop(4);\n',
    layoutOf(javascript.lexicon),
  );
  const at = (which: number) => program.text.indexOf(`stop(${which})`);
  const kinds = (which: number) =>
    blocksOf(
      program,
      braced,
    )(at(which)).map((one) => (one.startsWith("def") ? "function" : "branch"));

  it("are told by what stands in front of their braces", () => {
    expect([1, 2, 3, 4].map(kinds)).toEqual([
      ["function", "branch"],
      ["function", "branch", "branch"],
      ["function"],
      [],
    ]);
  });
  it("catch what is thrown in them", () => {
    expect([1, 2, 3, 4].map((which) => isTried(program, braced, at(which)))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
  it("begin behind statements that belong to their condition", () => {
    const go = new ProgramText(
      "func main() {\n\tif err := read(); err != nil {\n\t\tstop(1)\n\t}\n}\n",
      layoutOf(goLexicon),
    );
    expect(blocksOf(go, braced)(go.text.indexOf("stop"))).toHaveLength(2);
  });
});

describe("expressions of any language", () => {
  it("end where their brackets do", () => {
    expect(bracketed('f(a, "(", [b]) + 1', 1)).toBe('a, "(", [b]');
    expect(expressionAt("x = f(\n  1,\n) + 2; y", 4)).toBe("f(\n  1,\n) + 2");
    expect(listed('a, "b, c", [d, e]')).toEqual(["a", '"b, c"', "[d, e]"]);
  });
});
