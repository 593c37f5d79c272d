// renice: changes the priority of processes that run.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { HARMS_GUARD, isGuardProcess } from "../services/guard-processes.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

export const renice: CommandModel = command({
  names: ["renice"],
  options: {
    priority: taking("-n --priority"),
    whose: flags("-p --pid -g --pgrp -u --user --relative"),
    about: ABOUT,
  },
  effects: ({ operands, has }) => {
    if (has("about") || operands.length === 0) return [prints([[]])];
    return [
      ...(operands.some(isGuardProcess) ? [HARMS_GUARD] : []),
      effect<"deploy">({ kind: "deploy", system: "processes", operation: "change" }),
    ];
  },
});
