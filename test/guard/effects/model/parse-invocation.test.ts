// The one reading of options: which words behind an option are its own, and what stands behind `--` and behind a verb.
import { expect, it } from "vitest";
import type { OptionSpec } from "#guard/effects/model/command-model.ts";
import { flags, taking, takingWords } from "#guard/effects/model/option-list.ts";
import { parseInvocation } from "#guard/effects/model/parse-invocation.ts";
import { literal, type Text, textOf } from "#guard/shell/values/text.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  style: flags("-v --verbose"),
  output: taking("-o --output"),
  part: takingWords("to-dashes", "--pages"),
  each: takingWords("to-semicolon", "--exec"),
  program: { names: ["--args", "run"], value: "required", words: "to-end" },
};

function read(line: string, optionsEnd: "anywhere" | "first-operand" = "anywhere") {
  const args = line.split(" ").map((word) => literal(word));
  const parsed = parseInvocation({ options: OPTIONS, optionsEnd }, "x", args, undefined);
  const shown = (words: readonly Text[] | undefined) => words?.map((word) => textOf(word));
  return {
    operands: shown(parsed.operands),
    behindDashes: shown(parsed.behindDashes),
    unknown: parsed.unknownOptions,
    values: (key: string) => shown(parsed.values(key)),
  };
}

it("takes the words up to `--` for a part, which it ends", () => {
  const found = read("--pages a 1-3 --file=b -- in -o out");
  expect(found.values("part")).toEqual(["a", "1-3", "--file=b", "--"]);
  expect(found.values("output")).toEqual(["out"]);
  expect(found.operands).toEqual(["in"]);
  expect(found.behindDashes).toBeUndefined();
});

it("keeps several parts apart, and takes all words for one that nothing ends", () => {
  expect(read("--pages a -- --pages b c").values("part")).toEqual(["a", "--", "b", "c", "--"]);
  expect(read("--exec a ; --exec b ; c").values("each")).toEqual(["a", ";", "b", ";"]);
});

it("takes all that is left, options too, behind an option or a verb of a program", () => {
  for (const line of ["-v --args rm -o x -- y", "-v run rm -o x -- y"]) {
    const found = read(line);
    expect(found.values("program")).toEqual(["rm", "-o", "x", "--", "y"]);
    expect(found.operands).toEqual([]);
    expect(found.unknown).toEqual([]);
  }
});

it("finds the verb behind words in front of it only where options may stand there", () => {
  expect(read("a run rm").values("program")).toEqual(["rm"]);
  expect(read("a run rm", "first-operand").operands).toEqual(["a", "run", "rm"]);
});

it("tells the operands behind `--` from those in front", () => {
  const found = read("exec name -- rm -o x");
  expect(found.operands).toEqual(["exec", "name", "rm", "-o", "x"]);
  expect(found.behindDashes).toEqual(["rm", "-o", "x"]);
  expect(read("exec name").behindDashes).toBeUndefined();
  expect(read("exec --").behindDashes).toEqual([]);
});
