// The client's search of contents: judged by what ripgrep would look into, and by what a file must hold to be shown.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { EnvironmentFacts } from "#guard/facts/facts.ts";
import { normalizeInput } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { makeProject, plainShell, type TestProject } from "../../../judging.ts";

const made: TestProject[] = [];
afterAll(() => {
  for (const one of made) one.remove();
});

/** A project with secrets, and the lines of its ignore file. */
function project(...ignored: readonly string[]): TestProject {
  const one = makeProject();
  made.push(one);
  writeFileSync(join(one.project, ".gitignore"), `${ignored.join("\n")}\n`);
  return one;
}

async function verdict(
  where: TestProject,
  input: Json,
  environment?: EnvironmentFacts,
): Promise<string> {
  const call = {
    id: "t",
    tool: "Grep",
    cwd: where.project,
    input: normalizeInput({ tool: "Grep", input, cwd: where.project }),
  };
  const { decision } = await judgeWithFacts({
    call,
    policy: loadPolicy(),
    session: where.session,
    shell: plainShell("bash"),
    ...(environment === undefined ? {} : { environment }),
    answer: where.answer,
  });
  return decision.verdict;
}

describe("a search in a project that ignores its secrets", () => {
  const where = project(".env", "secrets/", "/link", "/out");

  it.each<Json>([
    { pattern: "x" },
    { pattern: ".", output_mode: "content" },
    { pattern: "SECRET" },
    { pattern: "x", path: "src" },
    { pattern: "x", path: "sub" },
    { pattern: "x", type: "ts" },
  ])("allow.%j", async (input) => {
    expect(await verdict(where, input)).toBe("allow");
  });

  it.each<Json>([
    { pattern: "x", path: ".env" },
    { pattern: "x", path: "sub/.env" },
    { pattern: "x", path: "secrets" },
    { pattern: "x", glob: "!*.md" },
    { pattern: "x", type: "all" },
    { pattern: "x", glob: "*" },
    { pattern: "x", glob: "**/*" },
    { pattern: "x", glob: "**" },
    { pattern: "x", glob: ".env" },
    { pattern: "x", glob: "*.{env,txt}" },
    { pattern: "x", glob: "!*.md,.env" },
    { pattern: "x", glob: "!*.md *" },
    { pattern: "x", glob: "{!a,*}" },
    { pattern: "x", path: ".." },
    { pattern: "x", path: "/proc/self/root" },
    { pattern: "x", path: "~" },
  ])("deny.%j", async (input) => {
    expect(await verdict(where, input)).toBe("deny");
  });

  it("deny.a file of options that may tell it to look further", async () => {
    const environment = {
      variables: new Map([["RIPGREP_CONFIG_PATH", "/etc/rg"]]),
      withheld: new Set<string>(),
      isExact: true,
      named: [],
    };
    expect(await verdict(where, { pattern: "x" }, environment)).toBe("deny");
  });
});

describe("a search in a project that ignores none of its secrets", () => {
  const where = project("dist");

  it.each<Json>([
    { pattern: "total" },
    { pattern: "totalSum|discount" },
    { pattern: "import .* from", output_mode: "content", "-n": true },
  ])("allow.what no secret holds: %j", async (input) => {
    expect(await verdict(where, input)).toBe("allow");
  });

  it.each<Json>([
    { pattern: "SECRET" },
    { pattern: "planted" },
    { pattern: "total|planted" },
    { pattern: "total|" },
    { pattern: "t.t.l" },
    { pattern: "(?i)SecreT" },
    { pattern: "" },
    { pattern: "." },
    { pattern: "x" },
  ])("deny.%j", async (input) => {
    expect(await verdict(where, input)).toBe("deny");
  });

  it("deny.what is let in again, or ignored elsewhere", async () => {
    expect(await verdict(project(".env", "secrets/", "!sub/.env"), { pattern: "x" })).toBe("deny");
    expect(await verdict(project("/.env", "secrets/"), { pattern: "x" })).toBe("deny");
  });
});
