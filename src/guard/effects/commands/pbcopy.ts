// pbcopy, pbpaste, xclip, wl-copy and others: what is in the clipboard is anybody's, a password of the person's too.
import { hole } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { cannotTell } from "../model/filter.ts";
import { flags, taking, takingWords } from "../model/option-list.ts";
import { namedFiles } from "../model/verbs.ts";

/** What is there, which anybody may have put there. */
const HELD = [
  cannotTell("missing-fact", "what the clipboard holds"),
  prints([[hole("missing-fact", { sources: [{ kind: "unknown" }] })]]),
];

export const pbcopy: CommandModel = command({
  names: ["pbcopy", "wl-copy", "clip.exe", "termux-clipboard-set"],
  hasOtherOptions: true,
  options: { about: flags("--version -version --help -help -h -v") },
  effects: ({ args }, context) => namedFiles(args, context),
});

export const pbpaste: CommandModel = command({
  names: ["pbpaste", "termux-clipboard-get"],
  hasOtherOptions: true,
  options: { about: flags("--version -version --help -help -h -v") },
  effects: ({ args, operands, has }, context) =>
    has("about") && operands.length === 0 ? [] : [...namedFiles(args, context), ...HELD],
});

export const xclip: CommandModel = command({
  names: ["xclip", "xsel"],
  hasOtherOptions: true,
  options: {
    shown: flags("-o -out --output"),
    choice: taking("-selection -sel -se -target -t -loops -display -d --display -l --logfile"),
    style: flags("-i -in --input -p -s -b -a -c -f -n -k -x -r -rmlastnl -filter -noutf8 -silent"),
    about: flags("--version -version --help -help -h -v"),
  },
  effects: ({ args, operands, has, uncertain }, context) => {
    if (has("about") && operands.length === 0 && !has("shown")) return [];
    const opened = namedFiles(args, context);
    return has("shown") || uncertain ? [...opened, ...HELD] : opened;
  },
});

/** A command behind the options is given what comes to be there. */
export const wlPaste: CommandModel = command({
  names: ["wl-paste"],
  optionsEnd: "first-operand",
  hasOtherOptions: true,
  options: {
    program: takingWords("to-end", "-w --watch"),
    choice: taking("-t --type -s --seat"),
    style: flags("-n --no-newline -l --list-types -p --primary"),
    about: flags("--version --help -h -v"),
  },
  effects: ({ args, operands, has, values }, context) => {
    if (has("program")) return [{ kind: "run", argv: values("program") }];
    return has("about") && operands.length === 0 ? [] : [...namedFiles(args, context), ...HELD];
  },
});
