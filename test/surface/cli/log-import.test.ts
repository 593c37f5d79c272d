// `log import` as a person runs it: claims enter the log once, texts without their literals, and what is not understood is said.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { offEvent } from "#record/event/guard-events.ts";
import { systemClock, withLog } from "../../record/store/temporary-log.ts";
import { PROGRAM } from "../../program.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const CANARY = "Xq7-canary-Zt93";
let root = "";
let older = "";

const sallyport = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...PROGRAM, ...args, "--data", join(root, "data")],
    { cwd: repository, encoding: "utf8", timeout: 60_000 },
  );
  return { status, stdout, stderr };
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "sallyport-import-"));
  const data = join(root, "data");
  mkdirSync(join(data, "spool"), { recursive: true, mode: 0o700 });
  const options = {
    log: join(data, "log"),
    keys: join(data, "keys"),
    clock: systemClock,
    productVersion: "0.1.0",
  };
  await withLog(options, async (log) => {
    const off = { phase: "end", id: "o", minutes: 1, reason: null, projectRoot: null } as const;
    await log.append(offEvent(log.stamp("operator"), { ...off, user: "ada" }), { durable: true });
  });
  older = join(root, "audit.jsonl");
  const line = { ts: "2026-03-01T08:00:00Z", user: "ada", tool: "Bash" };
  const command = `mysql -p${CANARY} -e 'select 1'`;
  writeFileSync(
    older,
    `${JSON.stringify({ ...line, input: JSON.stringify({ command }) })}\n{"phase":"pre","tool":"Read","user":"ada","data":"{"file_path":"/home/ada/${CANARY}""}"}\nnothing that anybody knows\n`,
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("log import", () => {
  it("takes each record once, and says what it did not understand", () => {
    const first = sallyport("log", "import", older, "--json");
    expect([first.status, first.stderr]).toEqual([1, ""]);
    expect(JSON.parse(first.stdout)).toMatchObject([
      { records: 2, known: 0, unread: 1, damaged: 1, firstUnreadLine: 3, forms: { daily: 1 } },
    ]);
    const events = sallyport("log", "tail", "-n", "20", "--json").stdout.trim().split("\n");
    const ofKind = events.map(
      (one) => (JSON.parse(one) as { metadata: { kind: string } }).metadata,
    );
    expect(ofKind.map(({ kind }) => kind)).toEqual(["off", "imported", "imported", "import"]);
    expect(ofKind[1]).toMatchObject({
      submitter: "cli",
      form: "input-lines",
      line: 1,
      tool: "Bash",
      claimedMs: Date.parse("2026-03-01T08:00:00Z"),
    });
    expect(events.join("\n")).toContain("mysql <word:");

    const again = sallyport("log", "import", older);
    expect(again.stdout).toContain("0 records taken over, 2 were there");
    expect(sallyport("log", "tail", "-n", "20", "--json").stdout.trim().split("\n")).toHaveLength(
      4,
    );
    const files = readdirSync(join(root, "data"), { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile()))
      expect(readFileSync(join(file.parentPath, file.name)).includes(CANARY)).toBe(false);
    expect(events.join("\n")).not.toContain(CANARY);
  });

  it("of a file that grew takes what is new, and a missing file is an error", () => {
    appendFileSync(older, "2026-03-01 09:00:00 [Bash] ls\n");
    const { stdout } = sallyport("log", "import", older, "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ records: 1, known: 2 }]);
    const missing = sallyport("log", "import", join(root, "none.log"));
    expect(missing.status).not.toBe(0);
    expect(missing.stderr).toMatch(/cannot read `.*none\.log`: ENOENT/);
  });
});
