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
    terse: flags("-t"),
    style: flags("-n -P -a -l -R -U -w -h -v"),
    about: ABOUT,
  },
  effects: ({ has, values, operands }) => {
    const words = [...values("network"), ...operands].map((word) => textOf(word) ?? "");
    const ports = words.map(
      (word) => /^(?:[46]?(?:tcp|TCP))?(?:@localhost)?:([\d,]+)$/.exec(word)?.[1],
    );
    const areDevelopment =
      words.length > 0 && ports.every((list) => list?.split(",").every(isDevelopmentPort) === true);
    const isDevelopment = has("terse") && !has("choice") && areDevelopment;
    const field = words.length > 0 && !has("choice") ? 2 : undefined;
    const table = field === undefined ? undefined : { field, isDevelopment: areDevelopment };
    if (!isDevelopment) return [prints(listsProcesses(table))];
    const sources = [{ kind: "processes", guard: false } as const];
    return [prints([[], [hole("missing-fact", { like: "[0-9]*", sources, job: true })]])];
  },
});
