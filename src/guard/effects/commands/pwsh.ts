// pwsh and powershell: run code from an option, in base64 too, a file or the input.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { readPowershell } from "../languages/powershell/powershell.ts";
import { oneLiner } from "../languages/one-liner.ts";
import { type CommandModel, command, type Invocation } from "../model/command-model.ts";
import { runModel } from "../model/verbs.ts";

const CODE = "-command -encodedcommand -ec";
const VALUES =
  "-executionpolicy -ep -ex -windowstyle -w -outputformat -o -inputformat -if -configurationname -version -workingdirectory -wd";

const model = oneLiner({
  names: ["pwsh", "powershell", "powershell.exe", "pwsh.exe", "pwsh-preview"],
  language: { name: "PowerShell code", read: readPowershell },
  code: CODE,
  files: "-file",
  values: VALUES,
  flags: "-noprofile -nop -nologo -noninteractive -noni -noexit -login -l -mta -sta",
  about: "-help -h -?",
  decode: (option, text) => (option.startsWith("-e") ? decoded(text) : text),
});

/** Its words as it means them are read by the list of its options. */
export const pwsh: CommandModel = command({
  names: model.names,
  own: "case and endings of options mean nothing (`-Enc`), and words that begin no option are code of the older program: only spelled out do they fit a list",
  options: {},
  effects: ({ name, args, stdin }, context) =>
    runModel(model, { name, args: joinedCode(asCode({ name, args })), stdin }, context),
});

/** Where the older program is given words alone, they are code, and no file. */
function asCode({ name, args }: Pick<Invocation, "name" | "args">): readonly Text[] {
  const first = textOf(args[0] ?? []);
  return name.startsWith("powershell") && first !== undefined && /^[A-Za-z]+-[A-Za-z]+$/.test(first)
    ? [literal("-command"), ...args]
    : args;
}

function joinedCode(args: readonly Text[]): readonly Text[] {
  const words: Text[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const text = textOf(word);
    const option = text?.startsWith("-") === true ? whole(text.toLowerCase()) : undefined;
    words.push(option === undefined ? word : literal(option));
    if (option === "-command") {
      const rest = args.slice(at + 1);
      words.push(rest.flatMap((one, index) => [...(index === 0 ? [] : literal(" ")), ...one]));
      break;
    }
    // A word that is no option is a file on this system, and what follows is given to it.
    if (option === undefined && textOf(args[at - 1] ?? [])?.startsWith("-") !== true) {
      words.push(...args.slice(at + 1));
      break;
    }
  }
  return words;
}

const KNOWN = new Set(`${CODE} -file ${VALUES}`.split(" "));
const WHOLE = `-encodedcommand -command -file ${VALUES}`.split(" ");

/** Any beginning of these options stands for them. */
function whole(option: string): string {
  if (option.length < 2 || KNOWN.has(option)) return option;
  return WHOLE.find((one) => one.startsWith(option)) ?? option;
}

/** Base64 of UTF-16, lower byte first. */
function decoded(text: Text): Text {
  const known = textOf(text);
  if (known === undefined || known.length > 64 * 1024 || !/^[A-Za-z0-9+/=\s]*$/.test(known))
    return text;
  try {
    const bytes = Uint8Array.from(atob(known.replace(/\s/g, "")), (char) => char.charCodeAt(0));
    return literal(new TextDecoder("utf-16le").decode(bytes));
  } catch {
    return text;
  }
}
