// `sallyport plugin`: the plugin for Claude Code that comes with this program, and what it says at a session's start.
import { join } from "node:path";
import { defineCommand } from "citty";
import { printableJson } from "#base/printable.ts";
import { hasOurHooks } from "#govern/settings/settings-edit.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { packageRoot } from "../../../foundation/product/product.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { shellWord } from "../../../foundation/terminal/shell-word.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { guardingOf } from "../../../services/projects/guarded-project.ts";
import { managedSources } from "../../../services/settings/managed-sources.ts";

/** `sallyport plugin show`. */
export const pluginCommand = defineCommand({
  meta: {
    name: "show",
    description: `where the plugin for Claude Code lies, and how to add it

  sallyport plugin show
  claude plugin marketplace add "$(sallyport plugin show --path)"
  claude plugin install sallyport@sallyport

It brings the agent security-compliance-advisor, skills (audit, why, incident, evidence, export), our MCP server, and a hook that says when no guard is in force.
It does not guard: \`sallyport init\` or managed settings do.`,
  },
  args: {
    path: { type: "boolean", description: "only the folder of the marketplace" },
    ...jsonOption,
  },
  run({ args }) {
    const folder = join(packageRoot(), "plugin");
    if (args.json === true)
      return print(printableJson({ marketplace: folder, plugin: "sallyport@sallyport" }));
    if (args.path === true) return print(folder);
    return print(
      `The plugin lies in ${folder}. To add it:\n\n  claude plugin marketplace add ${shellWord(folder)}\n  claude plugin install sallyport@sallyport`,
    );
  },
});

/** `sallyport plugin greet`. */
export const greetCommand = defineCommand({
  meta: {
    name: "greet",
    description:
      "as the plugin's hook at a session's start: one line for the person where no guard is in force. Example: sallyport plugin greet",
  },
  async run() {
    const line = await greeting(process.env["CLAUDE_PROJECT_DIR"] ?? process.cwd());
    if (line !== undefined) process.stdout.write(`${JSON.stringify({ systemMessage: line })}\n`);
  },
});

/** What a person is told of a directory; nothing where something guards it, or where that cannot be told. */
async function greeting(directory: string): Promise<string | undefined> {
  try {
    const directories = directoriesIn(dataDirectory());
    const isOwn = guardingOf(directories, directory) !== undefined;
    const { inForce } = await managedSources();
    const isManaged = inForce.some(
      ({ text, file }) => text !== undefined && hasOurHooks(text, file),
    );
    return isOwn || isManaged
      ? undefined
      : "sallyport: no guard is in force in this project; `sallyport init` shows what it would put in";
  } catch {
    return undefined;
  }
}
