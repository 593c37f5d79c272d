// Every command of the program: its help has an example, takes what it shows, and what the pages show is taken too.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { resolved } from "#surface/cli/command-line/command-help.ts";
import { productCommands, runCommandLine } from "#surface/cli/command-line.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import type {
  Command,
  CommandEntry,
  CommandTable,
  Section,
} from "#surface/cli/command-line/entry.ts";
import { productSections } from "#surface/cli/tree/sections.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

type Leaf = { readonly words: readonly string[]; readonly command: Command };
const all: Leaf[] = [];
const groups: string[] = [];

/** The same command with the same arguments; it does nothing, and the commands below it neither. */
async function idle(words: readonly string[], entry: CommandEntry): Promise<CommandEntry> {
  const command = await entry.load?.(productCommands);
  if (command === undefined) groups.push(words.join(" "));
  else all.push({ words, command });
  const { meta = {}, args = {} } = command ?? {};
  const load = async () => ({ meta, args, run: () => undefined });
  return {
    ...entry,
    ...(command === undefined ? {} : { load }),
    ...(entry.commands === undefined ? {} : { commands: await idleTable(words, entry.commands) }),
  };
}

async function idleTable(words: readonly string[], commands: CommandTable): Promise<CommandTable> {
  const idled: [string, CommandEntry][] = [];
  for (const [name, entry] of Object.entries(commands))
    idled.push([name, await idle([...words, name], entry)]);
  return Object.fromEntries(idled);
}

const idleSections: Section[] = [];
for (const { title, commands } of productSections)
  idleSections.push({ title, commands: await idleTable([], commands) });

async function typed(args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    isInteractive: false,
    hasColour: true,
    confirm: async () => false,
  };
  const code = await runCommandLine(args, terminal, {}, idleSections);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

