// envsubst: puts values of the environment in the place of their names.
import { EMPTY, textOf } from "../../shell/text.ts";
import { type CommandModel, command, prints } from "../command-model.ts";
import { printsEnvironment } from "../environment.ts";
import { madeOf } from "../filter.ts";
import { flags } from "../option-list.ts";

export const envsubst: CommandModel = command({
  names: ["envsubst"],
  options: { variables: flags("-v --variables"), about: flags("-h --help -V --version") },
  effects: ({ operands, stdin, has }, { consumer }) => {
    if (has("about") || has("variables")) return [prints(madeOf(operands))];
    const [format] = operands;
    const texts = (format === undefined ? (stdin ?? EMPTY) : [format]).map((text) => textOf(text));
    const isNamed = texts.every((text) => text !== undefined && !namesKeys(text));
    // Which variables are shown stands in the format; without one it stands in the input.
    return [
      ...(isNamed ? [] : printsEnvironment(consumer)),
      prints(madeOf([...(stdin ?? EMPTY), ...operands])),
    ];
  },
});

/** Words of names whose values are no one else's business. */
const KEY =
  /(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|AUTH)/i;

function namesKeys(text: string): boolean {
  return [...text.matchAll(/\$\{?(\w+)/g)].some(([, name = ""]) => KEY.test(name));
}
