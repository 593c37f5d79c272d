// clickhouse: one program under several names: a client of a server, and a database over files of this machine.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command, reads } from "../model/command-model.ts";
import { optionValues } from "../model/option-list.ts";
import { effect, namedFiles } from "../model/verbs.ts";

export const clickhouse: CommandModel = command({
  names: ["clickhouse", "clickhouse-local", "chdb"],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const [first] = args.map((word) => textOf(word));
    if (args.length === 1 && /^(?:--version|-V|--help|-h)$/.test(first ?? "")) return [];
    if (name === "clickhouse" && first === "client")
      return [{ kind: "run", argv: [literal("clickhouse-client"), ...args.slice(1)], stdin }];
    // WHY: functions of its language read files, fetch addresses and start programs.
    const code = optionValues(args, "-q", "--query").map((word) => textOf(word) ?? "");
    return [
      ...namedFiles(args, context),
      effect<"execute">({ kind: "execute", program: name, origin: "inline", reach: "unbounded" }),
      ...code
        .flatMap((text) => [...text.matchAll(/\b(?:file|url|s3|executable)\(\s*'([^']*)'/g)])
        .map(([found, place = ""]) => opened(found, literal(place))),
    ];
  },
});

/** What a function of the language opens, by its name. */
function opened(call: string, place: Text): Consequence {
  if (call.startsWith("file")) return reads(place);
  return call.startsWith("executable")
    ? { kind: "script", texts: [place], positional: [], isCovered: true }
    : { kind: "contacts", url: place, scheme: "https", carries: [{ kind: "argument" }] };
}
