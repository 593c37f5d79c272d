// Naming a policy: a pack or a file, by `--policy` or `--profile`, the same in every command; and what is said of a name that is neither.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resolved } from "#surface/cli/command-line/command-help.ts";
import { productCommands, runCommandLine } from "#surface/cli/command-line.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import type { CommandTable } from "#surface/cli/command-line/entry.ts";
import { loadPolicy, policyNamed } from "#surface/services/policy/policy-source.ts";

const room = mkdtempSync(join(tmpdir(), "sallyport-policy-names-"));
const file = join(room, "mine.yaml");
writeFileSync(file, 'id: mine\nversion: "1"\ntitle: mine\nextends: [team]\n', { mode: 0o600 });
afterAll(() => rmSync(room, { recursive: true, force: true }));

let said = "";
beforeEach(() => {
  said = "";
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => {
      said += String(text);
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const typed = (...args: string[]) => runCommandLine(args, openTerminal(), {});

describe("a policy", () => {
  it("is a pack, by any name that it has, before a file of that name", () => {
    expect(policyNamed("team")).toEqual({ kind: "pack", name: "team" });
    expect(policyNamed(file)).toEqual({ kind: "file", path: file });
    expect([loadPolicy("team").id, loadPolicy(file).id]).toEqual(["team", "mine"]);
    expect(loadPolicy().id).toBe("team");
  });
  it.each([
    ["tema", "policy-unknown", "it is neither a pack nor a file; did you mean `team`?"],
    ["hipa", "policy-unknown", "did you mean `hipaa`?"],
    ["zzzzzzzz", "policy-unknown", "or a pack that `sallyport policy list` shows"],
    ["./none.yaml", "policy-unreadable", "there is no such file; name a file that exists"],
    ["__proto__", "policy-unknown", "it is neither a pack nor a file"],
    ["\u001B[2J", "policy-unknown", "there is no policy `\\u{1b}[2J`"],
  ])("%j is none", (name, code, words) => {
    expect(() => policyNamed(name)).toThrow(words);
    expect(() => policyNamed(name)).toThrow(expect.objectContaining({ code }));
  });
});

describe("by either name", () => {
  it.each(["--policy", "--profile"])("explain takes %s with a pack or a file", async (option) => {
    for (const [named, id] of [
      ["team", "team"],
      [file, "mine"],
    ] as const) {
      said = "";
      await typed("explain", "ls", option, named, "--json");
      expect((JSON.parse(said) as { policy: { id: string } }).policy.id, option).toBe(id);
    }
  });
  it("both at once are refused", async () => {
    expect(await typed("explain", "ls", "--policy", "team", "--profile", file)).toBe(2);
    expect(said).toContain("`--profile` and `--policy` are one option; give it once");
  });
  it.each([
    [["explain", "ls", "--profile", "tema"]],
    [["decide", "--jsonl", "--profile", "tema"]],
    [["policy", "show", "tema"]],
    [["policy", "check", "tema"]],
    [["policy", "diff", "team", "tema"]],
    [["policy", "test", "tema"]],
    [["policy", "compile", "tema"]],
    [["policy", "backtest", "tema", "--data", "ROOM"]],
    [["init", "ROOM", "--policy", "tema", "--dry-run", "--data", "ROOM/data"]],
  ])("%j says the same", async (args) => {
    expect(await typed(...args.map((word) => word.replace("ROOM", room)))).toBe(2);
    expect(said).toContain(
      "there is no policy `tema`: it is neither a pack nor a file; did you mean `team`?",
    );
  });
  it("every command that takes one option takes the other", async () => {
    const takers: string[] = [];
    const look = async (words: string, commands: CommandTable): Promise<void> => {
      for (const [name, { load, commands: below = {} }] of Object.entries(commands)) {
        const args = (await resolved((await load?.(productCommands))?.args)) ?? {};
        for (const option of ["policy", "profile"]) {
          const argument = args[option];
          if (argument?.type !== "string" || argument.valueHint !== "NAME|FILE") continue;
          if (args["policy"] !== undefined && args["profile"] !== undefined) continue;
          takers.push(`${words}${name}`);
          expect(argument.alias, `${words}${name}`).toBe(
            option === "policy" ? "profile" : "policy",
          );
        }
        await look(`${words}${name} `, below);
      }
    };
    await look("", productCommands);
    expect(takers.sort()).toEqual([
      ...[
        "ci run",
        "decide",
        "explain",
        "fleet installer deb",
        "init",
        "network proxy",
        "network run",
        "network selftest",
        "past",
        "policy consolidate",
        "prove",
        "redteam list",
        "redteam run",
        "redteam search",
        "sandbox plan",
        "start",
      ],
    ]);
  });
});
