// The completion script for fish: the tree as `switch` patterns, and one function that prints what may come next.
import type { CompletionNode, Values } from "./completion-tree.ts";
import { brief, pathOf, SHELL_NOTE } from "./shell-text.ts";

/** The script, without a line break at the end. WHY one function and not a `complete` line for each word: fish tries every line. */
export function fishCompletion(nodes: readonly CompletionNode[]): string {
  const nodeArms = nodes.map(({ below, options, ...node }) => {
    const names = below.map(({ name, summary }) => described(name, summary));
    const flags = options.flatMap((option) =>
      option.names.map((name) => described(name, option.summary)),
    );
    return arm(
      [pathOf({ below, options, ...node })],
      [
        `set -g __sallyport_below ${names.join(" ")}`,
        `set -g __sallyport_options ${flags.join(" ")}`,
      ],
    );
  });
  const valueArms = nodes.flatMap((node) =>
    node.options.flatMap(({ names, values }) =>
      values === undefined
        ? []
        : [
            arm(
              names.map((name) => `${pathOf(node)} ${name}`),
              assigned(values),
            ),
          ],
    ),
  );
  const operandArms = nodes.flatMap((node) =>
    node.operands.map((values, place) => {
      const isLast = place === node.operands.length - 1;
      const further = isLast ? [`${pathOf(node)} *`] : [];
      return arm([`${pathOf(node)} ${place}`, ...further], assigned(values));
    }),
  );
  return `# ${SHELL_NOTE}
function __sallyport_node
    set -g __sallyport_below
    set -g __sallyport_options
    switch $argv[1]
${nodeArms.join("\n")}
    end
end

# What may follow an option; fails for one that takes no value.
function __sallyport_value
    switch "$argv[1] $argv[2]"
${valueArms.join("\n")}
        case '*'
            return 1
    end
end

# What may stand as an operand; the last one stands for all that follow.
function __sallyport_operand
    switch "$argv[1] $argv[2]"
${operandArms.join("\n")}
        case '*'
            return 1
    end
end

${LOOKING}`;
}

/** What is the same for every tree: finding where the cursor stands, and telling fish. */
const LOOKING = `# Finds where the cursor stands: known words, and what of the disk, may stand there.
function __sallyport_look
    set -l path ''
    set -l operands 0
    set -l pending ''
    set -l ended 0
    __sallyport_node ''
    for word in (commandline -opc)[2..-1]
        if test -n "$pending"
            set pending ''
        else if test $ended = 1
            set operands (math $operands + 1)
        else if test "$word" = --
            set ended 1
        else if string match -q -- '-*' $word
            __sallyport_value $path $word; and set pending $word
        else if test $operands = 0; and string match -q -- $word\\t'*' $__sallyport_below
            set path (string trim -- "$path $word")
            __sallyport_node $path
        else
            set operands (math $operands + 1)
        end
    end
    set -g __sallyport_known
    set -g __sallyport_disk ''
    set -l now (commandline -ct)
    if test -n "$pending"
        __sallyport_value $path $pending
    else if test $ended = 0; and string match -q -- '--*=*' $now
        set -l option (string replace -r -- '=.*' '' $now)
        __sallyport_value $path $option; and set __sallyport_known $option=$__sallyport_known
    else if test $ended = 0; and string match -q -- '-*' $now
        set __sallyport_known $__sallyport_options
    else
        __sallyport_operand $path $operands
        test $operands = 0; and set -a __sallyport_known $__sallyport_below
    end
    return 0
end

function __sallyport_list
    __sallyport_look
    printf '%s\\n' $__sallyport_known
    test "$__sallyport_disk" = folders; and __fish_complete_directories (commandline -ct)
    return 0
end

function __sallyport_takes_files
    __sallyport_look
    test "$__sallyport_disk" = files
end

complete -c sallyport -f
complete -c sallyport -n __sallyport_takes_files -F
complete -c sallyport -k -a '(__sallyport_list)'`;

function arm(patterns: readonly string[], lines: readonly string[]): string {
  const body = lines.map((line) => `            ${line}`);
  return [`        case ${patterns.map(fishQuoted).join(" ")}`, ...body].join("\n");
}

/** A word and what it is for, with the tab between them that fish looks for. */
function described(name: string, summary: string): string {
  return `${fishQuoted(name)}\\t${fishQuoted(brief(summary))}`;
}

function assigned({ words, disk, terms = [] }: Values): readonly string[] {
  return [
    `set -g __sallyport_known ${[...words, ...terms].map(fishQuoted).join(" ")}`.trimEnd(),
    `set -g __sallyport_disk ${fishQuoted(disk === "none" ? "" : disk)}`,
  ];
}

/** A text in single quotes, in which fish knows two escapes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
