// rbw, keyring and kwallet-query: what the person's password stores hold, printed.
import { hole, literal } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";

/** By program, where the store lies below the home directory. */
const STORES: Readonly<Record<string, string>> = {
  keyring: ".local/share/keyrings",
  "kwallet-query": ".local/share/kwalletd",
  rbw: ".config/Bitwarden CLI",
};

export const passwordStores: CommandModel = classifiedBySubcommand({
  readOnly: {
    keyring: /^(?:--list-backends|--help|diagnose)$/,
    "kwallet-query": /^(?:-h|--help)$/,
    rbw: /^(?:unlocked|lock|stop-agent|help)$/,
  },
  otherwise: ({ name, words }, { home }) => {
    const store = literal(`${home}/${STORES[name] ?? ""}`);
    const isChanging = /^(?:set|del|add|edit|remove|generate|-w)$/.test(words[0] ?? "");
    return [
      reads(store, "tree"),
      ...(isChanging ? [writes(store, "change", { reach: "tree" })] : []),
      prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]),
    ];
  },
});
