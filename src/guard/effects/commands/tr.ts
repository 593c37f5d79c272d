// tr: replaces, deletes or squeezes characters of its input.
import { ownValue } from "#base/own-value.ts";
import { mapBinary } from "../../shell/values/bytes.ts";
import { EMPTY, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const tr: CommandModel = command({
  names: ["tr", "gtr"],
  options: {
    complement: flags("-c -C --complement"),
    remove: flags("-d --delete"),
    squeeze: flags("-s --squeeze-repeats"),
    truncate: flags("-t --truncate-set1"),
    about: ABOUT,
  },
  effects: ({ operands, has, stdin }) => {
    const [first, second] = operands.map((word) => setOf(textOf(word)));
    const plain = !has("squeeze") && !has("truncate");
    const change = (text: string): string | undefined => {
      if (first === undefined || first.length === 0) return undefined;
      // Of one set only: runs of one of its characters become a single one.
      if (has("squeeze") && !has("remove") && !has("truncate") && operands.length === 1)
        return [...text]
          .filter(
            (one, at, all) => one !== all[at - 1] || first.includes(one) === has("complement"),
          )
          .join("");
      if (!plain) return undefined;
      if (has("remove"))
        return operands.length === 1
          ? [...text].filter((one) => first.includes(one) === has("complement")).join("")
          : undefined;
      if (has("complement")) return undefined;
      if (second === undefined || second.length === 0) return undefined;
      return [...text]
        .map((character) => {
          const at = first.lastIndexOf(character);
          return at < 0 ? character : (second[Math.min(at, second.length - 1)] ?? character);
        })
        .join("");
    };
    return [prints(mapBinary(stdin ?? EMPTY, change, "unmodelled"))];
  },
});

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "-": "-",
};
const CLASSES: Readonly<Record<string, string>> = {
  upper: "A-Z",
  lower: "a-z",
  digit: "0-9",
};

/** The characters that a set stands for, in order; undefined for what is not worked out here. */
function setOf(set: string | undefined): readonly string[] | undefined {
  if (set === undefined || /[^\0-\x7f]/.test(set)) return undefined;
  const characters: string[] = [];
  const token = /\[:(upper|lower|digit):\]|\\([0-7]{1,3}|[\s\S])|([^\\])/y;
  const plain = set.replace(
    /\[:(upper|lower|digit):\]/g,
    (_, name: string) => ownValue(CLASSES, name) ?? "",
  );
  if (/\[[:=]|\[.\*/.test(plain)) return undefined;
  while (token.lastIndex < plain.length) {
    const found = token.exec(plain);
    if (found === null) return undefined;
    const escape = found[2];
    const octal = escape !== undefined && /^[0-7]/.test(escape);
    const character = octal
      ? String.fromCharCode(Number.parseInt(escape, 8))
      : escape === undefined
        ? found[3]
        : ESCAPES[escape];
    if (character === undefined || character > "\x7f") return undefined;
    const range = escape === undefined ? /^-([^\\])/.exec(plain.slice(token.lastIndex)) : null;
    if (range === null || plain.length === token.lastIndex) {
      characters.push(character);
      continue;
    }
    token.lastIndex += 2;
    const last = (range[1] ?? "").charCodeAt(0);
    for (let code = character.charCodeAt(0); code <= last; code += 1)
      characters.push(String.fromCharCode(code));
  }
  return characters;
}
