// lsof: which process holds which file or port; it tells names and opens nothing.
import { hole, textOf } from "../../shell/text.ts";
import { isDevelopmentPort } from "../development-servers.ts";
import { type CommandModel, command, prints } from "../command-model.ts";
import { listsProcesses } from "../guard-processes.ts";
import { ABOUT, flags, maybeTaking, taking } from "../option-list.ts";

export const lsof: CommandModel = command({
  names: ["lsof"],
  options: {
    choice: taking("-p -u -c -d -g -s -F"),
    network: maybeTaking("-i"),
    style: flags("-n -P -t -a -l -R -U -w -h -v"),
    about: ABOUT,
  },
  effects: ({ has, values, operands }) => {
    const words = [...values("network"), ...operands].map((word) => textOf(word) ?? "");
    const ports = words.map(
      (word) => /^(?:[46]?(?:tcp|TCP))?(?:@localhost)?:([\d,]+)$/.exec(word)?.[1],
    );
    const isDevelopment =
      has("style") &&
      !has("choice") &&
      words.length > 0 &&
      ports.every((list) => list?.split(",").every(isDevelopmentPort) === true);
    if (!isDevelopment) return [prints(listsProcesses())];
    const sources = [{ kind: "processes", guard: false } as const];
    return [prints([[], [hole("missing-fact", { like: "[0-9]*", sources, job: true })]])];
  },
});
