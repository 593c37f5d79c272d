// What the client makes of a skill's text: its shell lines with arguments filled in, and the files that it mentions.
import { describe, expect, it } from "vitest";
import { filledTexts, mentionsOf, shellOf } from "#guard/effects/tools/skill-text.ts";

const shell = (text: string, args = "", names: readonly string[] = []) =>
  shellOf(text, { args, directory: "/p/.claude/skills/s", names }).map(({ readings, line }) => [
    line,
    ...readings,
  ]);

describe("shell lines", () => {
  it.each<[string, string, readonly (readonly (string | number)[])[]]>([
    [
      "inline, at a line's start and behind a space",
      "!`date`\nuse !`pwd` now",
      [
        [1, "date"],
        [2, "pwd"],
      ],
    ],
    ["not behind a letter or a bracket", "a!`date` (!`pwd`)", []],
    ["over several lines", "!`echo a\necho b`", [[1, "echo a\necho b"]]],
    ["a block", "x\n```!\necho one\necho two\n```\n", [[2, "echo one\necho two"]]],
    [
      "a block with Windows line ends",
      "```!\r\necho one\r\necho two\r\n```\r\n",
      [[1, "echo one\necho two"]],
    ],
    ["a block that no fence ends", "```!\necho one\n", []],
    ["an empty one", "!` ` and ```!\n```", []],
    [
      "a plain block of code",
      "```\n!`not code for the client`\n```",
      [[2, "not code for the client"]],
    ],
  ])("%s", (_what, text, expected) => {
    expect(shell(text)).toEqual(expected);
  });

  it.each<[string, string, string, readonly (string | number)[]]>([
    ["all arguments, as they are", "!`ls $ARGUMENTS`", "; cat .env", [1, "ls ; cat .env"]],
    [
      "numbered ones, as newer and older clients count",
      "!`cat $1`",
      "a 'b c'",
      [1, "cat b c", "cat a"],
    ],
    ["by index", "!`cat $ARGUMENTS[1]`", 'a "b c" d', [1, "cat b c"]],
    ["none of that number", "!`echo $7`", "a", [1, "echo "]],
    ["escaped", "!`echo \\$1`", "a", [1, "echo \\$1"]],
    [
      "a dollar in an argument stays",
      "!`echo $ARGUMENTS`",
      "$& $1 $$",
      [1, "echo $& $1 $$", "echo $& $& $$"],
    ],
    ["its own directory", "!`sh ${CLAUDE_SKILL_DIR}/x.sh`", "", [1, "sh /p/.claude/skills/s/x.sh"]],
  ])("arguments: %s", (_what, text, args, expected) => {
    const [found = []] = shell(text, args);
    expect([...new Set(found)]).toEqual([...new Set(expected)]);
  });
  it("named arguments, and a name that is the beginning of another", () => {
    expect(shell("!`cat $file $files`", "a b", ["file", "files"])).toEqual([[1, "cat a b"]]);
  });
  it("an argument may bring a shell line itself", () => {
    expect(shell("do $ARGUMENTS", "!`cat .env`")).toEqual([[1, "cat .env"]]);
  });
  it("a large text with many openings is read in a moment", () => {
    const text = "```! !`".repeat(40_000);
    expect(shellOf(text, { args: "", directory: "/" }).length).toBeGreaterThan(0);
  });
});

it("mentions stand behind a space or at a line's start", () => {
  const found = mentionsOf("@a.md x@b.md\n see @~/c.md", { args: "", directory: "/" });
  expect(found).toEqual([
    { path: "a.md", line: 1 },
    { path: "~/c.md", line: 2 },
  ]);
});

it("texts without placeholders have one reading", () => {
  expect(filledTexts("plain", { args: "x", directory: "/" })).toEqual(["plain"]);
});
