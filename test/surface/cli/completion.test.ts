// Completion scripts in the shells that they are for: commands, options, values, files.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { productCommands } from "#surface/cli/command-line.ts";
import { bashCompletion } from "#surface/cli/completion/bash.ts";
import { type CompletionNode, completionTree } from "#surface/cli/completion/completion-tree.ts";
import { fishCompletion } from "#surface/cli/completion/fish.ts";
import { zshCompletion } from "#surface/cli/completion/zsh.ts";
import { packNames } from "#surface/services/policy/policy-source.ts";

const room = mkdtempSync(join(tmpdir(), "sallyport-completion-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
let nodes: readonly CompletionNode[] = [];

beforeAll(async () => {
  nodes = await completionTree(productCommands, packNames());
  for (const [shell, write] of Object.entries(SHELLS))
    writeFileSync(join(room, shell), `${write(nodes)}\n`);
  mkdirSync(join(room, "here", "folder"), { recursive: true });
  writeFileSync(join(room, "here", "my policy.yaml"), "");
});

const isThere = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

function run(shell: string, script: string, args: readonly string[] = []) {
  const options = shell === "zsh" ? ["-f"] : shell === "bash" ? ["--norc"] : ["--no-config"];
  const done = spawnSync(shell, [...options, "-c", script, ...args], {
    cwd: join(room, "here"),
    encoding: "utf8",
    env: { ...process.env, HOME: room, XDG_CONFIG_HOME: room, XDG_DATA_HOME: room },
    timeout: 60_000,
  });
  expect(done.stderr).toBe("");
  return done.stdout.split("\n").filter(Boolean);
}

/** What each shell offers behind these words, the last of which is being typed. */
const offers: Readonly<
  Record<keyof typeof SHELLS, (words: readonly string[]) => readonly string[]>
> = {
  bash: (words) =>
    run(
      "bash",
      `source ${room}/bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sallyport; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ["-", ...words],
    ),
  // The completion system needs a terminal: what it would be handed is printed.
  zsh: (words) =>
    run(
      "zsh",
      [
        "compdef() { : }; compset() { : }",
        '_describe() { print -rl -- "${(@)${(@P)2}%%:*}" }',
        'compadd() { print -rl -- "${(@P)@[-1]}" }',
        '_files() { print -r -- "_files $1" }',
        `source ${room}/zsh`,
        'words=("$@"); CURRENT=$#; _sallyport',
      ].join("\n"),
      ["-", ...words],
    ).filter(
      (line) =>
        line.startsWith("_files") || line.startsWith(words.at(-1)?.replace(/^--\w+=/, "") ?? ""),
    ),
  fish: (words) =>
    run("fish", `source ${room}/fish; complete -C $argv[1]`, [words.join(" ")]).map(
      (line) => line.split("\t")[0] ?? "",
    ),
};

describe.each(Object.keys(SHELLS) as (keyof typeof SHELLS)[])("in %s", (shell) => {
  const offered = (...words: string[]) => [...offers[shell](["sallyport", ...words])].sort();

  it("the script is read without a fault", (ctx) => {
    if (!isThere(shell)) return ctx.skip(`${shell} is not installed`);
    expect(spawnSync(shell, ["-n", join(room, shell)], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });
  it("commands, and those below them", (ctx) => {
    if (!isThere(shell)) return ctx.skip(`${shell} is not installed`);
    expect(offered("")).toEqual([...Object.keys(productCommands), "help"].sort());
    expect(offered("log", "ta")).toEqual(["tail"]);
    expect(offered("policy", "bundle", "un")).toEqual(["unpin"]);
    expect(offered("log", "tail", "")).toEqual([]);
    expect(offered("help", "al")).toEqual(["all", "allow"]);
    expect(offered("help", "policy", "ba")).toEqual(["backtest"]);
  });
  it("options, none behind --", (ctx) => {
    if (!isThere(shell)) return ctx.skip(`${shell} is not installed`);
    const long = offered("log", "tail", "--").filter((word) => word.startsWith("--"));
    expect(long).toEqual(["--all", "--data", "--follow", "--help", "--json"]);
    expect(offered("log", "tail", "-n", "5", "--fo")).toEqual(["--follow"]);
    expect(offered("explain", "--prof")).toEqual(["--profile"]);
    expect(offered("scan", "--no")).toEqual(["--no-annotations", "--no-cache"]);
    expect(offered("log", "tail", "--", "--fo")).toEqual([]);
  });
  it("values of options and operands", (ctx) => {
    if (!isThere(shell)) return ctx.skip(`${shell} is not installed`);
    expect(offered("log", "timeline", "--every", "")).toEqual(["day", "hour"]);
    expect(offered("explain", "--policy", "safeg")).toContain("safeguards");
    expect(offered("policy", "diff", "team", "tier-reg")).toContain("tier-regulated");
    expect(offered("daemon", "st")).toEqual(["status", "stop"]);
    expect(offered("completion", "z")).toEqual(["zsh"]);
  });
  it("terms of a filter: fields, and what a field can be", (ctx) => {
    if (!isThere(shell)) return ctx.skip(`${shell} is not installed`);
    expect(offered("log", "search", "rem")).toEqual(["remote:"]);
    expect(offered("log", "stats", "verd")).toContain("verdict:");
    expect(offered("log", "timeline", "--by", "rem")).toEqual(["remote"]);
    expect(offered("log", "query", "who-")).toEqual(["who-approved", "who-pushed"]);
    const denied = shell === "bash" ? ["verdict", ":", "de"] : ["verdict:de"];
    expect(offered("log", "search", ...denied)).toEqual([
      shell === "bash" ? "deny" : "verdict:deny",
    ]);
    const second =
      shell === "bash" ? ["tool", ":", "Bash", "enforced", ":"] : ["tool:Bash", "enforced:"];
    expect(
      offered("log", "search", ...second)
        .map((word) => word.replace("enforced:", ""))
        .filter(Boolean),
    ).toEqual(["false", "true"]);
  });
  it("files and folders", (ctx) => {
    if (!isThere(shell)) return ctx.skip(`${shell} is not installed`);
    const files = offered("explain", "--policy", shell === "zsh" ? "" : "my");
    const folders = offered("init", "--data", "");
    if (shell === "zsh") {
      expect(files).toContain("_files ");
      expect(folders).toEqual(["_files -/"]);
      return;
    }
    expect(files.map((name) => name.replaceAll("\\", ""))).toEqual(["my policy.yaml"]);
    expect(folders.map((name) => name.replace(/\/$/, ""))).toEqual(["folder"]);
  });
});

it("a value behind a sign, as each shell parts it", (ctx) => {
  for (const shell of Object.keys(SHELLS))
    if (!isThere(shell)) return ctx.skip(`${shell} is not installed`);
  expect(offers.bash(["sallyport", "log", "timeline", "--every", "=", "d"])).toEqual(["day"]);
  expect(offers.bash(["sallyport", "log", "timeline", "--every", "=", "day", "--js"])).toEqual([
    "--json",
  ]);
  expect(offers.zsh(["sallyport", "log", "timeline", "--every=d"])).toEqual(["day"]);
  expect(offers.fish(["sallyport", "log", "timeline", "--every=d"])).toEqual(["--every=day"]);
  return undefined;
});

it("every command and option of the tree is in each script", () => {
  expect(nodes.length).toBeGreaterThan(120);
  for (const write of Object.values(SHELLS)) {
    const script = write(nodes);
    for (const { words, options } of nodes) {
      expect(script).toContain(`'${words.join(" ")}'`);
      for (const { names } of options) for (const name of names) expect(script).toContain(name);
    }
  }
});
