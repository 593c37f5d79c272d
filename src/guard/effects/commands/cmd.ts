// cmd.exe of Windows, which a shell of WSL or MSYS starts: what its own commands look at and change; programs by their models.
import { hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { printsEnvironment } from "../variables/environment.ts";
import {
  type BatchCommand,
  type BatchWord,
  readBatch,
} from "../languages/formats/windows-batch.ts";
import type { Reach } from "../../vocabulary/effect.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { egress } from "../model/verbs.ts";

/** Its own commands that show names, times and numbers, by all of their words behind the name. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  dir: /^/,
  tree: /^/,
  ver: /^$/,
  vol: /^/,
  date: /^\/t$/i,
  time: /^\/t$/i,
  path: /^$/,
  assoc: /^[^=]*$/,
  ftype: /^[^=]*$/,
  chcp: /^\d*$/,
  title: /^/,
  color: /^/,
  cls: /^$/,
  rem: /^/,
  exit: /^/,
  help: /^/,
  pause: /^$/,
  verify: /^$/,
  "echo.": /^$/,
};
/** Variables of Windows that hold no secret. */
const PLAIN_VARIABLE =
  /^(?:USERPROFILE|USERNAME|USERDOMAIN|COMPUTERNAME|OS|PATH|PATHEXT|APPDATA|LOCALAPPDATA|TEMP|TMP|HOMEPATH|HOMEDRIVE|SYSTEMROOT|SYSTEMDRIVE|WINDIR|PROGRAM(?:FILES(?:\(X86\))?|DATA)|COMSPEC|CD|DATE|TIME|RANDOM|ERRORLEVEL|PROCESSOR_\w+|NUMBER_OF_PROCESSORS)$/i;
const NOWHERE = /^(?:nul|con)$/i;
/** Its own options, which stand before `/c`. */
const OWN_OPTION = /^\/{1,2}(?:[sqdau]|[efv]:(?:on|off)|t:\w\w?)$/i;

export const cmd: CommandModel = command({
  names: ["cmd"],
  own: "options begin with a slash, as paths do elsewhere, and all behind `/c` is one line of code",
  options: {},
  effects: ({ args, stdin }) => {
    const at = args.findIndex((word) => !OWN_OPTION.test(textOf(word) ?? "?"));
    const [first, ...rest] = at < 0 ? [] : args.slice(at);
    const option = textOf(first ?? []) ?? "";
    if (args.length === 1 && option === "/?") return [];
    const glued = /^\/{1,2}[ckr](.+)$/i.exec(option)?.[1];
    if (glued === undefined && !/^\/{1,2}[ckr]$/i.test(option))
      return stdin === undefined && args.length === 0 ? [] : [runsFrom("cmd", "inline")];
    const words = glued === undefined ? rest : [literal(glued), ...rest];
    const texts = words.map(textOf);
    const line = texts.includes(undefined) ? undefined : texts.join(" ");
    const commands = line === undefined ? undefined : readBatch(line);
    if (commands === undefined) return [...readsNamed(words), runsFrom("cmd", "inline")];
    return follow(commands);
  },
});

/** WHY: what is not read as commands may still name a secret. */
function readsNamed(words: readonly Text[]): readonly Consequence[] {
  return words
    .flatMap((word) => (textOf(word) ?? "").split(/[\s"()&|<>^=]+/))
    .filter((part) => /[.\\/]/.test(part) && !/^\/\w?$/.test(part))
    .map((part) => reads(literal(part)));
}

function follow(commands: readonly BatchCommand[]): readonly Consequence[] {
  let directory: string | undefined = "";
  const found: Consequence[] = [];
  for (const one of commands) {
    const [name = "", ...words] = one.words.map(({ text }) => text);
    const place = placeIn(directory);
    found.push(
      ...one.inputs.map((word) => readsAt(place(word), "entry")),
      ...one.outputs
        .filter(({ file }) => !NOWHERE.test(file.text))
        .map(({ file, appends }) => writes(place(file).path, appends ? "append" : "create")),
      // A folder that another machine shares.
      ...([name, ...words].some((word) => /^(?:\\\\|\/\/)(?!wsl)\w/i.test(word))
        ? [egress(undefined)]
        : []),
    );
    if (/^@?(?:cd|chdir|pushd|popd)$/i.test(name) || /^[a-z]:$/i.test(name)) {
      const target = words.filter((word) => !/^\/d$/i.test(word)).at(-1);
      const isShown = target === undefined && /^@?(?:cd|chdir)$/i.test(name);
      const isKnown: boolean = one.words.every((word) => word.isKnown) && directory !== undefined;
      if (!isShown)
        directory = target === undefined || !isKnown ? undefined : below(directory ?? "", target);
    } else found.push(...doneBy(one, place));
  }
  return found;
}

/** A place below a directory, as it is written; what a drive or a backslash begins is a place of its own. */
function below(directory: string, path: string): string {
  return directory === "" || /^(?:[a-z]:|[\\/])/i.test(path) ? path : `${directory}\\${path}`;
}

/** What a word names: a file or directory, or all below a directory whose names match. */
type Named = { readonly path: Text; readonly filter?: string };

function placeIn(directory: string | undefined): (word: BatchWord) => Named {
  return ({ text, isKnown }) => {
    if (!isKnown || (directory === undefined && !/^(?:[a-z]:)?[\\/]/i.test(text)))
      return { path: [hole("dynamic-path", { splits: false })] };
    const whole = below(directory ?? "", text);
    if (!/[*?]/.test(whole)) return { path: literal(whole) };
    const cut = Math.max(whole.lastIndexOf("\\"), whole.lastIndexOf("/"));
    const [parent, name] = [whole.slice(0, Math.max(cut, 0)), whole.slice(cut + 1)];
    const isPlain = !/[*?]/.test(parent) && !/[[\]{}]/.test(name);
    if (!isPlain) return { path: [hole("dynamic-path", { splits: false })] };
    const path = literal(cut < 0 ? "." : cut === 0 ? "/" : parent);
    // `*.*` is every name.
    return /^\*(?:\.\*)?$/.test(name) ? { path, filter: "*" } : { path, filter: name };
  };
}

function readsAt({ path, filter }: Named, reach: Reach): Consequence {
  return filter === undefined || filter === "*"
    ? reads(path, filter === undefined ? reach : "tree")
    : reads(path, "tree", filter);
}

function deletesAt({ path, filter }: Named, reach: Reach): Consequence {
  return deletes(path, filter === undefined ? reach : "tree");
}

const NOT_FOLLOWED: readonly Consequence[] = [runsFrom("cmd", "inline")];

/** What one command does; a program that it does not know is started. */
function doneBy(
  { words }: BatchCommand,
  place: (word: BatchWord) => Named,
): readonly Consequence[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  if (!first.isKnown) return NOT_FOLLOWED;
  const name = first.text.replace(/^@/, "").toLowerCase();
  const line = rest.map(({ text }) => text).join(" ");
  const printed = [prints([[hole("unmodelled")]]), ...variablesIn(line)];
  if (Object.hasOwn(LOOKS, name) && LOOKS[name]?.test(line) === true) return printed;
  const options = rest.filter(({ text }) => /^\/\w/.test(text)).map(({ text }) => text);
  const operands = rest.filter(({ text }) => !/^\/\w/.test(text));
  const named = operands.map(place);
  const reach = options.some((text) => /^\/[se]/i.test(text)) ? "tree" : "entry";
  switch (name) {
    case "echo":
      return printed;
    case "set":
      // Prompts, sums and paths of programs have rules of their own.
      if (/^\/|^(?:path|pathext|comspec)\s*=/i.test(line)) return NOT_FOLLOWED;
      return line.includes("=") ? [] : printsEnvironment(undefined, false);
    case "type":
    case "more":
    case "fc":
    case "comp":
      return [...named.map((one) => readsAt(one, reach)), ...printed];
    case "find":
    case "findstr": {
      if (options.some((text) => /^\/[fgd]:/i.test(text))) return NOT_FOLLOWED;
      const hasPattern = options.some((text) => /^\/c:/i.test(text));
      return [...named.slice(hasPattern ? 0 : 1).map((one) => readsAt(one, reach)), ...printed];
    }
    case "copy":
    case "xcopy":
    case "move":
    case "ren":
    case "rename":
      return named.length < 2 ? NOT_FOLLOWED : moved(named, reach, !/^x?copy$/.test(name));
    case "md":
    case "mkdir":
      return named.map(({ path }) => writes(path, "create"));
    case "del":
    case "erase":
    case "rd":
    case "rmdir":
      // Which of a tree go is no question of the tree.
      if (named.some(({ filter }) => filter !== undefined && filter !== "*")) return NOT_FOLLOWED;
      return named.map((one) => deletesAt(one, reach));
    case "start": {
      const [target, ...more] = operands.filter(({ text }) => text !== "");
      if (target === undefined || more.length > 0 || !target.isKnown) return NOT_FOLLOWED;
      return [{ kind: "run", argv: [literal("explorer.exe"), literal(target.text)] }];
    }
    default:
      return [
        {
          kind: "run",
          argv: [{ ...first, text: first.text.replace(/^@/, "") }, ...rest].map(
            ({ text, isKnown }) =>
              isKnown ? literal(text) : [hole("dynamic-path", { splits: false })],
          ),
        },
      ];
  }
}

/** All but the last are read, and go where they are moved. */
function moved(named: readonly Named[], reach: Reach, goes: boolean): readonly Consequence[] {
  const sources = named.slice(0, -1);
  const last = named.at(-1);
  return [
    ...sources.map((one) => readsAt(one, goes ? "tree" : reach)),
    ...(goes
      ? sources.map((one) => deletesAt(one, one.filter === undefined ? "entry" : "tree"))
      : []),
    ...(last === undefined ? [] : [writes(last.path, "create")]),
  ];
}

/** `echo %TOKEN%` prints what it holds. */
function variablesIn(line: string): readonly Consequence[] {
  const names = [...line.matchAll(/[%!]([^%!\s]+)[%!]/g)].map(([, name = ""]) => name);
  return names.every((name) => PLAIN_VARIABLE.test(name.replace(/:.*$/, "")))
    ? []
    : printsEnvironment(undefined, false);
}
