// journalctl: the messages of the system's services, which it shows, turns over and throws away.
import { EMPTY, literal } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { deletes, prints, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

const JOURNAL = literal("/var/log/journal");

export const journalctl: CommandModel = command({
  names: ["journalctl"],
  options: {
    vacuum: taking("--vacuum-size --vacuum-time --vacuum-files"),
    turns: flags(
      "--rotate --flush --sync --relinquish-var --smart-relinquish-var --setup-keys --update-catalog",
    ),
    file: role("input", taking("--file -i --root --image")),
    cursorFile: taking("--cursor-file"),
    trees: role("input tree", taking("-D --directory")),
    choice: taking(
      "-u --unit --user-unit -S --since -U --until -o --output --output-fields -t --identifier -T --exclude-identifier -p --priority -g --grep -c --cursor --after-cursor --facility --namespace --interval -F --field -M --machine --invocation",
    ),
    glued: maybeTaking("-b --boot -n --lines --case-sensitive"),
    style: flags(
      "--force -a --all -f --follow -e --pager-end -k --dmesg -l -m --merge -q --quiet -r --reverse -x --catalog --no-pager --no-full --full --no-tail --no-hostname -W --truncate-newline --utc --user --system --list-boots --list-invocations --disk-usage --header --list-catalog --list-namespaces --dump-catalog --fields -N --verify --show-cursor -I -h",
    ),
    about: ABOUT,
  },
  effects: ({ has, values }) => [
    ...values("cursorFile").map((path) => writes(path)),
    ...(has("vacuum") ? [deletes(JOURNAL, "tree")] : []),
    ...(has("turns") ? [writes(JOURNAL, "change", { reach: "tree" })] : []),
    prints(madeOf(EMPTY)),
  ],
});
