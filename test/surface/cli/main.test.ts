// The frame of the command line: which command runs, what is refused before it runs, and what a failure looks like.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineCommand } from "citty";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { runCommandLine } from "#surface/cli/command-line.ts";
import { openTerminal, paintDiff, type Terminal } from "#surface/foundation/terminal/terminal.ts";
import { command, common, group, type Section } from "#surface/cli/command-line/entry.ts";
import { PROGRAM } from "../../program.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

function sectionsOf(run: (args: Record<string, unknown>) => void): readonly Section[] {
  const leaf = defineCommand({
    meta: { name: "leaf", description: "a leaf" },
    args: {
      place: { type: "positional", required: false },
      dryRun: { type: "boolean", description: "only show" },
      file: { type: "string", alias: "f" },
      level: { type: "enum", options: ["low", "high"] },
      json: { type: "boolean" },
    },
    run: ({ args }) => run(args),
  });
  const needy = defineCommand({ args: { place: { type: "positional" } }, run: () => run({}) });
  const commands = {
    leaf: common(command("a leaf", async () => leaf, { 1: "it fell" })),
    tree: group("a tree", "what grows\n\n  sallyport tree leaf", {
      leaf: command("a leaf", async () => leaf),
      needy: command("a needy one", async () => needy),
      branch: command("a branch", async () => leaf),
    }),
  };
  return [{ title: "plants", commands }];
}

async function type(
  args: readonly string[],
  options: { run?: (args: Record<string, unknown>) => void; debug?: string } = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const ran: Record<string, unknown>[] = [];
  const terminal: Terminal = {
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    isInteractive: false,
    hasColour: false,
    confirm: async () => false,
  };
  const table = sectionsOf(options.run ?? ((seen) => void ran.push({ ...seen })));
  const code = await runCommandLine(args, terminal, { SALLYPORT_DEBUG: options.debug }, table);
  return { code, ran, out: out.join("\n"), err: err.join("\n") };
}

describe("what runs", () => {
  it("a command, with its arguments", async () => {
    const { code, ran } = await type(["leaf", "here", "--dry-run", "-f", "x", "--level=high"]);
    expect(code).toBeUndefined();
    expect(ran).toEqual([expect.objectContaining({ place: "here", file: "x", level: "high" })]);
  });
  it("a sub-command, and anything after --", async () => {
    expect((await type(["tree", "leaf", "--", "--dry-rum"])).ran).toHaveLength(1);
  });
  it("nothing, when nothing is asked: the help, and an exit code that scripts notice", async () => {
    const { code, out } = await type([]);
    expect(code).toBe(2);
    expect(out).toContain("`sallyport help all` lists every command");
  });
});

describe("what is refused before anything runs", () => {
  it.each([
    [["laef"], "there is no command `laef`; did you mean `leaf`?"],
    [["zzzzzz"], "known are leaf, tree, help"],
    [["branhc"], "there is no command `branhc`; did you mean `tree branch`?"],
    [["help", "laef"], "did you mean `leaf`?"],
    [["help", "tree", "laef"], "did you mean `leaf`?; see `sallyport help tree`"],
    [
      ["help", "leaf", "more"],
      "there is no command `more`; it takes none; see `sallyport help leaf`",
    ],
    [["help", "toString"], "there is no command `toString`"],
    [["toString"], "there is no command `toString`"],
    [["__proto__"], "there is no command `__proto__`"],
    [["tree", "constructor"], "there is no command `constructor`"],
    [["tree", "laef"], "did you mean `leaf`?"],
    [["tree"], "name what to do: leaf, needy, branch; see `sallyport tree --help`"],
    [["tree", "--json"], "name what to do before `--json`: leaf, needy, branch"],
    [["leaf", "-f", "x", "--file", "y"], "`--file` and `-f` are one option; give it once"],
    [["leaf", "--dry-rum"], "there is no option `--dry-rum`; did you mean `--dry-run`?"],
    [["leaf", "-x"], "there is no option `-x`"],
    [["leaf", "--no-file"], "there is no option `--no-file`"],
    [["leaf", "--file"], "`--file` needs a value"],
    [
      ["leaf", "--level", "medium"],
      "`--level` takes one of low, high, not `medium`; see `sallyport leaf --help`",
    ],
    [["tree", "needy"], "`PLACE` is missing; see `sallyport tree needy --help`"],
    [["\u001B[2Jx"], "there is no command `\\u{1b}[2Jx`"],
  ])("%j: %s", async (args, message) => {
    const { code, ran, err } = await type(args);
    expect(code).toBe(2);
    expect(ran).toEqual([]);
    expect(err).toContain(message);
    expect(err.startsWith("sallyport: ")).toBe(true);
  });
});

