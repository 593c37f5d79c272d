// tmux: terminals that stay when nobody looks, and commands that are started, typed and shown in them.
import { append, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect, runModel } from "../model/verbs.ts";

const VALUED = taking("-t -s -n -c -x -y -e -F -f -S -E -b -l -L -T -p -N -w");
/** Verbs that show or arrange what is there. */
const LOOKS =
  /^(?:ls|list-[a-z]+|lsc|lsp|lsw|lscm|lsk|lsb|show|show-[a-z-]+|showw|showmsgs|display|display-message|display-panes|displayp|has|has-session|info|info-server|attach|attach-session|a|at|switch-client|switchc|detach|detach-client|select-[a-z]+|selectp|selectw|selectl|resize-[a-z]+|resizep|resizew|rename|rename-[a-z]+|renamew|move-[a-z]+|movew|swap-[a-z]+|swapp|swapw|next-?[a-z]*|previous-?[a-z]*|last-?[a-z]*|rotate-window|rotatew|break-pane|breakp|join-pane|joinp|clock-mode|choose-[a-z]+|refresh-client|refresh|clear-history|clearhist|lock-[a-z]+|lock|start-server|start|wait-for|wait|copy-mode|list-sessions)$/;
/** Verbs that start a command in a shell of their own. */
const STARTS =
  /^(?:new|new-session|neww|new-window|splitw|split-window|respawnp|respawn-pane|respawnw|respawn-window|popup|display-popup|run|run-shell|pipep|pipe-pane)$/;

export const tmux: CommandModel = command({
  names: ["tmux"],
  optionsEnd: "first-operand",
  options: {
    settings: taking("-f"),
    command: taking("-c"),
    choice: taking("-L -S -T"),
    style: flags("-2 -8 -C -CC -D -l -N -u -v -V -h"),
  },
  effects: ({ name, operands, values, has, stdin }, context) => {
    const found: Consequence[] = [
      ...values("settings").flatMap((path) => [
        reads(path),
        cannotTell("dynamic-code", "commands of `tmux` from a file"),
      ]),
      ...values("command").flatMap((text) => shellRuns([text])),
    ];
    const verbs = split(operands);
    // Alone it opens a shell for a person.
    if (verbs.length === 0 && !has("command")) return found;
    return [
      ...found,
      ...verbs.flatMap((words) => oneVerb(name, words, stdin, context)),
      prints(madeOf([])),
    ];
  },
});

/** Commands stand after each other with a `;` between. */
function split(words: readonly Text[]): readonly (readonly Text[])[] {
  const parts: Text[][] = [];
  let current: Text[] = [];
  for (const word of words) {
    const text = textOf(word);
    if (text === ";" || text === "\\;") {
      parts.push(current);
      current = [];
    } else current.push(word);
  }
  return [...parts, current].filter((part) => part.length > 0);
}

function oneVerb(
  name: string,
  [first = [], ...words]: readonly Text[],
  stdin: Parameters<typeof runModel>[1]["stdin"],
  context: Parameters<typeof runModel>[2],
): readonly Consequence[] {
  const verb = textOf(first) ?? "?";
  if (LOOKS.test(verb)) return [];
  const of = (model: CommandModel): readonly Consequence[] =>
    runModel(model, { name: `${name} ${verb}`, args: words, stdin }, context);
  if (STARTS.test(verb)) return of(starting);
  if (/^(?:send|send-keys)$/.test(verb)) return of(typing);
  if (/^(?:if|if-shell)$/.test(verb)) return of(deciding);
  if (/^(?:kill-[a-z]+|killp|killw)$/.test(verb))
    return [effect<"deploy">({ kind: "deploy", system: "processes", operation: "end" })];
  if (/^(?:capturep|capture-pane)$/.test(verb)) return [];
  if (/^(?:saveb|save-buffer|loadb|load-buffer)$/.test(verb))
    return words
      .slice(-1)
      .map((path) => (verb.startsWith("s") ? writes(path, "create") : reads(path)));
  if (/^(?:source|source-file)$/.test(verb))
    return [
      ...words.slice(-1).map((path) => reads(path)),
      cannotTell("dynamic-code", "commands of `tmux` from a file"),
    ];
  // Settings, keys and hooks may name commands.
  if (
    /^(?:set|set-option|setw|set-window-option|set-environment|setenv|set-buffer|setb|bind|bind-key|unbind|unbind-key|set-hook)$/.test(
      verb,
    )
  )
    return words.some((word) =>
      /[#(]|run|shell|command|exec|hook|popup|pipe/i.test(textOf(word) ?? "#"),
    )
      ? [cannotTell("dynamic-code", "a command that `tmux` keeps for later")]
      : [];
  return [cannotTell("unmodelled", "a command of `tmux` that sallyport does not know")];
}

const starting: CommandModel = command({
  names: [],
  optionsEnd: "first-operand",
  options: {
    valued: VALUED,
    style: flags("-A -a -b -C -d -D -E -f -h -I -k -O -P -v -X -Z -o -B"),
  },
  effects: ({ operands }) => {
    const line = operands.reduce<Text>(
      (sum, word, at) => append(at === 0 ? sum : append(sum, literal(" ")), word),
      [],
    );
    return operands.length === 0 ? [] : shellRuns([line]);
  },
});

/** What is typed runs in whatever shell or program is there. */
const typing: CommandModel = command({
  names: [],
  optionsEnd: "first-operand",
  options: { valued: taking("-t -N -c"), style: flags("-F -H -K -l -M -R -X") },
  effects: ({ operands, has }) => {
    const words = operands.map((word) => textOf(word));
    if (has("style") && words.length <= 1 && /^[a-z-]+$/.test(words[0] ?? "")) return [];
    const typed = words
      .map((word) =>
        /^(?:Enter|C-m|KPEnter|C-j)$/.test(word ?? "")
          ? "\n"
          : /^Space$/.test(word ?? "")
            ? " "
            : word,
      )
      .filter(
        (word) =>
          word === undefined ||
          !/^(?:C-[a-z]|Escape|Up|Down|Left|Right|Tab|BSpace|M-.)$/.test(word),
      );
    if (typed.includes(undefined)) return [cannotTell("dynamic-code", "keys that `tmux` types")];
    if (typed.join("").trim() === "") return [];
    // WHY never alone: what was typed before, there or by an earlier call, comes first.
    return [cannotTell("dynamic-code", "keys that `tmux` types"), ...shellRuns(typed.join(""))];
  },
});

const deciding: CommandModel = command({
  names: [],
  optionsEnd: "first-operand",
  options: { valued: taking("-t"), style: flags("-b -F") },
  effects: ({ operands, has }) => [
    ...(has("style") ? [] : operands.slice(0, 1).flatMap((text) => shellRuns([text]))),
    ...(operands.length > 1
      ? [cannotTell("dynamic-code", "commands that `tmux` chooses between")]
      : []),
  ],
});
