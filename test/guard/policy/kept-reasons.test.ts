// Many effects of one kind push no other kind of harm out of what is told.
import { afterAll, expect, it } from "vitest";
import { judgeCommand, makeProject } from "../../judging.ts";

const project = makeProject();
afterAll(() => project.remove());

it("tells each rule that speaks of a call before it tells one twice", async () => {
  const keys = Array.from({ length: 20 }, (_, at) => `~/.ssh/key-${at}`);
  const { verdict, reasons } = await judgeCommand(
    project,
    `cat ${keys.join(" ")}; touch ${project.root}/outside/file`,
  );
  const rules = reasons.map(({ rule }) => rule);
  expect(verdict).toBe("deny");
  expect(new Set(rules)).toContain("builtin:team/secrets/read");
  expect(new Set(rules)).toContain("builtin:team/write/outside");
  expect(rules).toHaveLength(8);
});
