// unrar, unar, pax, unsquashfs and other programs that write where an operand or an option of theirs says.
import { textOf, type Text } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import { isFile } from "../model/filter.ts";
import { effect, namedFiles } from "../model/verbs.ts";

/** By program, where its output goes: the word behind an option, or the last operand. */
const TARGETS: Readonly<Record<string, { readonly options?: RegExp; readonly last?: RegExp }>> = {
  unrar: { last: /^(?:e|x)\b/ },
  rar: { last: /^(?:e|x)\b/ },
  unar: { options: /^(?:-o|-output-directory)$/ },
  pax: { last: /^(?=.*(?:^|\s)-[a-z]*r)(?=.*(?:^|\s)-[a-z]*w)/ },
  unsquashfs: { options: /^(?:-d|-dest)$/ },
  cabextract: { options: /^(?:-d|--directory)$/ },
  wkhtmltopdf: { last: /./ },
  wkhtmltoimage: { last: /./ },
  weasyprint: { last: /./ },
  mmdc: { options: /^(?:-o|--output)$/ },
  symlinks: {},
};

/** Programs without a model of their own otherwise: beside what they surely write they may do anything. */
export const unpackers: CommandModel = command({
  names: Object.keys(TARGETS),
  own: "they may do anything, and what they surely write is told by one option or the last word of each: no other word is read",
  options: {},
  effects: ({ name, args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word) ?? "?");
    if (words.length < 2 && /^(?:--?version|-V|--?help|-h|)$/.test(words[0] ?? "")) return [];
    const { options, last } = TARGETS[name] ?? {};
    const targets: Text[] = args.filter((_, at) => options?.test(words[at - 1] ?? "") === true);
    const glued = words.map((word) => /^(?:-s|--output=|--directory=).*?(\/[^|]*)/.exec(word)?.[1]);
    const final = args.at(-1);
    if (
      last?.test(words.join(" ")) === true &&
      final !== undefined &&
      args.length > 1 &&
      isFile(final)
    )
      targets.push(final);
    return [
      effect<"execute">({ kind: "execute", program: name, origin: "system", reach: "unbounded" }),
      ...targets.map((path) => writes(path, "create", { reach: "tree" })),
      ...glued.flatMap((path) =>
        path === undefined
          ? []
          : [writes([{ kind: "text", text: path }], "create", { reach: "tree" })],
      ),
      // Links are made shorter in place, or taken away.
      ...(name === "symlinks" && words.some((word) => /^-[a-z]*[cds]/.test(word))
        ? args
            .filter(isFile)
            .map((path) =>
              words.some((word) => /^-[a-z]*d/.test(word))
                ? deletes(path, "tree")
                : writes(path, "change", { reach: "tree" }),
            )
        : []),
      ...args.filter((word) => isFile(word) && context.isFile(word)).map((path) => reads(path)),
      ...namedFiles(args, context),
    ];
  },
});
