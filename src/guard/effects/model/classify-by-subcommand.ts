// Programs whose calls either only look, by the shape of their words, or change something of the machine.
import { EMPTY, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "./command-model.ts";
import { prints } from "./consequences.ts";
import { lineShown } from "./display-options.ts";
import { madeOf } from "./filter.ts";
import { namedFiles } from "./verbs.ts";

/** Programs of systemd, which share the options that say how something is shown. */
const SYSTEMD = /^(?:locale|home|oom|portable|userdb|import|udev)ctl$/;
/** Characters of a call that only looks. */
const LINE_CHARS_MAX = 1_024;

/** A call of such a program. `line` is its words with a space between them, `?` for one that is not known. */
export type ToldCall = {
  readonly name: string;
  readonly args: readonly Text[];
  readonly words: readonly string[];
  readonly line: string;
};

/** The model of programs of which `looks` says, by name, which calls only look; all other calls do what `otherwise` says. */
export function classifiedBySubcommand(spec: {
  readonly readOnly: Readonly<Record<string, RegExp>>;
  readonly otherwise: (call: ToldCall, context: ModelContext) => readonly Consequence[];
}): CommandModel {
  return command({
    names: Object.keys(spec.readOnly),
    own: "a call looks only if its whole line is one that is known to: any other word, option or not, makes it a change",
    options: {},
    effects: ({ name, args }, context) => {
      const words = args.map((word) => textOf(word) ?? "?");
      const line = words.join(" ");
      if (/^(?:--version|-V|--help|-h|help)$/.test(line)) return [];
      const looked = SYSTEMD.test(name) ? lineShown(args) : line;
      const found = [...namedFiles(args, context), prints(madeOf(EMPTY))];
      return line.length <= LINE_CHARS_MAX && looksOf(spec.readOnly, name)?.test(looked) === true
        ? found
        : [...found, ...spec.otherwise({ name, args, words, line }, context)];
    },
  });
}

/** Under WSL a program of Windows is called with its ending. */
function looksOf(looks: Readonly<Record<string, RegExp>>, name: string): RegExp | undefined {
  return looks[name] ?? looks[name.replace(/\.exe$/i, "").toLowerCase()];
}
