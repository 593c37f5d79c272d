// fuser: which processes use a file, and with a flag their end.
import { textOf } from "../../shell/values/text.ts";
import { isDevelopmentPort } from "../projects/development-servers.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { HARMS_GUARD, listsProcesses, mentionsGuard } from "../services/guard-processes.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

export const fuser: CommandModel = command({
  names: ["fuser"],
  options: {
    kill: flags("-k --kill"),
    choice: taking("-n --namespace"),
    style: flags(
      "-a --all -i --interactive -I --inode -l --list-signals -m --mount -M --ismountpoint -s --silent -u --user -v --verbose -w --writeonly -4 --ipv4 -6 --ipv6 -c -f -V --version --help",
    ),
    signal: flags("-HUP -INT -QUIT -KILL -TERM -STOP -CONT -USR1 -USR2 -1 -2 -3 -9 -15"),
  },
  effects: ({ operands, has }) => {
    if (!has("kill")) return [prints(listsProcesses())];
    // Whoever has a file of the guard open is the guard.
    const hitsGuard = operands.some((path) => mentionsGuard(path) || textOf(path) === undefined);
    const isDevelopment = operands.every((path) =>
      isDevelopmentPort(/^(\d+)\/tcp$/.exec(textOf(path) ?? "")?.[1]),
    );
    if (isDevelopment && operands.length > 0 && !has("choice")) return [prints(listsProcesses())];
    return [
      ...(hitsGuard ? [HARMS_GUARD] : []),
      effect<"deploy">({ kind: "deploy", system: "processes", operation: "end" }),
      prints(listsProcesses()),
    ];
  },
});
