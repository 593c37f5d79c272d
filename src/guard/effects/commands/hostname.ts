// hostname: the name of the machine; an operand or a file sets it.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

const SETS_NAME: Consequence = {
  kind: "effect",
  effect: { kind: "deploy", system: "machine", operation: "set-name" },
};

export const hostname: CommandModel = command({
  names: ["hostname", "domainname", "dnsdomainname", "nisdomainname", "ypdomainname"],
  options: {
    file: taking("-F --file"),
    boot: flags("-b --boot"),
    style: flags(
      "-a --alias -A --all-fqdns -d --domain -f --fqdn --long -i --ip-address -I --all-ip-addresses -s --short -y --yp --nis -h -V",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, values }) => [
    ...values("file").map((path) => reads(path)),
    ...(operands.length > 0 || has("file") || has("boot") ? [SETS_NAME] : []),
    prints(madeOf(EMPTY)),
  ],
});
