// security: the keychains of macOS, which hold what opens doors; and which certificates the machine trusts.
import { literal } from "../../shell/values/text.ts";
import { reads, writes } from "../model/consequences.ts";
import { optionValues } from "../model/option-list.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

/** Verbs that change what the machine trusts or who may open it. */
const TRUSTS =
  /^(?:add-trusted-cert|remove-trusted-cert|trust-settings-import|authorizationdb|authorize|execute-with-privileges|user-trust-settings-enable|unlock-keychain|set-keychain-password|set-key-partition-list|set-generic-password-partition-list)$/;

export const security = classifiedBySubcommand({
  readOnly: {
    security:
      /^(list-keychains|default-keychain|login-keychain|show-keychain-info|find-certificate|find-identity|verify-cert|dump-trust-settings|smartcards|error|help)(\s+(?!-s$|-s\s)\S+)*$/,
  },
  otherwise: ({ args, words }, { home }) => {
    const [verb = ""] = words;
    const keychain = literal(`${home}/Library/Keychains/login.keychain-db`);
    if (TRUSTS.test(verb))
      return [effect<"privilege">({ kind: "privilege", means: "security", user: undefined })];
    const written = optionValues(args, "-o").map((path) => writes(path, "create"));
    return /^(?:find|dump|export|item-export|get)/.test(verb)
      ? [reads(keychain), ...written]
      : [reads(keychain), writes(keychain, "change"), ...written];
  },
});
