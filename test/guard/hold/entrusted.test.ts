// What a yes to terraform and its relatives gives them, and what keeps it from everything else of the call.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { entrustedPrograms } from "#guard/hold/entrusted.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { judgeCommand, makeProject, type TestProject } from "../../judging.ts";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
  for (const name of ["terraform", "x.sh"])
    writeFileSync(join(where.project, name), "#!/bin/sh\ncat *.tfvars\n", { mode: 0o755 });
  writeFileSync(join(where.project, "a.tfvars"), 'region = "eu"\n');
});
afterAll(() => {
  where.remove();
});

it.each([
  "terraform plan",
  "terraform plan -var-file=a.tfvars",
  "cd . && terraform plan -no-color | tail -3",
  "tofu apply",
])("%s is given what is its own, and the question says so", async (command) => {
  const decision = await judgeCommand(where, command);
  expect(entrustedPrograms(decision.effects)).toHaveLength(1);
  expect(decision.verdict).toBe("ask");
  expect(reasonText(decision)).toContain("also gives it the credentials and files of values");
});

it.each([
  "terraform plan; ./x.sh",
  "./terraform plan",
  "PATH=.:$PATH terraform plan",
  "PATH=$PWD terraform plan",
  "terraform() { ./x.sh; }; terraform plan",
  "alias terraform=./x.sh\nterraform plan",
  "terraform plan; cat *.txt",
  "terraform plan -var-file=a.tfvars; cat a.tfvars",
  "source .env; terraform plan",
  "terraform plan; cat $F",
  "terraform plan | sh",
  "terraform plan | python3 -c 'import sys; exec(sys.stdin.read())'",
  "make && terraform plan",
  "npm test",
])("%s gives nothing", async (command) => {
  const { effects } = await judgeCommand(where, command);
  expect(entrustedPrograms(effects)).toEqual([]);
});
