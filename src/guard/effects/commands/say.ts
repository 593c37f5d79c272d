// say, afplay, notify-send and others that speak, play or show something to the person.
import { type CommandModel, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { isFile } from "../model/filter.ts";

const PLAYS = /^(?:afplay|aplay|paplay|afinfo|mpg123|play)$/;

export const say: CommandModel = command({
  names: [
    "say",
    "afplay",
    "afinfo",
    "aplay",
    "paplay",
    "espeak",
    "espeak-ng",
    "spd-say",
    "notify-send",
    "terminal-notifier",
  ],
  options: {
    about: flags("--version --help"),
    input: role("input", taking("-f --input-file")),
    output: role("output", taking("-o --output-file")),
    code: taking("-execute"),
    named: taking(
      "-v -r -a -n -t -u -i -c -h -s -p -g -l -k -w -e -d -T --voice --rate --quality --channels --file-format --data-format --bit-rate --urgency --expire-time --icon --category --hint --app-name --volume -title -subtitle -message -sound -group -open -activate -sender -appIcon -contentImage --time --rQuality --leaks",
    ),
    style: maybeTaking(
      "--interactive --progress --brief --transient --print-id --wait --replace-id -m -x -q -b",
    ),
  },
  effects: ({ name, operands, values }) => [
    ...values("code").flatMap((text) => shellRuns([text])),
    ...(PLAYS.test(name) ? operands.filter(isFile).map((path) => reads(path)) : []),
  ],
});