/** Command lines of ours in a text: lines that begin with the program's name, without what a shell or a reader makes of the rest. */
function commandLines(text: string): readonly (readonly string[])[] {
  return text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .flatMap((line) => line.split(/ {2,}(?=sallyport )|[|;] /))
    .map((line) => line.trim().replace(/^(?:\$ |sudo |npx )+/, ""))
    .filter((line) => /^sallyport [a-z-]/.test(line))
    .map((line) => {
      const words = line.match(/(?:"(?:\\.|[^"])*"|'[^']*'|[^\s"'])+| {2,}(?![ -])/g) ?? [];
      const end = words.findIndex((word) => /^(?: {2,}|#.*|[|>&;].*)$/.test(word));
      const own = end === -1 ? words : words.slice(0, end);
      return own.slice(1).map((word) => word.replaceAll(/["']/g, ""));
    });
}

/** Lines of commands of ours that end in words for the reader which a shell would take for arguments. */
function withLooseWords(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => /^(?:sudo |npx )*sallyport /.test(line))
    .filter((line) => / {2,}(?![ #-])/.test(line.replaceAll(/"[^"]*"|'[^']*'/g, "''")));
}

async function refusedOf(text: string): Promise<readonly string[]> {
  const outcomes = commandLines(text).map(async (words) => {
    const { code, err } = await typed(words);
    return code === undefined || code === 0 ? [] : [`${words.join(" ")}: ${err}`];
  });
  return (await Promise.all(outcomes)).flat();
}

describe("the help of a command", () => {
  it.each(all.map(({ words, command }) => [words.join(" "), command] as const))(
    "%s: an example, a word on each argument, no colour, no line too long",
    async (title, command) => {
      const { code, out } = await typed([...title.split(" "), "--help"]);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^.*[ |]sallyport ${title}(?: |$)`, "m"));
      expect(out.split("\n").slice(2).join("\n")).toMatch(
        new RegExp(`^  .*sallyport ${title.split(" ")[0]}`, "m"),
      );
      for (const argument of Object.values((await resolved(command.args)) ?? {}))
        expect(argument.description, JSON.stringify(argument)).toBeTruthy();
      expect(out).not.toMatch(/\u001B| $/m);
      expect(out.split("\n").filter((line) => line.length > 140)).toEqual([]);
      // The first line is the command and what it is for.
      expect(await refusedOf(out.slice(out.indexOf("\n")))).toEqual([]);
      expect(out).toMatch(/\n\nexit codes:\n {2}0 .*\n(?: {2}1 .*\n)? {2}2 /);
      expect(await typed(["help", ...title.split(" ")])).toEqual({ code: 0, out, err: "" });
    },
  );
  it.each(groups)(
    "%s: examples that are taken, what each command does, exit codes",
    async (title) => {
      const { code, out } = await typed([...title.split(" "), "--help"]);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^  sallyport ${title} `, "m"));
      expect(out).toContain(`\nusage: sallyport ${title} COMMAND [options]\n`);
      expect(out).toContain("\n\nexit codes:\n  0 ");
      expect(await refusedOf(out.slice(out.indexOf("\n"), out.indexOf("\nusage:")))).toEqual([]);
      expect(await typed(["help", ...title.split(" ")])).toEqual({ code: 0, out, err: "" });
    },
  );
});

/** Commands without `--json`, each with the reason. */
const WITHOUT_JSON = {
  "collector serve": "runs until it is stopped, and says where it listens",
  "collector work": "runs until it is stopped, and says what it stores",
  decide: "reads and writes one JSON a line always",
  hook: "answers in the client's own form",
  "log export": "writes one of several formats, and JSON lines unless another is named",
  "machine as": "its output is that of the command it runs",
  "machine judge": "runs until it is stopped, for the service that started it",
  "machine serve": "runs until it is stopped, and says whom it guards",
  "mcp gateway": "speaks MCP, which is JSON",
  "mcp-server": "speaks MCP, which is JSON",
  "network run": "its output is that of the program it runs",
  "plugin greet": "answers in the client's own form",
  "policy schema": "prints a JSON Schema always",
  "secrets exec": "its output is that of the program it runs",
} as const;

describe("an answer for programs", () => {
  it("is an option of every command, but for those that speak another form by what they are", async () => {
    const without = [];
    for (const { words, command } of all) {
      const json = ((await resolved(command.args)) ?? {})["json"];
      if (json?.type !== "boolean") without.push(words.join(" "));
    }
    expect(without.sort()).toEqual(Object.keys(WITHOUT_JSON));
  });
});

describe("what is typed wrong", () => {
  it.each(all.map(({ words }) => [words.join(" ")]))(
    "%s: an option that does not exist is refused with advice, and as JSON where that was asked for",
    async (title) => {
      const { code, out, err } = await typed([...title.split(" "), "--json", "--no-such-option"]);
      expect(code).toBe(2);
      expect(err).toMatch(
        /^sallyport: there is no option `--(?:json|no-such-option)`; [^;]+; see `/,
      );
      expect(JSON.parse(out)).toEqual({
        error: { code: "usage", message: err.slice("sallyport: ".length), exitCode: 2 },
      });
    },
  );
});

describe("what the pages show", () => {
  const pages = ["README.md", "SECURITY.md"].concat(
    readdirSync(`${root}/docs/guide`)
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/guide/${name}`),
  );
  it.each(pages)("%s: every command line is taken", async (page) => {
    const text = readFileSync(`${root}/${page}`, "utf8");
    const shown = [...text.matchAll(/^ *```\w*\n(.*?)^ *```$/gms)].map(([, block]) => block);
    expect(await refusedOf(shown.join("\n"))).toEqual([]);
  });
  it.each(pages)("%s: every command line can be pasted as it stands", (page) => {
    const text = readFileSync(`${root}/${page}`, "utf8");
    const shown = [...text.matchAll(/^ *```\w*\n(.*?)^ *```$/gms)].map(([, block]) => block);
    expect(withLooseWords(shown.join("\n"))).toEqual([]);
  });
  it("hints of the dashboard are taken, and lack nothing that they need", async () => {
    const folders = ["dashboard/src", "src/surface/dashboard"].map((name) => `${root}/${name}`);
    const shown = folders
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: "utf8" })
          .filter((name) => /\.tsx?$/.test(name))
          .map((name) => readFileSync(`${folder}/${name}`, "utf8")),
      )
      .flatMap((text) =>
        [...text.matchAll(/"(sallyport [a-z][^"]*)"/g)].map(([, line = ""]) => line),
      );
    expect(shown.length).toBeGreaterThan(30);
    expect(await refusedOf(shown.join("\n").replaceAll(" && ", "\n"))).toEqual([]);
    // It has no base of its own: without one it ends with a fault.
    expect(
      shown.filter((line) => /^sallyport sandbox plan (?!.*--(?:image|help))/.test(line)),
    ).toEqual([]);
  });
  it("words behind a command that are no comment are found", () => {
    expect(withLooseWords("sallyport status   is it in force?")).toHaveLength(1);
    expect(withLooseWords("sudo sallyport policy verify  now and then")).toHaveLength(1);
    expect(withLooseWords("sallyport collector serve  --config c.json  # a comment")).toEqual([]);
    expect(withLooseWords("npx sallyport explain 'a  b'")).toEqual([]);
  });
  it("a command line that is not taken is found", async () => {
    expect(await refusedOf("$ sallyport status --al  # here")).toEqual([
      "status --al: sallyport: there is no option `--al`; did you mean `--all`?; see `sallyport status --help`",
    ]);
    expect(await refusedOf("sudo sallyport log verfy")).toHaveLength(1);
  });
});
