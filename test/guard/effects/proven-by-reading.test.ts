// A decision says whether its effects are complete only because code of another language was read.
import { expect, it } from "vitest";
import { judgeCommand } from "../../judging.ts";
import { judgedProject } from "../../judged-project.ts";

const project = judgedProject();

it.each([
  "python3 -c 'print(1)'",
  "node -e 'console.log(1)'",
  "perl -e 'print 1'",
  "ruby -e 'puts 1'",
  "ls; python3 - <<< 'print(1)'",
])("says so of %s", async (command) => {
  const { verdict, provenBy } = await judgeCommand(project(), command);
  expect([verdict, provenBy]).toEqual(["allow", "reading-code"]);
});

it.each(["ls", "cat pub.txt | grep h", "git status", "python3 --version"])(
  "says nothing of %s",
  async (command) => {
    expect((await judgeCommand(project(), command)).provenBy).toBeUndefined();
  },
);
