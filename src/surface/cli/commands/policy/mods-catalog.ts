// `sallyport mods catalog`: every plugin, skill, agent, command and MCP server here, with one verdict on each.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { catalogHere } from "../../policy/catalog-here.ts";
import { linesOfRow, summaryLine } from "../../policy/catalog-lines.ts";

/** `sallyport mods catalog`. */
export const catalogCommand = defineCommand({
  meta: {
    name: "catalog",
    description: `every plugin, skill, agent, command and MCP server that a session here may load, with one verdict on each

  sallyport mods catalog               the worst first: what each can do, whether it is pinned, what it did so far
  sallyport mods catalog deploy        one, by its name
  sallyport mods catalog --refused     only what the policy refuses or asks about, or what was not wholly read
  sallyport mods catalog --json        for a program

What they run by themselves is judged by the policy in force, as nothing would hold it: shell lines of texts, scripts, hooks, start
commands, commands that are used unasked. Nothing is run. \`unread\`: not all of it could be looked into, and what was left out is named.`,
  },
  args: {
    name: { type: "positional", required: false, description: "its name, with or without `@...`" },
    project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
    refused: { type: "boolean", description: "leave out what is allowed" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directory = namedDirectory(args.project ?? process.cwd());
    const directories = directoriesIn(args.data ?? dataDirectory());
    const made = await catalogHere(directory, directories, {
      named: args.name,
      home: homeDirectory(),
    });
    if (args.name !== undefined && made.rows.length === 0)
      throw new Failure(
        "usage",
        `nothing here is called \`${printable(args.name)}\`: \`sallyport mods catalog\` shows what is`,
      );
    const rows =
      args.refused === true ? made.rows.filter(({ verdict }) => verdict !== "allow") : made.rows;
    if (made.rows.some(({ verdict }) => verdict !== "allow") || made.notRead.length > 0)
      process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson({ ...made, rows }));
    const left = made.notRead.map(({ what, why }) => `not looked into: ${what}, because ${why}`);
    const notes = made.notes.map((note) => `counted: ${note}`);
    // WHY each line by itself: a name with a line end would make lines that nobody wrote.
    const shown = [...rows.map(linesOfRow), [...left, ...notes], [summaryLine(made.rows)]];
    return print(
      shown
        .filter((lines) => lines.length > 0)
        .map((lines) => lines.map(printable).join("\n"))
        .join("\n\n"),
    );
  },
});
