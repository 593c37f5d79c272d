// less and more: show files; commands of their own may be given on the command line.
import { knownPrefix, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { cannotTell, inputsOf } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";

/** First commands that only move: to a line, the end, a pattern. */
const MOVES = /^\+(?:\d*[Gg]?|F|\/[^\n]*|\?[^\n]*)$/;

const effects: CommandModel["effects"] = ({ name, operands, has, values, stdin }, context) => {
  const files = operands.filter((word) => !knownPrefix(word).startsWith("+"));
  const first = operands.filter((word) => knownPrefix(word).startsWith("+"));
  const { opened, texts } = inputsOf(files, stdin, context);
  const isInput = files.length === 0 || !files.every((path) => context.isFile(path));
  const found: Consequence[] = [...values("keys"), ...values("tags")].map((path) => reads(path));
  if (has("tag"))
    found.push(reads(literal("tags")), cannotTell("dynamic-path", "the file of a tag"));
  for (const word of first) {
    const line = /^\+{1,2}\s*!(.*)$/s.exec(textOf(word) ?? "")?.[1];
    if (line !== undefined) found.push(...shellRuns(line));
  }
  if (has("keys") || first.some((word) => !MOVES.test(textOf(word) ?? "+!")))
    found.push(cannotTell("dynamic-code", "commands that the pager runs first"));
  if (name.startsWith("z")) found.push(...compresses(["sh", "gzip", "less"]));
  return [
    ...opened,
    ...found,
    // What comes from an ordinary file is not copied.
    ...(isInput ? values("log") : []).map((path) => writes(path, "create", { content: texts })),
    prints(texts),
  ];
};

export const less: CommandModel = command({
  names: ["less", "most", "zless"],
  options: {
    log: taking("-o -O --log-file --LOG-FILE"),
    keys: taking("-k --lesskey-file --lesskey-src"),
    tags: taking("-T --tag-file"),
    tag: taking("-t --tag"),
    choice: taking(
      "-b --buffers -D --color -h --max-back-scroll -j --jump-target -p --pattern -P --prompt -x --tabs -y --max-forw-scroll -z --window --rscroll --shift --line-num-width --status-col-width --wheel-lines",
    ),
    quotes: maybeTaking('-" --quotes -#'),
    style: flags(
      "-a -A -B -c -C -d -e -E -f -F -g -G -i -I -J -K -L -l -m -M -n -N -q -Q -r -R -s -S -u -U -v -V -w -W -X -~ --quit-at-eof --quit-if-one-screen --raw-control-chars --RAW-CONTROL-CHARS --chop-long-lines --no-init --ignore-case --LINE-NUMBERS --squeeze-blank-lines --silent --plain --exit-on-eof --print-over --clean-print --logical --no-pause --mouse --follow-name --force --quiet --wordwrap --use-color --no-lessopen --HILITE-SEARCH --HILITE-UNREAD --IGNORE-CASE --LONG-PROMPT --MOUSE --QUIET --QUIT-AT-EOF --SEARCH-SKIP-SCREEN --SILENT --UNDERLINE-SPECIAL --auto-buffers --clear-screen --CLEAR-SCREEN --dumb --file-size --hilite-search --hilite-unread --incsearch --line-numbers --long-prompt --no-histdups --no-keypad --quit-on-intr --save-marks --search-skip-screen --status-column --underline-special --tilde",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  effects,
});

/** WHY apart from less: `-n` takes a number of lines here, `-p` and `-h` take nothing. */
export const more: CommandModel = command({
  names: ["more", "zmore"],
  options: {
    choice: taking("-n --lines"),
    style: flags(
      "-c -d -e -f -l -p -s -u -h -V --silent --exit-on-eof --no-pause --logical --print-over --clean-print --squeeze --plain",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  effects,
});
