// open, xdg-open and their relatives: an address goes to the browser, a file to the program that is set for it.
import { knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import { type Consequence, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { flags, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect, namedFiles } from "../model/verbs.ts";

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
  // A program that is set for a file starts, which may do anything, whatever is said besides.
  hasOtherOptions: true,
  options: {
    application: taking("-a -b"),
    editor: flags("-e -t"),
    given: takingWords("to-end", "--args"),
    address: taking("-u"),
    input: role("input", taking("-i --stdin --attach")),
    output: role("output", taking("-o --stdout --stderr")),
    choice: taking("--env --arch -s --subject --body --cc --bcc"),
    about: flags("--version --help -h"),
  },
  effects: ({ name, operands, has, values }, context): readonly Consequence[] => {
    const words = operands.map((word) => textOf(word));
    if (words.length === 1 && /^(?:version|help)$/.test(words[0] ?? "")) return [];
    const targets = [...operands, ...values("address")];
    const isApplication = ["application", "editor", "given"].some(has);
    if (targets.length === 0 && has("about") && !isApplication) return [];
    const files = targets.filter((word) => !isAddress(word));
    // Windows' own shows a directory in a window; what it is given besides is opened by the program that is set for it.
    if (name === "explorer.exe" && files.every((path) => context.isDirectory(path)))
      return files.length === targets.length ? [] : contacted(targets);
    return [
      ...contacted(targets),
      ...files.map((path) => reads(path)),
      ...namedFiles(values("given"), context),
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
