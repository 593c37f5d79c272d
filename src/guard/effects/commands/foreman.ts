// foreman, overmind, hivemind, honcho and goreman: the processes of a Procfile.
import { recipeProgram } from "../projects/recipes.ts";
import { effect } from "../model/verbs.ts";

const PROCESSES_MAX = 32;

export const foreman = recipeProgram({
  names: ["foreman", "overmind", "hivemind", "honcho", "goreman"],
  flags: "-D --daemonize -N --no-port -T -t --timestamp --no-timestamp --any-can-die --quiet",
  choices:
    "-e --env -p --port -P --port-step -m --formation -c --concurrency -l --processes -s --socket -x --title -r --auto-restart -b --colors -i --timeout -w --network --root",
  file: "-f --procfile",
  directory: "-d --app-root",
  program: "run exec",
  files: ["Procfile", "Procfile.dev"],
  isReadOnly: ({ words }) => /^(?:check|version|help|ps|status)$/.test(words[0] ?? ""),
  recipes: (text, { words }) =>
    processes(
      text,
      words.filter((word) => word !== "start"),
    ),
  more: ({ words }) =>
    words[0] === "export"
      ? [effect<"persist">({ kind: "persist", means: "service", target: undefined })]
      : [],
});

/** The commands of the processes that are named, of all without any. */
function processes(procfile: string, names: readonly string[]): readonly string[] {
  return procfile
    .split(/\r?\n/)
    .slice(0, PROCESSES_MAX)
    .flatMap((line) => {
      const found = /^([\w-]+)\s*:\s*(\S.*)$/.exec(line);
      return found === null || (names.length > 0 && !names.includes(found[1] ?? ""))
        ? []
        : [found[2] ?? ""];
    });
}
