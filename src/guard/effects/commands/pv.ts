// pv: hands data on and says how fast.
import { EMPTY, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { inputsOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const pv: CommandModel = command({
  names: ["pv"],
  options: {
    output: taking("-o --output -P --pidfile -U --store-and-forward"),
    choice: taking(
      "-D --delay-start -s --size -i --interval -m --average-rate-window -w --width -H --height -N --name -F --format -L --rate-limit -B --buffer-size -d --watchfd -R --remote -A --last-written -u --bar-style",
    ),
    glued: maybeTaking("-E --skip-errors"),
    style: flags(
      "-p --progress -t --timer -e --eta -I --fineta -r --rate -a --average-rate -b --bytes -T --buffer-percent -n --numeric -q --quiet -W --wait -l --line-mode -0 --null -f --force -c --cursor -C --no-splice -S --stop-at-size -Y --sync -K --direct-io -X --discard -k --si -8 --bits -g --gauge -v --stats -h -V",
    ),
    about: ABOUT,
  },
  effects: ({ operands, stdin, values }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    const outputs = values("output").filter((path) => textOf(path) !== "-");
    return [
      ...opened,
      ...outputs.map((path) => writes(path, "create", { content: texts })),
      prints(outputs.length > 0 ? EMPTY : texts),
    ];
  },
});
