// A project that is observed only, with the real client: what would be refused runs, the report counts it, and enforcing takes hold in the next session.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { buildProgram, runBuilt } from "./built-program.ts";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { WHY_NOT_HELD } from "../holding.ts";

const MARKER = "OPAL4419";
/** A call that is harmless, one that would be refused, one that would be asked about. */
const TURNS = [bash("cat readme.txt"), bash("cat .env"), bash("npm run hello"), "bye"];
const [HARMLESS, SECRET, CODE] = [toolUseId(0), toolUseId(1), toolUseId(2)] as const;

let folder = "";
let project = "";
let missing: string | undefined;

const sallyport = (...args: string[]) =>
  runBuilt({ home: folder, data: join(folder, "data") }, ...args);
const session = (idPrefix?: string) =>
  runClient({
    projectDirectory: project,
    settings: { user: { permissions: { allow: ["Bash"] } } },
    turns: TURNS,
    ...(idPrefix === undefined ? {} : { idPrefix }),
  });
/** The report after the daemon has published what was durable; the end of a session ends the daemon that it started. */
function report() {
  expect(sallyport("daemon", "--ensure")).toMatchObject({ status: 0 });
  expect(sallyport("daemon", "stop")).toMatchObject({ status: 0 });
  return {
    page: sallyport("report", "--project", project).stdout,
    data: JSON.parse(sallyport("report", "--project", project, "--json").stdout),
  };
}

/** Questions of a session: code of the project is none where calls are held. */
const ASKED = WHY_NOT_HELD === undefined ? 0 : 1;

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-observed-")));
  expect(buildProgram(folder)).toMatchObject({ status: 0 });
  project = join(folder, "shop");
  mkdirSync(project);
  writeFileSync(join(project, ".env"), `KEY=${MARKER}\n`);
  writeFileSync(join(project, "readme.txt"), "hello from the project\n");
  writeFileSync(join(project, "package.json"), '{"scripts":{"hello":"echo hi from a script"}}\n');
  expect(sallyport("init", project, "--observe", "--yes")).toMatchObject({ status: 0 });
}, 240_000);
afterAll(() => {
  if (folder === "") return;
  sallyport("daemon", "stop");
  rmSync(folder, { recursive: true, force: true });
});

describe("a session in a project that is observed only", () => {
  let run: ClientRun;

  it("runs what would be refused and asked about, and says once that it observes", async (ctx) => {
    skipIfMissing(ctx, missing);
    run = await session();
    for (const id of [HARMLESS, SECRET, CODE]) expect(run.wasDenied(id)).toBe(false);
    expect(run.toolResults.get(SECRET)?.text).toContain(MARKER);
    expect(run.toolResults.get(CODE)?.text).toContain("hi from a script");
    expect(run.stdout.match(/sallyport observes this project/g)?.length).toBeGreaterThan(0);
  });

  it("is counted by the report, by reason and without the secret", (ctx) => {
    skipIfMissing(ctx, missing);
    const { page, data } = report();
    expect(data).toMatchObject({ calls: 3, sessions: 1, observed: 3 });
    expect([data.refused.calls, data.asked.calls]).toEqual([1, ASKED]);
    expect(page).toContain("all of them only observed: nothing was refused or asked");
    expect(page).toContain("would be refused 1 call");
    if (ASKED === 1) expect(page).toContain("would be asked about 1 call");
    expect(page).toMatch(/next: `.* init .*--enforce` refuses and asks from now on/);
    expect(page).not.toContain(MARKER);
    expect(sallyport("status", project).stdout).toMatch(/^NOT in force .*observing/);
  });

  it("is refused the same calls once the project is enforced", async (ctx) => {
    skipIfMissing(ctx, missing);
    expect(sallyport("init", project, "--enforce", "--yes")).toMatchObject({ status: 0 });
    const enforced = await session("enforced");
    const id = (turn: number) => toolUseId(turn, 0, "enforced");
    expect([0, 1, 2].map((turn) => enforced.wasDenied(id(turn)))).toEqual([
      ...[false, true, ASKED === 1],
    ]);
    expect(enforced.leaked(MARKER)).toBeUndefined();
    const { page, data } = report();
    expect(data).toMatchObject({ calls: 6, sessions: 2, observed: 3 });
    expect(page).toContain("3 of them were only observed");
  });
});
