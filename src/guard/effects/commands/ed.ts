// ed and red: edit a file by commands from their input.
import { EMPTY, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const ed: CommandModel = command({
  names: ["ed", "red"],
  options: {
    choice: taking("-p --prompt"),
    style: flags(
      "-E --extended-regexp -G --traditional -l --loose-exit-status -r --restricted -s --quiet --silent -v --verbose --strip-trailing-cr -h -V",
    ),
    about: ABOUT,
  },
  effects: ({ operands, stdin, has }, context) => {
    if (has("about")) return [];
    const files = operands.filter((path) => textOf(path) !== "-");
    const content = madeOf(files.flatMap((path) => context.contentOf(path)));
    const found: Consequence[] = files.flatMap((path) => {
      const text = textOf(path);
      return text?.startsWith("!") === true ? shellRuns(text.slice(1)) : [reads(path)];
    });
    for (const text of stdin ?? EMPTY) {
      const script = textOf(text);
      if (script === undefined)
        found.push(cannotTell("dynamic-code", "commands of `ed` that are not known"));
      else found.push(...commandsOf(script.split("\n"), files));
    }
    return [...found, prints(content)];
  },
});

/** What a line is about: numbers, `.`, `$`, marks, searches, with `,` and `;` between. */
const ADDRESS = /^(?:[\d.$,;%+\- \t]|'[a-z]|\/(?:\\.|[^\\/\n])*\/|\?(?:\\.|[^\\?\n])*\?)*/;
/** Commands that change the text or show it, and open nothing. */
const EDITING = /^(?:[dhHjklmnpPqQtuxy=zcai](?:[+-]?\d*|.*)|s\d*[glnpr\d]*|q!|#.*|)$/;

function commandsOf(
  lines: readonly string[],
  files: readonly Parameters<typeof reads>[0][],
): readonly Consequence[] {
  const found: Consequence[] = [];
  let current = files;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    let rest = line.replace(ADDRESS, "");
    // A global command is applied to the lines that match; what follows is one more command.
    const global = /^[gvGV](\W)(?:\\.|(?!\1)[^\\])*\1?/.exec(rest);
    if (global !== null) rest = rest.slice(global[0].length).replace(ADDRESS, "");
    if (/^[aic](?:[lnp]*)$/.test(rest)) {
      while (at + 1 < lines.length && lines[at + 1] !== ".") at += 1;
      at += 1;
    } else if (/^s(\W)/.test(rest)) {
      // The new text goes on where a line ends in a backslash.
      while ((lines[at] ?? "").endsWith("\\") && at + 1 < lines.length) at += 1;
    } else {
      // From here on this is the file that it writes when told no name.
      const named = /^[eEf][ \t]+([^!\s].*)$/.exec(rest)?.[1];
      if (named !== undefined) current = [literal(named)];
      found.push(...oneCommand(rest, current));
    }
  }
  return found;
}

function oneCommand(
  text: string,
  files: readonly Parameters<typeof reads>[0][],
): readonly Consequence[] {
  const file = /^(wq|[eEfrwW])(?:[ \t]+(.*))?$/.exec(text);
  if (file !== null) {
    const [, verb = "", name = ""] = file;
    if (name.startsWith("!")) return shellRuns(name.slice(1));
    const paths = name === "" ? files : [literal(name)];
    if (verb === "f") return [];
    return paths.map((path) =>
      /^[wW]/.test(verb) ? writes(path, verb === "W" ? "append" : "create") : reads(path),
    );
  }
  if (text.startsWith("!")) return shellRuns(text.slice(1));
  return EDITING.test(text)
    ? []
    : [cannotTell("dynamic-code", "a command of `ed` that sallyport does not know")];
}
