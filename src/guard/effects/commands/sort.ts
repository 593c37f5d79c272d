// sort: puts lines in order; may write its output over any file and run a program that compresses.
import { append, EMPTY, hole, literal } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command, valued } from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { inputsOf, listedFiles, selectionOf } from "../model/filter.ts";
import { linesOf, orders } from "../bytes/lines.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

/** What `-u` leaves of lines: of equal ones a single one, where nothing else makes lines equal that are not. */
function uniqueOrders(text: string, mayBeEqual: boolean): string[] | undefined {
  const lines = [...new Set(linesOf(text))];
  return mayBeEqual && lines.length > 1 ? undefined : orders(lines);
}

export const sort: CommandModel = command({
  names: ["sort", "gsort"],
  options: {
    output: valued("-o", "--output"),
    compress: valued("--compress-program"),
    random: role("input", valued("--random-source")),
    list: valued("--files0-from"),
    temporary: valued("-T", "--temporary-directory"),
    keys: taking("-k --key -S --buffer-size -t --field-separator --parallel --batch-size --sort"),
    unique: flags("-u --unique"),
    check: maybeTaking("--check"),
    order: flags(
      "-b --ignore-leading-blanks -d --dictionary-order -f --ignore-case -g --general-numeric-sort -i --ignore-nonprinting -M --month-sort -h --human-numeric-sort -n --numeric-sort -R --random-sort -r --reverse -V --version-sort --debug -m --merge -s --stable -z --zero-terminated -c -C",
    ),
    about: ABOUT,
  },
  effects: (invocation, context) => {
    const { operands, has, values, stdin } = invocation;
    const lists = values("list").map((list) => listedFiles(list, "\0", invocation, context));
    const files = [...operands, ...lists.flatMap(({ names }) => names)];
    const { opened, texts } = inputsOf(files, stdin, context);
    const output = selectionOf(texts, (text) =>
      has("unique") ? uniqueOrders(text, has("order") || has("keys")) : orders(linesOf(text)),
    );
    const found: Consequence[] = [
      ...lists.flatMap(({ consequences }) => consequences),
      ...opened,
      ...values("output").map((path) => writes(path, "create", { content: output })),
    ];
    for (const program of values("compress"))
      found.push(
        { kind: "run", argv: [program], stdin: texts },
        { kind: "run", argv: [program, literal("-d")], stdin: texts },
      );
    for (const directory of values("temporary")) {
      const part = append(directory, [
        ...literal("/sort"),
        hole("unmodelled", { splits: false, like: "*" }),
      ]);
      found.push(writes(part, "create"), reads(part), deletes(part, "entry"));
    }
    return [...found, prints(values("output").length > 0 ? EMPTY : output)];
  },
});
