// op and bw: the vaults of 1Password and Bitwarden.
import { hole, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { optionValues } from "../model/option-list.ts";
import { effect, toAccount } from "../model/verbs.ts";

/** Words that begin a call which shows names and states, and no secret. */
const LOOKS =
  /^(?:whoami|account (?:list|get)|vault (?:list|get)|item list|document list|item template (?:list|get)|user (?:list|get)|group (?:list|get)|connect (?:server|token) list|plugin (?:list|inspect)|events-api|update|status|config|completion|generate|encode|list (?:folders|collections|organizations|org-members|org-collections)|sdk-version|help|--help|--version|-v)\b/;
/** Words that begin a call which shows, unlocks or hands on secrets. */
const SHOWS =
  /^(?:read|item get|document get|inject|signin|environment|service-account|get|list|export|unlock|login|send|receive|serve|ssh)\b/;

export const op: CommandModel = command({
  names: ["op", "bw"],
  own: "two programs whose verbs and options are joined into one line",
  options: {},
  effects: ({ name, args }, { home }) => {
    const words = args.map((word) => textOf(word) ?? "?");
    const line = words
      .filter((word) => !word.startsWith("-") || /^--?(?:help|version|v)$/.test(word))
      .join(" ");
    const vault = literal(
      name === "op" ? `${home}/.config/op/config` : `${home}/.config/Bitwarden CLI/data.json`,
    );
    const secret = prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]);
    if (args.length === 0) return [];
    if (LOOKS.test(line)) return [toAccount(), prints([[hole("unmodelled")]])];
    const files = [
      ...optionValues(args, "-i"),
      ...optionValues(args, "--in-file"),
      ...optionValues(args, "--env-file"),
    ];
    const outputs = ["-o", "--out-file", "--output"].flatMap((option) =>
      optionValues(args, option),
    );
    const found: Consequence[] = [
      reads(vault),
      toAccount(),
      ...files.map((path) => reads(path)),
      ...outputs.map((path) =>
        writes(path, "create", {
          content: [[hole("unmodelled", { sources: [{ kind: "unknown" }] })]],
        }),
      ),
    ];
    if (/^(?:plugin )?run\b/.test(line)) {
      const dashes = words.indexOf("--");
      return [
        ...found,
        ...(dashes < 0 ? [] : [{ kind: "run", argv: args.slice(dashes + 1) } as const]),
      ];
    }
    if (SHOWS.test(line)) return [...found, secret];
    return [
      ...found,
      effect<"deploy">({ kind: "deploy", system: "vault", operation: words[0] ?? name }),
      secret,
    ];
  },
});