describe("help and version", () => {
  it.each([["--help"], ["-h"], ["help"], ["help", "--json"], ["help", "help"]])(
    "%s shows what most people need, by section",
    async (...args) => {
      const { code, out } = await type(args);
      expect(code).toBe(0);
      expect(out).toContain("\n  plants  leaf  a leaf\n");
      expect(out).not.toContain("a tree");
    },
  );
  it("help all shows every command with those below it, examples and exit codes", async () => {
    const { code, out } = await type(["help", "all"]);
    expect(code).toBe(0);
    expect(out).toContain(
      "\nplants\n  leaf  a leaf\n  tree  a tree\n          leaf, needy, branch\n",
    );
    expect(out).toContain("\nexamples\n");
    expect(out).toContain("\nexit codes\n  0    done");
  });
  it("of one command, below another, runs nothing", async () => {
    const { code, out, ran } = await type(["tree", "leaf", "--help"]);
    expect(code).toBe(0);
    expect(
      out.startsWith(
        "sallyport tree leaf: a leaf\n\nusage: sallyport tree leaf [options] [PLACE]\n",
      ),
    ).toBe(true);
    expect(out).toContain("only show");
    expect(out).toContain("\n\nexit codes:\n  0  done\n  2  wrong usage");
    expect(out).not.toContain("it fell");
    expect(ran).toEqual([]);
  });
  it("after -- is an argument", async () => {
    expect((await type(["leaf", "--", "--help"])).ran).toHaveLength(1);
  });
  it("version is the package's", async () => {
    const manifest = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as {
      version: string;
    };
    expect(await type(["--version"])).toMatchObject({ code: 0, out: manifest.version });
  });
});

describe("failures", () => {
  const failing = (error: unknown) => ({
    run: () => {
      throw error;
    },
  });
  it("a foreseen one is one line with its place, no stack, exit code 2", async () => {
    const at = { file: "p.yaml", line: 3, column: 7 };
    const { code, err } = await type(["leaf"], failing(new Failure("x", "bad `rule`", { at })));
    expect(code).toBe(2);
    expect(err).toBe("sallyport: p.yaml:3:7: bad `rule`");
  });
  it("is JSON on standard output too where that was asked for", async () => {
    const at = { file: "p.yaml", line: 3, column: 7 };
    const failure = failing(new Failure("x", "bad `rule`", { at }));
    const { out, err } = await type(["leaf", "--json"], failure);
    expect(err).toBe("sallyport: p.yaml:3:7: bad `rule`");
    expect(JSON.parse(out)).toEqual({
      error: { code: "x", message: "bad `rule`", ...at, exitCode: 2 },
    });
    const defect = await type(["leaf", "--json"], failing(new Error("secret detail")));
    expect(JSON.parse(defect.out)).toMatchObject({ error: { code: "defect", exitCode: 70 } });
    expect(defect.out).not.toContain("secret detail");
    expect((await type(["leaf", "--", "--json"], failure)).out).toBe("");
  });
  it("cannot steer the terminal", async () => {
    const { err } = await type(["leaf"], failing(new Failure("x", "bad `\u001B]0;x\u0007`")));
    expect(err).toBe("sallyport: bad `\\u{1b}]0;x\\u{7}`");
  });
  it("an unforeseen one says nothing of its content, exit code 70; its stack only when asked", async () => {
    const plain = await type(["leaf"], failing(new Error("secret detail")));
    expect(plain.code).toBe(70);
    expect(plain.err).not.toContain("secret detail");
    const debug = await type(["leaf"], { ...failing(new Error("secret detail")), debug: "1" });
    expect(debug.err).toContain("secret detail");
    expect(debug.err).toContain("main.test.ts");
  });
  it("a thrown value that is no error is a defect too", async () => {
    expect((await type(["leaf"], failing("text"))).code).toBe(70);
  });
});

describe("the terminal", () => {
  it("escapes in a diff what steers terminals, and keeps tabs", () => {
    expect(paintDiff({ ...openTerminal({}), hasColour: false }, "+a\tb\u001B[31m")).toBe(
      "+a\tb\\u{1b}[31m",
    );
  });
  it("has no colour without a terminal", () => {
    const terminal = openTerminal({});
    expect(paintDiff({ ...terminal, hasColour: false }, "+a\n-b\n c")).toBe("+a\n-b\n c");
    expect(paintDiff({ ...terminal, hasColour: true }, "+a")).toBe("\u001B[32m+a\u001B[0m");
    expect(openTerminal({ NO_COLOR: "1" }).hasColour).toBe(false);
  });
});

describe("the program", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [...PROGRAM, ...args], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    });
  it("prints help with exit code 0 and errors with theirs", () => {
    const help = run("--help");
    expect(help.status).toBe(0);
    for (const name of ["start", "init", "uninstall", "explain", "log"])
      expect(help.stdout).toMatch(new RegExp(`^ .* ${name} `, "m"));
    const wrong = run("inti");
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toBe("sallyport: there is no command `inti`; did you mean `init`?\n");
    expect(wrong.stdout).toBe("");
  });
  it("does not fail when its reader goes away", () => {
    const script = `"$@" --help | true; echo "\${PIPESTATUS[0]}"`;
    const words = ["--norc", "-c", script, "-", process.execPath, ...PROGRAM];
    const piped = spawnSync("bash", words, {
      cwd: root,
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(piped.stdout.trim()).toBe("0");
    expect(piped.stderr).toBe("");
  });
});

it("starts from one file, which asks for modules of node alone", () => {
  const built = readFileSync(`${root}dist/surface/cli/main.js`, "utf8");
  const names = [...built.matchAll(/\b(?:require|import|from)\s*\(?"([^"]+)"/g)].map(
    ([, name = ""]) => name,
  );
  expect(names.filter((name) => !name.startsWith("node:"))).toEqual([]);
  expect(built.length).toBeLessThan(16_384);
});
