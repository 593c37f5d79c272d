// watchexec: runs a command when files change, through a shell unless told otherwise.
import { append, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { runsInShell } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const watchexec: CommandModel = command({
  names: ["watchexec"],
  optionsEnd: "first-operand",
  options: {
    shell: taking("--shell"),
    lists: taking("--ignore-file -F --watch-file --filter-file"),
    choice: taking(
      "-w --watch -W --watch-non-recursive -e --exts -f --filter -i --ignore -d --debounce -s --signal --stop-signal --stop-timeout -o --on-busy-update --workdir --project-origin -E --env --emit-events-to --fs-events --delay-run --map-signal --poll-interval --filter-prog -j --color",
    ),
    glued: maybeTaking("-c --clear --force-poll --poll --log-file"),
    direct: flags("-n"),
    style: flags(
      "-r --restart -p --postpone -q --quiet -v --verbose --timings --no-vcs-ignore --no-project-ignore --no-global-ignore --no-default-ignore --no-discover-ignore --ignore-nothing --no-process-group --wrap-process -N --notify --bell --no-meta --print-events --stdin-quit --use-shell --no-shell --once -1 -h -V --manual",
    ),
    about: ABOUT,
  },
  effects: ({ operands, values, has }) => {
    const found = values("lists").map((path) => reads(path));
    if (operands.length === 0) return found;
    const isDirect = has("direct") || values("shell").some((shell) => textOf(shell) === "none");
    if (isDirect) return [...found, { kind: "run", argv: operands }];
    const line = operands.reduce<Text>((sum, word) => append(append(sum, literal(" ")), word), []);
    return [...found, runsInShell(line)];
  },
});
