// Names that mktemp makes up: what a call does below them is judged alike whatever lies in /tmp already.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { judgeCommand, makeProject } from "../../judging.ts";
import { madeUpMachine } from "../../made-up-machine.ts";

// A folder of the form that `mktemp -d` makes, with all in it that a pattern should not find.
const older = mkdtempSync("/tmp/tmp.");
writeFileSync(join(older, ".env"), "SECRET=planted\n");
writeFileSync(join(older, "server.pem"), "planted\n");
symlinkSync("/etc", join(older, "src"));
symlinkSync("/etc/hostname", join(older, "a.txt"));
mkdirSync(join(older, ".git"));
const made = makeProject();
const answer = madeUpMachine([made.root, realpathSync(older)], { home: made.home });
const project = { ...made, answer };
afterAll(() => {
  rmSync(older, { recursive: true });
  project.remove();
});

test.each([
  'd=$(mktemp -d) && cp a.txt "$d/" && cat "$d"/* && ls -la "$d"',
  'd=$(mktemp -d) && cp -r src "$d/src" && grep -r x "$d/src" && rm -rf "$d"',
  "d=$(mktemp -d); cd $d && git init -q && echo hi > a.txt && git add a.txt && git commit -qm one",
  "f=$(mktemp) && sort pub.txt > $f && mv $f pub.txt",
])("%s", async (command) => {
  const { verdict, reasons } = await judgeCommand(project, command);
  expect(verdict, JSON.stringify(reasons[0])).toBe("allow");
});

// Characters that have stood for such names: a folder that really has one of them in its name is an old one.
const FORGED = ["\uE0F5", "\uE0F6", "\uE0F7", "\u0001"];
for (const name of FORGED) {
  mkdirSync(join(project.project, name));
  symlinkSync("/etc", join(project.project, name, "up"));
}
test.each(FORGED.map((name) => [name]))("nothing is taken for new by its name %#", async (name) => {
  const verdictOf = async (command: string) => (await judgeCommand(project, command)).verdict;
  expect(await verdictOf(`rm -rf ${name}/up/foo`)).toBe("deny");
  expect(await verdictOf(`cat ${name}/up/shadow`)).toBe("deny");
  expect(await verdictOf(`echo x > ${name}/up/passwd2`)).toBe("ask");
});

test.each([
  ["d=$(mktemp -d); cat $d/../tmp.*/.env", "deny"],
  ["d=$(mktemp -d); cd $d; cat ../*/server.pem", "deny"],
  ["d=OLDER; echo x > $d/src/hosts", "ask"],
] as const)("what lies beside them is meant by %s", async (command, verdict) => {
  const named = command.replace("OLDER", older);
  expect((await judgeCommand(project, named)).verdict).toBe(verdict);
});
