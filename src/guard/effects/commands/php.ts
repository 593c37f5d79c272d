// php: runs code from an argument, a file or the input.
import { EMPTY, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  valued,
} from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { emptiesDatabase } from "../services/database-tasks.ts";
import { isLoopback } from "../network/destination.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { interpret, interpretFile, unbounded } from "../languages/interpret.ts";
import { php as language, printedByPhp } from "../languages/php.ts";
import { artisanCommand } from "./artisan.ts";

/** Settings that change limits, messages and what is measured, and nothing that is loaded, opened or sent. */
const PLAIN_SETTING =
  /^(?:(?:memory_limit|display_errors|error_reporting|max_execution_time|date\.timezone|html_errors|short_open_tag|zend\.assertions|assert\.exception|opcache\.enable(?:_cli)?|pcov\.enabled|precision|serialize_precision)(?:=|$)|xdebug\.mode=(?:off|coverage|develop)$)/;

/** What comes before the first mark of code is printed as it stands. */
function codeOf(text: Text): Text {
  const known = textOf(text);
  if (known === undefined) return text;
  const found = /<\?(?:php|=)/i.exec(known);
  return found === null ? [] : literal(known.slice(found.index));
}

export const php: CommandModel = command({
  names: ["php", "php8.1", "php8.2", "php8.3", "php8.4"],
  optionsEnd: "first-operand",
  options: {
    code: valued("-r", "--run"),
    lines: valued("-B", "-R", "-E", "--process-begin", "--process-code", "--process-end"),
    file: valued("-f", "--file"),
    linesFile: valued("-F", "--process-file"),
    check: flag("-l", "--syntax-check"),
    settings: valued("-d", "--define", "-c", "--php-ini", "-z", "--zend-extension"),
    server: valued("-S", "--server"),
    root: valued("-t", "--docroot"),
    colours: flag("-s", "-w", "--syntax-highlight", "--strip"),
    info: flag("-i", "--info"),
    shows: valued("--rf", "--rc", "--re", "--rz", "--ri"),
    interactive: flag("-a", "--interactive"),
    style: flag(
      "-v",
      "-m",
      "-n",
      "-q",
      "-H",
      "-e",
      "--version",
      "--modules",
      "--no-php-ini",
      "--ini",
      "-h",
      "--help",
      "-C",
    ),
  },
  effects: ({ operands, has, values, stdin }, context) => {
    const found: Consequence[] = [];
    for (const setting of values("settings")) {
      if (!PLAIN_SETTING.test(textOf(setting) ?? ""))
        found.push(...unbounded("unknown", "php settings"));
    }
    if (has("server"))
      return [
        ...found,
        ...values("root").map((path) => reads(path, "tree")),
        ...values("server").flatMap((address) => servesOthers(address, values("root"))),
        ...unbounded("project", "php server"),
      ];
    if (has("interactive")) found.push(...unbounded("inline", "php"));
    if (has("info") && showsSetting(context.consumer)) return found;
    if (has("info")) return [...found, reads([{ kind: "text", text: "/proc/self/environ" }])];
    // What extensions, functions and classes there are is told of what is loaded, and nothing else runs.
    if (has("shows") && operands.length === 0) return found;
    const code = values("code");
    if (has("lines"))
      return [
        ...found,
        ...unbounded("inline", "php"),
        ...values("lines").flatMap((text) =>
          interpret([text], language, context, { stdin, operands }),
        ),
      ];
    if (code.length > 0)
      return [
        ...found,
        ...code.flatMap((text) =>
          interpret([text], language, context, { stdin, operands, printed: printedByPhp }),
        ),
      ];
    const [file] = [...values("file"), ...values("linesFile"), ...operands];
    if (file !== undefined && (has("check") || has("colours")))
      return [...found, reads(file), prints(context.contentOf(file))];
    if (file !== undefined && textOf(file) !== "-")
      return [
        ...found,
        ...interpretFile(file, language, context, { stdin, operands: operands.slice(1) }),
        ...(/(?:^|\/)artisan$/.test(textOf(file) ?? "")
          ? artisanCommand(operands.slice(1), context)
          : []),
        ...(emptiesDatabase(operands) ? databaseEffect("destroys") : []),
      ];
    if (has("style") && stdin === undefined) return found;
    return [
      ...found,
      ...interpret((stdin ?? EMPTY).map(codeOf), language, context, { stdin: undefined, operands }),
    ];
  },
});

/** A server at an address that others reach gives every file of its folder to whoever asks. */
function servesOthers(address: Text, roots: readonly Text[]): readonly Consequence[] {
  const host = textOf(address)
    ?.replace(/:\d+$/, "")
    .replace(/^\[|\]$/g, "");
  if (host !== undefined && (isLoopback(host) || host === "localhost")) return [];
  return [
    ...(roots.length === 0 ? [reads(literal("."), "tree")] : []),
    {
      kind: "effect",
      effect: {
        kind: "egress",
        destination: { host, port: undefined, scheme: "http" },
        carries: [{ kind: "unknown" }],
      },
    },
  ];
}

/** Settings of php itself, whose names are in no variable of the environment. */
const SETTING =
  /^(?:memory_limit|upload_max_filesize|post_max_size|max_execution_time|error_reporting|display_errors|extension_dir|opcache(?:\.enable)?|date\.timezone|Loaded Configuration File)$/;

/** Whether all that `php -i` prints goes through a search for one of its settings. */
function showsSetting(consumer: readonly string[] | undefined): boolean {
  const [program, ...words] = consumer ?? [];
  return (
    program === "grep" &&
    SETTING.test(words.at(-1) ?? "") &&
    words.slice(0, -1).every((word) => /^-[iEwm0-9]+$/.test(word))
  );
}
