// How a named answer is laid out for a person: what fits, what stands below, what is cut, and which words are explained.
import { describe, expect, it } from "vitest";
import {
  type AnswerCell,
  columns,
  type NamedAnswer,
} from "#assure/query/answers/named-question.ts";
import { answerLines } from "#surface/cli/log/answer-lines.ts";

const COLUMNS = columns(
  { time_ms: "when", user: "who", came: "outcome", event: "event", call: "call" },
  { why: "why", rule: "", session: "session", place: "folder" },
);
const MIDNIGHT = Date.UTC(2026, 2, 2);
const SESSION = "5e551000-0000-4000-8000-000000000001";

function row(event: number, call: string, why = "rule a asks"): readonly AnswerCell[] {
  return [MIDNIGHT, "ada", "refused", event, call, why, "secret-rule", SESSION, "/home/ada/shop"];
}

function lines(rows: readonly (readonly AnswerCell[])[], shown = rows.length): readonly string[] {
  const answer: NamedAnswer = {
    title: "T",
    summary: "S",
    notCovered: "N",
    order: "Newest first.",
    columns: COLUMNS,
    rows,
    words: [
      { word: "refused", means: "nothing ran" },
      { word: "ran", means: "it ran" },
      { word: "rule", means: "one of a policy", where: "within" },
      { word: "asks", means: "begins no cell", where: "begin" },
    ],
  };
  return answerLines(answer, rows.slice(0, shown));
}

describe("the lines of an answer", () => {
  it("show a short call in its row, what belongs to it below, how to go on, and the words that were said", () => {
    expect(lines([row(7, "npm test"), row(5, "git status")], 1)).toEqual([
      "Newest first.",
      "",
      "when                 who  outcome  event  call",
      "2026-03-02 00:00:00  ada  refused      7  npm test",
      "    why: rule a asks",
      `    session ${SESSION}, folder /home/ada/shop`,
      "(1 of 2 rows; `--limit` shows more)",
      "",
      "Open a row by the number under `event`, the first one so: sallyport log show 7",
      `Read the whole session of that row: sallyport log session ${SESSION}`,
      "What the words mean:",
      "  refused: nothing ran",
      "  rule: one of a policy",
    ]);
  });

  it("show every call below and whole where one does not fit in its row", () => {
    const long = `echo ${"word ".repeat(30)}end`;
    const found = lines([row(7, long), row(5, "git status")]);
    expect(found[2]).toBe("when                 who  outcome  event");
    expect(found).toContain("    call: git status");
    const at = found.findIndex((line) => line.startsWith("    call: echo"));
    expect(`${found[at]} ${found[at + 1]?.trim()}`).toBe(`    call: ${long}`);
    for (const line of found) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("cut what is very long, and let no call write lines or control characters of its own", () => {
    const found = lines([row(7, `a\n    why: rule b\u001b[31m ${"x".repeat(5_000)}`)]);
    expect(found.join("\n")).not.toContain("\u001b");
    expect(found.filter((line) => line.startsWith("    why:"))).toEqual(["    why: rule a asks"]);
    expect(found.join("").length).toBeLessThan(1_600);
  });

  it("say once what is below several rows of one call", () => {
    const found = lines([row(7, "npm test"), row(7, "npm test"), row(5, "npm test")]);
    expect(found.filter((line) => line.startsWith("    why:"))).toHaveLength(2);
  });

  it("say so where nothing was found", () => {
    expect(lines([])).toEqual(["", "Nothing of this is on record for this time."]);
  });
});
