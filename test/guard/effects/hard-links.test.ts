// A file with several names is judged by all of them: a hard link is no way around the name by which a policy knows a secret.
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { FactQuery } from "#guard/facts/facts.ts";
import { judgeCommand, makeProject } from "../../judging.ts";

const place = makeProject();
const { project, home } = place;
writeFileSync(join(project, ".env"), "TOKEN=x\n");
linkSync(join(project, ".env"), join(project, "linked.md"));
linkSync(join(home, ".ssh/id_ed25519"), join(project, "src/linked.ts"));
// What package managers do: each file of a package is a link to one of their store.
mkdirSync(join(project, "node_modules/made"), { recursive: true });
writeFileSync(join(project, "node_modules/made/index.js"), "1\n");
linkSync(join(project, "node_modules/made/index.js"), join(project, "node_modules/again.js"));
writeFileSync(join(project, "one.md"), "x\n");
linkSync(join(project, "one.md"), join(project, "two.md"));
afterAll(() => place.remove());

const REFUSED = [
  "cat linked.md",
  "head -n 3 ./linked.md",
  "cd src && cat linked.ts",
  "cd src; cat linked.ts",
  "cp linked.md elsewhere.md",
  "cat < linked.md",
  `cat ${join(project, "linked.md")}`,
];

const ALLOWED = [
  "cat one.md",
  "echo x >> two.md",
  "cat node_modules/made/index.js",
  "cat pub.txt",
  // The other names stay.
  "rm two.md",
];

describe("a command that names a hard link", () => {
  it.each(REFUSED)("deny: %s", async (command) => {
    const { verdict, reasons } = await judgeCommand(place, command);
    expect(verdict).toBe("deny");
    expect(reasons[0]?.text).toMatch(/\.env|id_ed25519/);
  });

  it.each(ALLOWED)("allow: %s", async (command) => {
    expect((await judgeCommand(place, command)).verdict).toBe("allow");
  });

  it("is a question where its other names cannot be told in time, and any other file is none", async () => {
    const late = {
      ...place,
      answer: (queries: readonly FactQuery[]) =>
        place.answer(queries.filter(({ kind }) => kind !== "names")),
    };
    expect((await judgeCommand(late, "cat one.md")).verdict).toBe("ask");
    expect((await judgeCommand(late, "cat linked.md")).verdict).not.toBe("allow");
    expect((await judgeCommand(late, "cat pub.txt")).verdict).toBe("allow");
  });
});
