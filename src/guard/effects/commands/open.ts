// open, xdg-open and their relatives: an address goes to the browser, a file to the program that is set for it.
import { knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import { type Consequence, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { effect } from "../model/verbs.ts";

/** Options with a value in the next word. */
const TAKING = /^(?:-a|-b|--env|-i|-o|--stdin|--stdout|--stderr|-u|--arch|-s)$/;

export const open = command({
  names: [
    "open",
    "xdg-open",
    "wslview",
    "explorer.exe",
    "sensible-browser",
    "x-www-browser",
    "gnome-open",
    "kde-open",
    "xdg-email",
  ],
  own: "names of applications and addresses stand among files",
  options: {},
  effects: ({ name, args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(?:--version|--help|-h|version|help)$/.test(words[0] ?? ""))
      return [];
    const targets = args.filter(
      (_, at) => words[at]?.startsWith("-") !== true && !TAKING.test(words[at - 1] ?? ""),
    );
    const isApplication = words.some((word) => /^(?:-a|-b|-e|-t|--args)$/.test(word ?? ""));
    const files = targets.filter((word) => !isAddress(word));
    // Windows' own shows a directory in a window; what it is given besides is opened by the program that is set for it.
    if (name === "explorer.exe" && files.every((path) => context.isDirectory(path)))
      return files.length === targets.length ? [] : contacted(targets);
    return [
      ...contacted(targets),
      ...files.map((path) => reads(path)),
      ...(files.length > 0 || isApplication || targets.length === 0
        ? [
            effect<"execute">({
              kind: "execute",
              program: name,
              origin: "system",
              reach: "unbounded",
            }),
          ]
        : []),
    ];
  },
});

function contacted(targets: readonly Text[]): readonly Consequence[] {
  return targets
    .filter(isAddress)
    .map((url): Consequence => ({ kind: "contacts", url, carries: [{ kind: "argument" }] }));
}

function isAddress(word: Text): boolean {
  return (
    !/^[a-z]:(?:[\\/]|$)/i.test(knownPrefix(word)) &&
    /^(?:https?|ftp|mailto|[a-z][\w+.-]*):/i.test(knownPrefix(word)) &&
    !/^file:/i.test(knownPrefix(word))
  );
}
