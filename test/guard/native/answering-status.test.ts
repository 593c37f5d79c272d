// Commands whose status 1 the client takes for an answer, each as the real client took it.
import { describe, expect, test } from "vitest";
import { answersByStatus } from "#guard/native/answering-status.ts";

describe("status 1", () => {
  test.each([
    "grep nothing a.txt",
    "rg nothing a.txt",
    "diff a.txt b.txt",
    "diff <(cat a.txt) b.txt",
    "test -f nothing",
    "[ -f nothing ]",
    "cat a.txt | grep nothing",
    "git diff --quiet HEAD; grep nothing a.txt",
    "git grep nothing",
    "git -C lib --no-pager diff --exit-code",
    "cd . && grep nothing a.txt",
    "grep -q nothing a.txt",
    "grep nothing a.txt > found.txt 2>&1",
    "ls\ngrep nothing a.txt # a comment",
  ])("is an answer: %s", (command) => {
    expect(answersByStatus(command)).toBe(true);
  });

  test.each([
    "cmp a.txt b.txt",
    "X=1 grep nothing a.txt",
    "(grep nothing a.txt)",
    "! grep nothing a.txt",
    "/usr/bin/grep nothing a.txt",
    "grep nothing a.txt; false",
    "sh -c 'grep nothing a.txt'",
    "git status",
    "if grep nothing a.txt; then echo yes; fi",
    "[[ -f nothing ]]",
    "grep 'nothing",
    "",
    `grep ${"x".repeat(10_000)} a.txt`,
  ])("is a failure: %s", (command) => {
    expect(answersByStatus(command)).toBe(false);
  });
});
