// `sallyport policy project`: the id of a guarded project, as parameters of a site name it.
import { realpathSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { openProjectBook } from "../../../services/projects/projects.ts";
import { decidingEntry } from "../../../services/projects/session-project.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";

/** `sallyport policy project`. */
export const projectCommand = defineCommand({
  meta: {
    name: "project",
    description:
      "The id of a guarded project, for `hooks.project` of site.yaml. Example: sallyport policy project ~/shop",
  },
  args: {
    directory: {
      type: "positional",
      required: false,
      default: ".",
      description: "the project (default: here)",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    let directory: string;
    try {
      directory = realpathSync(args.directory);
    } catch (cause) {
      throw new Failure("usage", `there is no \`${printable(args.directory)}\``, { cause });
    }
    const book = openProjectBook(directoriesIn(args.data ?? dataDirectory()).projectsFile);
    const entry = decidingEntry(book, undefined, directory);
    if (entry === undefined) {
      process.stderr.write(
        `sallyport: \`${printable(directory)}\` is not guarded: run \`sallyport init\` there\n`,
      );
      process.exitCode = exitCodes.found;
      return;
    }
    const { id, root, mode } = entry;
    await print(args.json === true ? printableJson({ id, root, mode }) : id);
  },
});
