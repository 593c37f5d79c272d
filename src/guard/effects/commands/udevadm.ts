// udevadm: devices of the machine, which are shown, or reported to its services again.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

export const udevadm = classifiedBySubcommand({
  readOnly: { udevadm: /^(info|monitor|settle|verify|wait|cat)(\s+\S+)*$/ },
  otherwise: () => [effect<"privilege">({ kind: "privilege", means: "udevadm", user: undefined })],
});
