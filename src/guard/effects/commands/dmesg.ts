// dmesg: the messages of the kernel, which it shows and throws away.
import { EMPTY, literal } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const dmesg: CommandModel = command({
  names: ["dmesg"],
  options: {
    changes: flags("-C --clear -c --read-clear -D --console-off -E --console-on"),
    level: taking("-n --console-level"),
    file: role("input", taking("-F --file -K --kmsg-file")),
    choice: taking("-f --facility -l --level -s --buffer-size --since --until --time-format"),
    glued: maybeTaking("-L --color"),
    style: flags(
      "-d --show-delta -e --reltime -H --human -J --json -k --kernel -P --nopager -p --force-prefix -r --raw --noescape -S --syslog -T --ctime -t --notime -u --userspace -w --follow -W --follow-new -x --decode -h -V",
    ),
    about: ABOUT,
  },
  effects: ({ has }) => [
    ...(has("changes") || has("level") ? [writes(literal("/dev/kmsg"), "change")] : []),
    prints(madeOf(EMPTY)),
  ],
});
