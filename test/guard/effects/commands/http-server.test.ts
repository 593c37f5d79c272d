// Servers of folders that packages bring: whoever asks gets every file, so what lies in the folder decides.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeCommand, makeProject, type TestProject } from "../../../judging.ts";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
});
afterAll(() => {
  where.remove();
});

describe("a folder that holds secrets", () => {
  it.each([
    "npx http-server ~/.ssh",
    "node_modules/.bin/http-server ~/.ssh -p 8080",
    "pnpm exec serve ~/.ssh",
    "npx serve -l 3000 ~/.ssh",
    "npx live-server --mount=/keys:$HOME/.ssh",
    "npx sirv ~",
    "npx http-server ../..",
  ])("%s is refused", async (command) => {
    const { verdict, reasons } = await judgeCommand(where, command);
    expect(verdict).toBe("deny");
    expect(reasons[0]?.rule).toContain("secrets");
  });
});

describe("all of the working directory", () => {
  it.each(["npx serve", "npx http-server . -p 80", "cd ~/.ssh && npx http-server"])(
    "%s asks, because it goes out",
    async (command) => {
      const { verdict, effects } = await judgeCommand(where, command);
      expect(["ask", "deny"]).toContain(verdict);
      expect(effects.map(({ kind }) => kind)).toContain("egress");
    },
  );
});

describe("a folder of the project", () => {
  it.each(["npx serve dist", "npx serve -s dist -l 3000", "npx http-server docs -p 8080 -c-1"])(
    "%s is judged as the code that runs",
    async (command) => {
      const { verdict, effects } = await judgeCommand(where, command);
      expect(verdict).toBe("ask");
      expect(effects.map(({ kind }) => kind)).not.toContain("egress");
    },
  );
});
