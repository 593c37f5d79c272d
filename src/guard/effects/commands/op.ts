// op and bw: the vaults of 1Password and Bitwarden.
import { hole, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

/** Words that begin a call which shows names and states, and no secret. */
const LOOKS =
  /^(?:whoami|account (?:list|get)|vault (?:list|get)|item list|document list|item template (?:list|get)|user (?:list|get)|group (?:list|get)|connect (?:server|token) list|plugin (?:list|inspect)|events-api|update|status|config|completion|generate|encode|list (?:folders|collections|organizations|org-members|org-collections)|sdk-version|help)\b/;
/** Words that begin a call which shows, unlocks or hands on secrets. */
const SHOWS =
  /^(?:read|item get|document get|inject|signin|environment|service-account|get|list|export|unlock|login|send|receive|serve|ssh)\b/;

export const op: CommandModel = command({
  names: ["op", "bw"],
  // The vault is asked, and taken to be opened by what no list has.
  hasOtherOptions: true,
  options: {
    input: role("input", taking("-i --in-file --env-file --template --file --passwordfile")),
    output: taking("-o --out-file --output"),
    choice: taking(
      "--account --vault --session --format --encoding --config --fields --tags --categories --title --url --category --search --organizationid --folderid --collectionid --itemid --method --code --passwordenv --file-mode",
    ),
    about: flags("--help --version -v"),
  },
  effects: ({ name, args, operands, behindDashes, has, values }, context) => {
    const { home } = context;
    const line = operands
      .slice(0, operands.length - (behindDashes?.length ?? 0))
      .map((word) => textOf(word) ?? "?")
      .join(" ");
    const vault = literal(
      name === "op" ? `${home}/.config/op/config` : `${home}/.config/Bitwarden CLI/data.json`,
    );
    const secret = prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]);
    if (args.length === 0) return [];
    if (LOOKS.test(line) || (operands.length === 0 && has("about")))
      return [toAccount(), prints([[hole("unmodelled")]])];
    const found: Consequence[] = [
      reads(vault),
      toAccount(),
      ...namedFiles(operands, context),
      ...values("output").map((path) =>
        writes(path, "create", {
          content: [[hole("unmodelled", { sources: [{ kind: "unknown" }] })]],
        }),
      ),
    ];
    if (/^(?:plugin )?run\b/.test(line))
      return behindDashes === undefined
        ? found
        : [...found, { kind: "run", argv: behindDashes } as const];
    if (SHOWS.test(line)) return [...found, secret];
    return [
      ...found,
      effect<"deploy">({ kind: "deploy", system: "vault", operation: line.split(" ")[0] || name }),
      secret,
    ];
  },
});
