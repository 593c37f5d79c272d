// The tree of commands: each in one section, help that loads no command, and nothing heavy in what every start loads.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { runCommandLine } from "#surface/cli/command-line.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import type { CommandEntry, CommandTable } from "#surface/cli/command-line/entry.ts";
import { productSections } from "#surface/cli/tree/sections.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The same tree, none of whose commands can be loaded. */
function unloadable(commands: CommandTable): CommandTable {
  const entries = Object.entries(commands).map(([name, entry]): [string, CommandEntry] => [
    name,
    {
      ...entry,
      ...(entry.load === undefined
        ? {}
        : { load: () => Promise.reject(new Error(`${name} was loaded`)) }),
      ...(entry.commands === undefined ? {} : { commands: unloadable(entry.commands) }),
    },
  ]);
  return Object.fromEntries(entries);
}

const sections = productSections.map(({ title, commands }) => ({
  title,
  commands: unloadable(commands),
}));

async function typed(...args: string[]) {
  const said: string[] = [];
  const terminal: Terminal = {
    print: (text) => void said.push(text),
    warn: (text) => void said.push(text),
    isInteractive: false,
    hasColour: false,
    confirm: async () => false,
  };
  return { code: await runCommandLine(args, terminal, {}, sections), text: said.join("\n") };
}

/** Every entry with the words that lead to it. */
function entriesOf(
  words: string,
  commands: CommandTable,
): readonly (readonly [string, CommandEntry])[] {
  return Object.entries(commands).flatMap(([name, entry]) => [
    [`${words}${name}`, entry] as const,
    ...entriesOf(`${words}${name} `, entry.commands ?? {}),
  ]);
}

const everything = productSections.flatMap(({ commands }) => entriesOf("", commands));
const groups = everything.filter(([, { load }]) => load === undefined);

describe("the sections", () => {
  it("have each command once, and a title each", () => {
    const names = productSections.flatMap(({ commands }) => Object.keys(commands));
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
    expect(productSections.map(({ title }) => title)).toEqual([
      ...["start here", "check", "policy", "record", "respond", "privacy", "fleet", "maintenance"],
    ]);
  });
  it("name every file of a command that is loaded by name, and no other", () => {
    const files = [
      "start",
      "check",
      "policy",
      "mcp",
      "redteam",
      "sandbox",
      "network",
      "record",
      "respond",
      "approvals",
      "questions",
      "privacy",
      "fleet",
      "maintenance",
    ];
    const texts = files.map((file) =>
      readFileSync(`${root}src/surface/cli/tree/${file}.ts`, "utf8"),
    );
    const loaded = texts.flatMap((text) =>
      [...text.matchAll(/import\("\.\.\/commands\/[a-z]+\/([a-z-]+)\.ts"\)/g)].map(
        ([, name]) => name,
      ),
    );
    expect(loaded).toHaveLength(everything.length - groups.length);
  });
  it("say in few words what each command is for", () => {
    const long = everything.filter(([, { summary }]) => summary.length > 90 || summary === "");
    expect(long.map(([name]) => name)).toEqual([]);
  });
  it("show some twenty commands in the short help, on a screen", async () => {
    const { text } = await typed("help");
    const lines = text.split("\n");
    expect(lines.length).toBeLessThanOrEqual(26);
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
    for (const { title } of productSections) expect(text).toContain(`\n  ${title} `);
  });
});

describe("help", () => {
  it("of all and of each name that only holds commands loads no command", async () => {
    for (const args of [[], ["help"], ["help", "all"], ["--help"], ["-h"]])
      expect((await typed(...args)).text, args.join(" ")).not.toContain("was loaded");
    expect(groups.length).toBeGreaterThan(15);
    for (const [title] of groups) {
      const words = title.split(" ");
      const { code, text } = await typed(...words, "--help");
      expect([code, text.includes(`usage: sallyport ${title} COMMAND`)], title).toEqual([0, true]);
      expect((await typed("help", ...words)).text).toBe(text);
    }
  });
  it("of one command loads that one alone", async () => {
    expect((await typed("log", "tail", "--help")).code).toBe(70);
    expect((await typed("log", "nothing", "--help")).code).toBe(2);
  });
});

it("what every command line loads is light: no guard, no record, no library", async () => {
  const { metafile } = await build({
    stdin: {
      contents:
        'import "./src/surface/cli/command-line.ts"; import "./src/surface/foundation/terminal/terminal.ts";',
      resolveDir: root,
    },
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    outdir: "out",
    format: "esm",
    platform: "node",
    conditions: ["source"],
    packages: "external",
    plugins: [
      {
        name: "only-what-is-loaded-at-once",
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ kind, path }) =>
            kind === "dynamic-import" ? { path, external: true } : undefined,
          ),
      },
    ],
  });
  const files = Object.keys(metafile.inputs).filter((file) => file !== "<stdin>");
  expect(files).toContain("src/surface/cli/tree/record.ts");
  const heavy = files.filter(
    // What tells whether a part of the program is whole is needed before any part is loaded.
    (file) =>
      !/^src\/(?:base|platform|surface\/cli|surface\/foundation\/(?:terminal|product\/(?:product|parts|compiled-code)))\b/.test(
        file,
      ),
  );
  expect(heavy).toEqual([]);
  expect(files.filter((file) => file.includes("/commands/"))).toEqual([]);
  // One for each section and large group, and some twenty that every command line needs.
  expect(files.length).toBeLessThan(36);
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.flatMap(({ path, kind }) => (kind === "import-statement" ? [path] : [])),
  );
  expect(imported.filter((path) => !path.startsWith("node:"))).toEqual([]);
});
