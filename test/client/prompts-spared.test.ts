// Questions that are counted as spared or added, with the real client: what it alone does with the same calls.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { buildProgram, runBuilt } from "./built-program.ts";
import { bash, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { type ToolUse, toolUseId } from "./model-stub.ts";

const write = (name: string): ToolUse => ({
  name: "Write",
  input: { file_path: `<project>/${name}`, content: "new\n" },
});
const CALLS: readonly (readonly ToolUse[])[] = [
  bash("ls"),
  bash("cat readme.txt"),
  bash("git status"),
  bash("touch made.txt"),
  bash("mkdir -p build"),
  bash("echo x > out.txt"),
  bash("cp readme.txt copy.txt"),
  bash("node -e 1"),
  bash("awk 1 readme.txt"),
  bash("npm run hello"),
  bash("printenv"),
  bash("curl -s http://127.0.0.1:9"),
  [write("written.txt")],
  [{ name: "Read", input: { file_path: "<project>/readme.txt" } }],
];
let folder = "";
let missing: string | undefined;
const sallyport = (...args: string[]) =>
  runBuilt({ home: folder, data: join(folder, "data") }, ...args);
const session = (projectDirectory: string) =>
  runClient({ projectDirectory, permissionMode: "default", turns: [...CALLS, "bye"] });
const projectIn = (name: string): string => {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, "readme.txt"), "hello from the project\n");
  writeFileSync(join(project, "package.json"), '{"scripts":{"hello":"echo hi from a script"}}\n');
  return project;
};

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-spared-")));
  expect(buildProgram(folder)).toMatchObject({ status: 0 });
}, 240_000);
afterAll(() => {
  if (folder === "") return;
  sallyport("daemon", "stop");
  rmSync(folder, { recursive: true, force: true });
});

describe("fourteen everyday calls in mode default, with nobody who answers", () => {
  it("are counted as the client alone treats them", { timeout: 300_000 }, async (context) => {
    skipIfMissing(context, missing);
    const bare = await session(projectIn("bare"));
    const guarded = projectIn("guarded");
    expect(sallyport("init", guarded, "--yes")).toMatchObject({ status: 0 });
    const run = await session(guarded);
    expect(sallyport("daemon", "--ensure")).toMatchObject({ status: 0 });
    const decided = new Map(
      sallyport("log", "search", "kind:decision", "--json", "--limit", "100")
        .stdout.trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .map(({ metadata, sealed }) => [sealed.toolUseId, metadata] as const),
    );
    const counted = { spared: 0, added: 0, left: 0 };
    for (const [place, [call]] of CALLS.entries()) {
      const { verdict, prompt } = decided.get(toolUseId(place)) ?? {};
      const asksAlone = bare.wasDenied(toolUseId(place));
      const expected =
        verdict === "allow" && asksAlone
          ? "spared"
          : verdict === "ask" && !asksAlone
            ? "added"
            : verdict === "abstain" && asksAlone
              ? "left"
              : undefined;
      expect(prompt, JSON.stringify([call, verdict, asksAlone])).toBe(expected);
      if (prompt === "spared") counted.spared += 1;
      if (prompt === "added") counted.added += 1;
      if (prompt === "left") counted.left += 1;
      if (prompt === "spared") expect(run.wasDenied(toolUseId(place))).toBe(false);
    }
    expect(counted.spared).toBeGreaterThan(2);
    expect(counted.left).toBeGreaterThan(0);
    const friction = JSON.parse(sallyport("policy", "friction", "--json").stdout);
    expect(friction.all).toMatchObject({ calls: CALLS.length, ...counted });
  });
});
