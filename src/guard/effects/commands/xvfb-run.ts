// xvfb-run and others that start one program in surroundings of their own: a display, a bus, another time.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Sizes of a screen, and who may not come in; other words are for the server, which can write and listen. */
const PLAIN_SERVER =
  /^(?:\s*-(?:screen\s+\d+\s+\d+x\d+(?:x\d+)?|nolisten\s+\w+|noreset|dpi\s+\d+))*\s*$/;

/** Words in front of the program that are none of it: the time that `faketime` tells. */
const OPERANDS_FIRST: Readonly<Record<string, number>> = { faketime: 1 };

export const xvfbRun: CommandModel = command({
  names: ["xvfb-run", "dbus-run-session", "faketime", "catchsegv"],
  optionsEnd: "first-operand",
  options: {
    server: taking("-s --server-args"),
    written: taking("-e --error-file -f --auth-file"),
    replaced: taking("--dbus-daemon --config-file"),
    named: taking("-n --server-num -w --wait --xauth-protocol"),
    style: flags("-a --auto-servernum -l --listen-tcp -m --exclude-monotonic"),
    about: ABOUT,
  },
  effects: ({ name, operands, has, values, uncertain }): readonly Consequence[] => {
    const argv = operands.slice(OPERANDS_FIRST[name] ?? 0);
    const isOther =
      uncertain ||
      has("replaced") ||
      (name !== "xvfb-run" && has("written")) ||
      values("server").some((word) => !PLAIN_SERVER.test(textOf(word) ?? "?"));
    return [
      ...(isOther ? [runsFrom(name, "system")] : []),
      ...values("written").map((path) => writes(path, "create")),
      ...(argv.length === 0 ? [] : [{ kind: "run", argv } as const]),
    ];
  },
});
