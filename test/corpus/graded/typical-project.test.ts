// The typical repository is whole: what its lock files name is what its manifest needs, and what is installed is what they name.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestProject } from "../../judging.ts";
import { grade } from "./graded.ts";
import { makeTypicalProject } from "./typical-project.ts";

let where: TestProject;
beforeAll(() => {
  where = makeTypicalProject();
});
afterAll(() => {
  where.remove();
});

const gotBy = async (command: string) =>
  (await grade(where, { command, expected: "allow", reasons: [], family: "", sealed: false })).got;

describe("the typical repository", () => {
  it.each(["npm ci --ignore-scripts", "npm install --ignore-scripts", "npm i --no-audit --no-fund --ignore-scripts", "pnpm install --frozen-lockfile --ignore-scripts"])("installs by its lock file: %s", async (command) => {
    expect(await gotBy(command)).toBe("allow");
  });

  it.each(["npm ci", "npm install"])("lets scripts run, and names all that comes, so that this is to be contained: %s", async (command) => {
    expect(await gotBy(command)).toBe("contained");
  });

  it("names nothing that is new", async () => {
    expect(await gotBy("npm install left-pad")).toBe("ask");
  });

  it.each(["npx jest --listTests", "npx playwright test --list", "npx tsc --noEmit", "npx changeset status"])("has the tool: %s", async (command) => {
    expect(await gotBy(command)).not.toBe("ask");
  });

  it("has nothing that was not chosen", async () => {
    expect(await gotBy("npx left-pad-cli")).toBe("ask");
  });

  it("is what npm takes for whole", () => {
    const listed: unknown = JSON.parse(execFileSync("npm", ["ls", "--json", "--all", "--offline"], { cwd: where.project, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    const { devDependencies } = JSON.parse(readFileSync(join(where.project, "package.json"), "utf8"));
    expect(listed).not.toHaveProperty("problems");
    expect(Object.keys(devDependencies).length).toBeGreaterThan(50);
    expect(listed).toHaveProperty(["dependencies", "jest", "version"], "30.2.0");
  });
});
