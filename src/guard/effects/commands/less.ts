// less and more: show files; commands of their own may be given on the command line.
import { knownPrefix, literal, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import { compresses } from "../bytes/archive.ts";
import { cannotTell, inputsOf } from "../model/filter.ts";
import { shellRuns } from "../languages/evaluation/shell-code.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";

/** First commands that only move: to a line, the end, a pattern. */
const MOVES = /^\+(?:\d*[Gg]?|F|\/[^\n]*|\?[^\n]*)$/;

export const less: CommandModel = command({
  names: ["less", "more", "most", "zless", "zmore"],
  options: {
    log: taking("-o -O --log-file --LOG-FILE"),
    keys: taking("-k --lesskey-file --lesskey-src"),
    tags: taking("-T --tag-file"),
    tag: taking("-t --tag"),
    choice: taking(
      "-b --buffers -D --color -h --max-back-scroll -j --jump-target -p --pattern -P --prompt -x --tabs -y --max-forw-scroll -z --window --rscroll --shift -n --lines",
    ),
    quotes: maybeTaking('-" --quotes -#'),
    style: flags(
      "-a -A -B -c -C -d -e -E -f -F -g -G -i -I -J -K -L -l -m -M -N -q -Q -r -R -s -S -u -U -v -V -w -W -X -~ --quit-at-eof --quit-if-one-screen --raw-control-chars --RAW-CONTROL-CHARS --chop-long-lines --no-init --ignore-case --LINE-NUMBERS --squeeze-blank-lines --silent --plain --exit-on-eof --print-over --clean-print --logical --no-pause --mouse --follow-name --force --quiet --wordwrap --use-color --no-lessopen",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  effects: ({ name, operands, has, values, stdin }, context) => {
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
  },
});
