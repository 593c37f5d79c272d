// pbcopy, pbpaste, xclip, wl-copy and others: what is in the clipboard is anybody's, a password of the person's too.
import { hole, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { cannotTell } from "../model/filter.ts";
import { namedFiles } from "../model/verbs.ts";

/** Whether a call puts something there and prints nothing. */
function isCopying(name: string, words: readonly string[]): boolean {
  if (/^(?:pbcopy|wl-copy|clip\.exe|termux-clipboard-set)$/.test(name)) return true;
  return (
    /^x(?:clip|sel)$/.test(name) &&
    !words.some((word) => /^(?:-o|-out|--output|-[a-z]*o)$/.test(word))
  );
}

export const pbcopy: CommandModel = command({
  names: [
    "pbcopy",
    "pbpaste",
    "xclip",
    "xsel",
    "wl-copy",
    "wl-paste",
    "clip.exe",
    "termux-clipboard-set",
    "termux-clipboard-get",
  ],
  own: "words behind `--watch` are another program",
  options: {},
  effects: ({ name, args }, context) => {
    const words = args.map((word) => textOf(word) ?? "-o");
    const opened = namedFiles(args, context);
    if (words.every((word) => /^(?:--?version|--?help|-h|-v)$/.test(word)) && words.length > 0)
      return [];
    // A command behind the options is given what comes to be there (`wl-paste --watch`).
    const watched = words.findIndex((word) => /^(?:-w|--watch)$/.test(word));
    if (name === "wl-paste" && watched >= 0)
      return [{ kind: "run", argv: args.slice(watched + 1) }];
    return isCopying(name, words)
      ? opened
      : [
          ...opened,
          cannotTell("missing-fact", "what the clipboard holds"),
          prints([[hole("missing-fact", { sources: [{ kind: "unknown" }] })]]),
        ];
  },
});
