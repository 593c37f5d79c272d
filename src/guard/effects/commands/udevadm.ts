// udevadm: devices of the machine, which are shown, or reported to its services again.
import { toldByWords } from "../told-by-words.ts";
import { effect } from "../verbs.ts";

export const udevadm = toldByWords({
  looks: { udevadm: /^(info|monitor|settle|verify|wait|cat)(\s+\S+)*$/ },
  otherwise: () => [effect<"privilege">({ kind: "privilege", means: "udevadm", user: undefined })],
});
