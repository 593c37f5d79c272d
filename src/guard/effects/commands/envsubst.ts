// envsubst: puts values of the environment in the place of their names.
import {
  EMPTY,
  literal,
  type Text,
  type TextSet,
  textOf,
  wholeFile,
} from "../../shell/values/text.ts";
import { type CommandModel, command, type ModelContext } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { printsVariables } from "../variables/environment.ts";
import { madeOf } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";

export const envsubst: CommandModel = command({
  names: ["envsubst"],
  options: { variables: flags("-v --variables"), about: flags("-h --help -V --version") },
  effects: ({ operands, stdin, has }, { consumer, textAt }) => {
    if (has("about") || has("variables")) return [prints(madeOf(operands))];
    const [format] = operands;
    const given =
      format === undefined ? (stdin ?? EMPTY).flatMap((text) => read(text, textAt)) : [format];
    const texts = given.map((text) => textOf(text));
    const isNamed = texts.every((text) => text !== undefined && !namesKeys(text));
    // Which variables are shown stands in the format; without one it stands in the input.
    return [
      ...(isNamed ? [] : printsVariables(consumer)),
      prints(madeOf([...(stdin ?? EMPTY), ...operands])),
    ];
  },
});

/** The text of the file that comes in, where it is one. */
function read(text: Text, textAt: ModelContext["textAt"]): TextSet {
  const file = wholeFile(text);
  return file?.kind === "path" ? textAt(literal(file.path)) : [text];
}

/** Words of names whose values are no one else's business. */
const KEY =
  /(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|AUTH)/i;

function namesKeys(text: string): boolean {
  return [...text.matchAll(/\$\{?(\w+)/g)].some(([, name = ""]) => KEY.test(name));
}
