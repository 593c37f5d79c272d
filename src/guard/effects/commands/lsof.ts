// lsof: which process holds which file or port; it tells names and opens nothing.
import { hole, textOf } from "../../shell/values/text.ts";
import { isDevelopmentPort } from "../projects/development-servers.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { listsProcesses, meansGuard } from "../services/guard-processes.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const lsof: CommandModel = command({
  names: ["lsof"],
  options: {
    choice: taking("-p -d -g"),
    program: taking("-c"),
    user: taking("-u -F"),
    // Without a value it asks for sizes; `-sTCP:LISTEN` leaves out connections in other states.
    states: maybeTaking("-s"),
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
    const isChosen = has("choice") || has("program") || has("user");
    const isDevelopment = has("terse") && !isChosen && areDevelopment;
    const field = words.length > 0 && !isChosen ? 2 : undefined;
    const table = field === undefined ? undefined : { field, isDevelopment: areDevelopment };
    // Numbers alone of all that have connections, or of programs as the daemon is one, are its too.
    const names = values("program");
    const isWide = !has("choice") && words.every((word) => /^[46]?(?:tcp|udp)?$/i.test(word));
    const guard =
      has("terse") && isWide && (names.length === 0 || names.some((word) => meansGuard(word)));
    if (guard) return [prints([[hole("unmodelled", { sources: [{ kind: "processes", guard }] })]])];
    if (!isDevelopment) return [prints(listsProcesses(table))];
    const sources = [{ kind: "processes", guard: false } as const];
    return [prints([[], [hole("missing-fact", { like: "[0-9]*", sources, job: true })]])];
  },
});
