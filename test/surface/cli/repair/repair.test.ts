// Repairs of an audit: shown as one diff, made after a yes, a better score, and `uninstall` brings every byte and mode back.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Repair } from "#assure/posture/check.ts";
import { unguardProject } from "#surface/cli/commands/start/uninstall.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import { runAudit } from "#surface/services/posture/audit.ts";
import { repair } from "#surface/cli/repair/repair.ts";
import { changesIn, readTrend, rememberAudit } from "#surface/services/posture/trend.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";

let home = "";
let root = "";
let data = "";
let printed: string[] = [];
let answer = true;
const terminal: Terminal = {
  print: (text) => void printed.push(text),
  warn: (text) => void printed.push(text),
  isInteractive: true,
  hasColour: false,
  confirm: async () => answer,
};
const script = () => join(root, ".claude/hooks/g.sh");
const modeOf = (path: string) => statSync(path).mode & 0o777;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-repair-")));
  root = join(home, "shop");
  data = join(home, "data");
  printed = [];
  answer = true;
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const command = '"$CLAUDE_PROJECT_DIR"/.claude/hooks/g.sh';
  const hooks = { PreToolUse: [{ matcher: "*", hooks: [{ type: "command", command }] }] };
  put(
    ".claude/settings.json",
    `${JSON.stringify({ permissions: { allow: ["Bash"] }, hooks }, null, 2)}\n`,
  );
  put(".claude/hooks/g.sh", "#!/bin/sh\nexit 0\n");
  put(".gitignore", "dist/\n");
  chmodSync(script(), 0o777);
  execFileSync("git", ["init", "-q", root]);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const environment = () => ({ HOME: home, PATH: process.env["PATH"] ?? "" });
const look = () =>
  runAudit({
    directory: root,
    environment: environment(),
    nowMs: Date.UTC(2026, 10, 21),
    data,
    managed: join(home, "managed"),
    profile: undefined,
    families: [],
    onProgress: () => undefined,
  });
/** Safe repairs of two checks, whatever ships says of them. */
const repairs = new Map<string, Repair>([
  ["hooks/script-writable-by-others", "modes"],
  ["permissions/bare-bash", "ignore-lines"],
]);
async function mend(more: { readonly dryRun?: boolean } = {}) {
  const audit = await look();
  const request = { directory: root, environment: environment(), data, terminal, yes: false };
  return { audit, outcome: await repair({ ...audit, ...request, repairs, ...more }) };
}

describe("repairs", () => {
  it("are shown and not made in a rehearsal, and not made after a no", async () => {
    const before = readFileSync(join(root, ".gitignore"), "utf8");
    expect((await mend({ dryRun: true })).outcome.kind).toBe("planned");
    expect(printed.join("\n")).toContain("-0777\n+0755");
    expect(printed.join("\n")).toContain("+.env");
    answer = false;
    expect((await mend()).outcome.kind).toBe("declined");
    expect(readFileSync(join(root, ".gitignore"), "utf8")).toBe(before);
    expect(modeOf(script())).toBe(0o777);
    expect(existsSync(join(root, ".claude/settings.local.json"))).toBe(false);
  });
  it("raise the score, and uninstall brings everything back", async () => {
    const files = [".gitignore", ".claude/settings.json"];
    const before = files.map((file) => readFileSync(join(root, file), "utf8"));
    const { audit, outcome } = await mend();
    expect(outcome.kind).toBe("repaired");
    expect(modeOf(script())).toBe(0o755);
    expect(readFileSync(join(root, ".gitignore"), "utf8")).toContain("\n.env\n");
    expect(readFileSync(join(root, ".claude/settings.json"), "utf8")).toContain("Read(**/.env)");
    const after = await look();
    expect(after.isGuarded).toBe(true);
    const ids = (one: typeof after) =>
      one.report.findings.flatMap(({ id, also }) => [id, ...also.map((other) => other.id)]);
    // The record shows what was taken out of it, so one person is not asked for another place.
    const added = ids(after).filter((id) => !ids(audit).includes(id));
    expect(added).toEqual([]);
    expect(after.report.score.value).toBeGreaterThan(audit.report.score.value ?? 100);
    const request = { directory: root, environment: environment(), data, terminal, yes: true };
    expect((await unguardProject(request)).kind).toBe("removed");
    expect(files.map((file) => readFileSync(join(root, file), "utf8"))).toEqual(before);
    expect(modeOf(script())).toBe(0o777);
    expect(existsSync(join(root, ".claude/settings.local.json"))).toBe(false);
    expect((await unguardProject(request)).kind).toBe("nothing");
  });
  it("leave what was changed since, and say so", async () => {
    await mend();
    writeFileSync(join(root, ".gitignore"), "mine\n");
    chmodSync(script(), 0o700);
    const request = { directory: root, environment: environment(), data, terminal, yes: true };
    const { notes } = await unguardProject(request);
    expect(notes.join("\n")).toContain("`.gitignore` was changed since");
    expect(readFileSync(join(root, ".gitignore"), "utf8")).toBe("mine\n");
    expect(modeOf(script())).toBe(0o700);
  });
});

describe("scores over time", () => {
  it("are kept outside of the repository, with what came and went", async () => {
    const { report } = await look();
    const directories = directoriesIn(data);
    rememberAudit(directories, root, report);
    const better = {
      ...report,
      findings: report.findings.slice(1),
      score: { ...report.score, value: 99 },
    };
    const points = rememberAudit(directories, root, better);
    expect(points.map(({ score }) => score)).toEqual([report.score.value, 99]);
    expect(changesIn(points).went).toEqual([report.findings[0]?.id]);
    expect(readTrend(directories, `${root}/other`)).toEqual([]);
    expect(modeOf(directories.audits)).toBe(0o700);
  });
});
