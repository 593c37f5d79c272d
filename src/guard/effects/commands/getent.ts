// getent: entries of the system's databases; hosts are asked for by name.
import { literal, textOf } from "../../shell/values/text.ts";
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const getent: CommandModel = command({
  names: ["getent"],
  options: {
    service: taking("-s --service"),
    style: flags("-i --no-idn -A --no-addrconfig"),
    about: ABOUT,
  },
  effects: ({ operands: [database = [], ...keys] }) => {
    const name = textOf(database);
    if (name === undefined) return [cannotTell("dynamic-path", "a database that is not known")];
    const asksHosts = /^(ahosts|ahostsv4|ahostsv6|hosts|networks|netgroup)$/.test(name);
    return [
      ...(/^(shadow|gshadow)$/.test(name) ? [reads(literal(`/etc/${name}`))] : []),
      // Without a key the list on this machine is shown.
      ...(asksHosts
        ? keys.map(
            (url) =>
              ({ kind: "contacts", url, scheme: "dns", carries: [{ kind: "argument" }] }) as const,
          )
        : []),
      prints(madeOf(EMPTY)),
    ];
  },
});
