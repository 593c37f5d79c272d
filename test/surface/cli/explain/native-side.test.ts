// The client's side of an explanation, from real settings files: its verdict with rule and file, its question, and both together.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientLines, clientRules } from "#surface/services/settings/client-rules.ts";
import { combinedVerdict, nativeLines, nativeSide } from "#surface/cli/explain/native-side.ts";

let root: string;
let project: string;
let home: string;
const put = (path: string, content: unknown) =>
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "native-side-")));
  [project, home] = [join(root, "shop"), join(root, "home")];
  for (const directory of [project, home])
    mkdirSync(join(directory, ".claude"), { recursive: true });
  const permissions = {
    allow: ["Bash(npm test:*)", "Bash()", 7],
    ask: ["Bash(git status)"],
    deny: ["Read(.env)"],
  };
  put("shop/.claude/settings.json", { permissions });
  put("shop/.claude/settings.local.json", "{ not JSON");
  put("home/.claude/settings.json", {
    permissions: { allow: ["Bash(gh pr *)"], additionalDirectories: ["/srv/x"] },
  });
  put("home/.claude.json", { projects: { [project]: { hasTrustDialogAccepted: true } } });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const side = (command: string, verdict: "allow" | "abstain" | "ask" | "deny" = "abstain") =>
  nativeSide({ tool: "Bash", input: { command } }, { cwd: project, home, verdict });

describe("nativeSide", () => {
  it("names the rule and the file that decided", async () => {
    const { answer, isTrusted, broken, mode } = await side("cat .env");
    expect(answer).toMatchObject({
      verdict: "deny",
      rule: { text: "Read(.env)", source: "project", file: join(project, ".claude/settings.json") },
    });
    expect([isTrusted, mode]).toEqual([true, "default"]);
    expect(broken).toEqual([join(project, ".claude/settings.local.json")]);
    expect((await side("npm test")).answer).toMatchObject({ verdict: "allow" });
    expect((await side("gh pr list")).answer.rule?.source).toBe("user");
  });
  it.each([
    ["cat .env", "allow", "deny", "Read(.env)"],
    ["cat .env", "abstain", "deny", "Read(.env)"],
    ["git status", "allow", "ask", "Bash(git status)"],
    ["git status", "abstain", "ask", "Bash(git status)"],
    ["npm test", "allow", "allow", undefined],
    ["npm test", "deny", "deny", undefined],
    ["npm test", "ask", "ask", undefined],
    ["npm run build", "abstain", "abstain", undefined],
  ] as const)("makes one verdict of `%s`, %s by us: %s", async (command, own, verdict, rule) => {
    const combined = combinedVerdict(own, await side(command, own));
    expect([combined.verdict, combined.client?.rule?.text]).toEqual([verdict, rule]);
  });
  it("says what each answer would keep", async () => {
    const text = nativeLines(await side("npm run build")).join("\n");
    expect(text).toContain('"yes" runs this call and keeps nothing, "no" refuses it');
    expect(text).toContain(
      "would keep `Bash(npm run *)`, with whatever follows, in .claude/settings.local.json",
    );
    expect(nativeLines(await side("rm -rf dist && kill 12")).join("\n")).toContain(
      "`Bash(rm -rf dist)` and `Bash(kill 12)`",
    );
    expect(nativeLines(await side("touch a")).join("\n")).toContain(
      "the mode acceptEdits for this session",
    );
    expect(nativeLines(await side("cat /etc/hosts")).join("\n")).toContain("`Read(//etc/**)`");
    expect(nativeLines(await side("git status")).join("\n")).toContain(
      "a rule asks, so nothing is offered",
    );
    expect(nativeLines(await side("x=$(touch a) y")).join("\n")).toContain(
      "not known for this form",
    );
  });
  it.each([
    ["cat .env", "allow", "refuses"],
    ["git status", "allow", "asks"],
    ["npm run build", "allow", "runs"],
    ["touch .git/hooks/x", "allow", "asks"],
    ["npm run build", "abstain", "asks"],
    ["npm test", "abstain", "runs"],
    ["npm test", "ask", "asks"],
    ["npm test", "deny", "refuses"],
  ] as const)("%s, which we %s: the client %s", async (command, verdict, outcome) => {
    expect((await side(command, verdict)).together).toBe(outcome);
  });
});

describe("clientRules", () => {
  it("gives the mode and every rule with its file, and those that do not count", async () => {
    const client = await clientRules(project, home);
    expect(client.rules.map(({ list, text, source }) => [list, text, source])).toEqual([
      ["deny", "Read(.env)", "project"],
      ["ask", "Bash(git status)", "project"],
      ["allow", "Bash(npm test:*)", "project"],
      ["allow", "Bash(gh pr *)", "user"],
    ]);
    expect(client.ignored.map(({ text }) => text)).toEqual(["Bash()"]);
    const lines = clientLines(client).join("\n");
    expect(lines).toContain("mode default");
    expect(lines).toContain("works in /srv/x too");
    expect(lines).toContain("only managed rules are firm");
  });
  it("counts no allow rule of a directory that nobody trusts", async () => {
    put("home/.claude.json", {});
    const { ignored, isTrusted } = await clientRules(project, home);
    put("home/.claude.json", { projects: { [project]: { hasTrustDialogAccepted: true } } });
    expect(isTrusted).toBe(false);
    expect(ignored.map(({ text }) => text)).toEqual(["Bash(npm test:*)", "Bash()"]);
  });
});
