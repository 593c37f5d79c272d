// pass and gopass: the person's store of passwords, one encrypted file each.
import { append, EMPTY, hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { toAccount } from "../model/verbs.ts";

/** Verbs that list names only. */
const LISTS = /^(?:ls|list|find|search|version|help|recipients|mounts|env-help|completion)$/;
const CHANGES =
  /^(?:insert|add|edit|generate|create|mv|rename|cp|copy|init|import|otp|git|sync|clone|setup|update|config|link|merge|move|reorg|templates)$/;

export const pass: CommandModel = command({
  names: ["pass", "gopass"],
  // What no list has is the name of a secret, which is taken to be shown.
  hasOtherOptions: true,
  options: {
    shown: maybeTaking("-c --clip -q --qrcode -o --password"),
    choice: taking("--path --store"),
    about: flags("--help -help --version -version"),
  },
  effects: ({ name, operands: named, has }, context) => {
    const [verb, ...rest] = named;
    const text = verb === undefined ? "ls" : textOf(verb);
    const store = storeOf(name, context.variable("PASSWORD_STORE_DIR"), context.home);
    if (has("about") || LISTS.test(text ?? "")) {
      // Asked for by name alone, an entry is shown and a folder is listed.
      return text === "ls" || text === "list" || rest.length === 0
        ? [prints([[hole("unmodelled")]])]
        : [...opened(store), prints([[hole("unmodelled")]])];
    }
    const secret = prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]);
    if (/^(?:rm|remove|delete)$/.test(text ?? ""))
      return rest.map((path) => deletes(entry(store, path), "tree"));
    if (CHANGES.test(text ?? ""))
      return [
        ...opened(store),
        writes(store, "change", { reach: "tree" }),
        ...(/^(?:git|sync|clone)$/.test(text ?? "")
          ? [toAccount([{ kind: "argument" }, { kind: "unknown" }])]
          : []),
        secret,
      ];
    // `show`, `grep`, or the name of an entry.
    const shown = /^(?:show|cat)$/.test(text ?? "")
      ? rest
      : /^grep$/.test(text ?? "?")
        ? []
        : named;
    return [
      ...(shown.length === 0
        ? [...opened(store)]
        : shown.map((path) => reads(entry(store, path), "tree"))),
      secret,
    ];
  },
});

function storeOf(name: string, given: readonly Text[] | undefined, home: string): Text {
  const [named] = given ?? EMPTY;
  if (named !== undefined && named.length > 0) return named;
  return literal(
    name === "gopass" ? `${home}/.local/share/gopass/stores/root` : `${home}/.password-store`,
  );
}

/** All entries; the name of the key that they are encrypted for stands beside them. */
function opened(store: Text): readonly Consequence[] {
  return [reads(append(store, literal("/.gpg-id"))), reads(store, "tree")];
}

function entry(store: Text, name: Text): Text {
  return append(append(append(store, literal("/")), name), literal(".gpg"));
}
