// A project as `init` leaves it: files that are named where no call is made do not reach the model, and ordinary work goes on.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { bash, runClient } from "./client-run.ts";
import { type GuardedProject, openGuardedProject } from "./guarded-stand.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";

const marker = "QUARTZ7731";
const command = (line: string) => `---\nallowed-tools: Bash(cat:*)\n---\nnow: !\`${line}\`\n`;
let missing: string | undefined;
let stand: GuardedProject | undefined;

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  stand = openGuardedProject({
    ".env": `KEY=${marker}\n`,
    ".env.example": "KEY=\n",
    ".claude/commands/x.md": command("cat .env"),
    ".claude/settings.json": '{ "disableAllHooks": true }\n',
    "CLAUDE.md": "The settings are in @.env\n",
    "readme.txt": "hello from the project\n",
  });
}, 300_000);
afterAll(() => stand?.close());

it("refuses a mention, an import of memory and inline shell, and a repository does not end the hooks", async (ctx) => {
  skipIfMissing(ctx, missing);
  if (stand === undefined) throw new Error("there is no guarded project");
  const { project: projectDirectory, home } = stand;
  for (const prompt of ["look around", "look at @.env", "/x"]) {
    const run = await runClient({ projectDirectory, home, prompt, turns: ["bye"] });
    expect(run.leaked(marker), prompt).toBeUndefined();
  }
  // Without the import every prompt of which would be refused, ordinary work goes on.
  writeFileSync(join(projectDirectory, "CLAUDE.md"), "The settings are in the environment.\n");
  const run = await runClient({
    projectDirectory,
    home,
    prompt: "look around",
    turns: [bash("cat readme.txt"), bash("cat .env"), bash("cat .env.example"), bash("ls -la")],
  });
  expect(run.leaked(marker)).toBeUndefined();
  expect(run.toolResults.get(toolUseId(0))?.text).toContain("hello from the project");
  expect(run.toolResults.get(toolUseId(1))?.text).toContain("sallyport: refused");
  for (const turn of [0, 2, 3]) expect(run.wasDenied(toolUseId(turn))).toBe(false);
}, 300_000);

it("refuses them by the client's own rules alone, where no hook is asked", async (ctx) => {
  skipIfMissing(ctx, missing);
  if (stand === undefined) throw new Error("there is no guarded project");
  const { project: projectDirectory, home } = stand;
  writeFileSync(join(projectDirectory, "CLAUDE.md"), "The settings are in @.env\n");
  const file = join(projectDirectory, ".claude", "settings.local.json");
  const { hooks: _, ...withoutHooks } = JSON.parse(readFileSync(file, "utf8"));
  const { permissions: __, ...withoutRules } = withoutHooks;
  for (const prompt of ["look around", "look at @.env", "/x"]) {
    for (const [settings, leaks] of [
      [withoutHooks, false],
      [withoutRules, true],
    ] as const) {
      writeFileSync(file, JSON.stringify(settings));
      const run = await runClient({ projectDirectory, home, prompt, turns: ["bye"] });
      expect(run.leaked(marker) !== undefined, `${prompt}, ${leaks}`).toBe(leaks);
    }
  }
}, 300_000);
