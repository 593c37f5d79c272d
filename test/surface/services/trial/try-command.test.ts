// `sallyport try` in a guarded project: commits what the policy allows, throws the rest away, and `undo` takes it back.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { PROGRAM } from "../../../program.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { type HookStand, openHookStand, runProgram } from "../../hook/hook-stand.ts";

let stand: HookStand;
beforeAll(async () => {
  stand = await openHookStand("command");
  writeFileSync(join(stand.project, "src", "a.txt"), "one\n");
}, 300_000);
afterAll(() => stand.close());

async function run(...words: readonly string[]) {
  const at = words.includes("--") ? words.indexOf("--") : words.length;
  const places = ["--data", stand.install.directories.root, "--json"];
  const all = words.toSpliced(at, 0, ...places);
  const ended = await runProgram([process.execPath, ...PROGRAM, ...all], "", {
    cwd: stand.project,
    env: { PATH: "/usr/bin:/bin", HOME: stand.home },
  });
  const lines = ended.stdout.trim().split("\n").filter(Boolean);
  const values = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code: ended.code, stderr: ended.stderr, said: values.at(-1) ?? {}, values };
}

/** What is left of trials in the data directory. */
const left = (): readonly string[] =>
  readdirSync(stand.install.directories.undo, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.includes("trial-"),
  );

describe("sallyport try", () => {
  beforeEach((ctx) => skipIfMissing(ctx, WHY_NOT_HELD));
  test("commits what the policy allows, and undo takes it back", async () => {
    const tried = await run(
      "try",
      "--yes",
      "--",
      "sh",
      "-c",
      "echo two >>src/a.txt; echo said; echo b >b.txt",
    );
    expect(tried).toMatchObject({
      code: 0,
      said: { outcome: "committed", status: 0, verdict: "allow", done: 2, failed: [] },
    });
    expect(tried.stderr).toContain("said");
    expect(readFileSync(join(stand.project, "src", "a.txt"), "utf8")).toBe("one\ntwo\n");
    expect(left()).toEqual([]);
    const undone = await run("undo", "--yes", String(tried.said["id"]));
    expect(undone).toMatchObject({ code: 0, said: { outcome: "undone", done: 2 } });
    expect(readFileSync(join(stand.project, "src", "a.txt"), "utf8")).toBe("one\n");
    expect(existsSync(join(stand.project, "b.txt"))).toBe(false);
    const { values } = await run("log", "search", "kind:undo");
    expect(new Set(values.map(({ metadata }) => Object(metadata)["what"]))).toEqual(
      new Set(["committed", "undone"]),
    );
  });
  test("throws away what the policy asks about, where nobody is asked", async () => {
    const tried = await run(
      "try",
      "--yes",
      "mkdir -p .github/workflows && echo on >.github/workflows/x.yml",
    );
    expect(tried).toMatchObject({
      code: 1,
      said: {
        outcome: "thrown-away",
        verdict: "ask",
        objections: [{ path: ".github/workflows/x.yml", does: "write", verdict: "ask" }],
      },
    });
    expect(existsSync(join(stand.project, ".github"))).toBe(false);
    expect(left()).toEqual([]);
  });
  test("shows and throws away with --dry-run, and does not try what is refused", async () => {
    const shown = await run("try", "--dry-run", "rm src/a.txt");
    expect(shown).toMatchObject({
      code: 1,
      said: { outcome: "planned", changes: [{ path: "src/a.txt", does: "delete" }] },
    });
    expect(existsSync(join(stand.project, "src", "a.txt"))).toBe(true);
    const refused = await run("try", "--yes", "cat .env");
    expect(refused).toMatchObject({ code: 2, said: { error: { code: "refused" } } });
  });
});
