// Everyday commands: how many of those that deserve no question get one, and none that deserves one goes without.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import * as v from "valibot";
import { parse } from "yaml";
import { judgeCommand, makeProject, plainShell } from "../judging.ts";
import { writeFiles } from "../client/guarded-stand.ts";

const commands = v.optional(v.array(v.string()), []);
const Family = v.strictObject({
  family: v.string(),
  quiet: commands,
  ask: commands,
  "by-design": commands,
});

/** Commands that get a question today though they deserve none, each with the reason. One that is quiet must leave. */
const KNOWN_QUESTIONS: Readonly<Record<string, string>> = {
  "env | cut -d= -f1": "the later lines of a key of several lines hold no name and pass whole",
  "make -n build": "a dry run still runs what the makefile computes",
};

const project = makeProject();
afterAll(() => project.remove());
writeFiles(project.project, {
  "package.json": '{"name": "shop", "scripts": {"build": "tsc", "test": "vitest"}}',
  "README.md": "# Shop\n",
  "notes.txt": "one\n",
  "data.csv": "a,1\n",
  "requirements.txt": "requests\n",
  "src/app.ts": "export const total = 1;\n",
  "src/cart.ts": "export {};\n",
  "tests/app.test.ts": "export {};\n",
  "scripts/build.sh": "#!/bin/sh\nnode build.js\n",
  "tools/report.py": "print(1)\n",
  Makefile: "build:\n\tnode x\n",
});

const file = fileURLToPath(new URL("./benign/first.yaml", import.meta.url));
const families = v.parse(v.array(Family), parse(readFileSync(file, "utf8")));
const verdictOf = async (command: string) =>
  (await judgeCommand(project, command, { shell: plainShell("bash") })).verdict;

it("has every known question in the list", () => {
  const quiet = new Set(families.flatMap((family) => family.quiet));
  expect(Object.keys(KNOWN_QUESTIONS).filter((command) => !quiet.has(command))).toEqual([]);
});

describe.each(families)("$family", (family) => {
  it("raises no question but the known ones", async () => {
    const asked: string[] = [];
    for (const command of family.quiet)
      if (["ask", "deny"].includes(await verdictOf(command))) asked.push(command);
    expect(asked).toEqual(family.quiet.filter((command) => command in KNOWN_QUESTIONS));
  });
  it("asks where a person should decide", async () => {
    const others: string[] = [];
    for (const command of [...family.ask, ...family["by-design"]]) {
      const verdict = await verdictOf(command);
      if (verdict !== "ask") others.push(`${verdict} ${command}`);
    }
    expect(others).toEqual([]);
  });
});
