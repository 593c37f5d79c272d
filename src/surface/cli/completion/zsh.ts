// The completion script for zsh: the tree as arrays with descriptions, for its completion system.
import type { CompletionNode, Values } from "./completion-tree.ts";
import {
  brief,
  caseArms,
  optionArms,
  pathOf,
  quoted,
  SHELL_NOTE,
  wordFunctions,
} from "./shell-text.ts";

/** The script, without a line break at the end. It works as a file of \`fpath\` and when it is sourced. */
export function zshCompletion(nodes: readonly CompletionNode[]): string {
  const nodeArms = caseArms(nodes, ({ below, options }) => {
    const names = below.map(({ name, summary }) => described(name, summary));
    const flags = options.flatMap((option) =>
      option.names.map((name) => described(name, option.summary)),
    );
    return `below=(${names.join(" ")}); options=(${flags.join(" ")})`;
  });
  const operandArms = nodes.flatMap((node) =>
    node.operands.map((values, place) => {
      const isLast = place === node.operands.length - 1;
      return `    ${quoted(`${pathOf(node)} ${place}`)}${isLast ? `|${quoted(`${pathOf(node)} `)}*` : ""}) ${assigned(values)} ;;`;
    }),
  );
  return `#compdef sallyport
# ${SHELL_NOTE}
_sallyport_node() {
  below=() options=()
  case "$1" in
${nodeArms}
  esac
}

${wordFunctions(optionArms(nodes, assigned), operandArms)}

_sallyport_fill() {
  (( $#terms )) && compadd -S '' -a terms
  (( $#known )) && _describe 'value' known
  case "$disk" in
    files) _files ;;
    folders) _files -/ ;;
  esac
}

_sallyport() {
  local cur="\${words[CURRENT]}" at= pending= ended= disk= word
  local -a below options known terms
  local -i operands=0 place
  _sallyport_node "$at"
  for (( place = 2; place < CURRENT; place++ )); do
    word="\${words[place]}"
    if [[ -n $pending ]]; then pending=
    elif [[ -n $ended ]]; then operands+=1
    elif [[ $word == -- ]]; then ended=1
    elif [[ $word == -*=* ]]; then :
    elif [[ $word == -* ]]; then
      _sallyport_value "$at" "$word" && pending="$word"
    elif (( operands == 0 && \${below[(I)$word:*]} )); then
      at="\${at:+$at }$word"
      _sallyport_node "$at"
    else operands+=1
    fi
  done
  known=() disk= terms=()
  if [[ -n $pending ]]; then
    _sallyport_value "$at" "$pending" && _sallyport_fill
  elif [[ -z $ended && $cur == --*=* ]] && _sallyport_value "$at" "\${cur%%=*}"; then
    compset -P '*='
    _sallyport_fill
  elif [[ -z $ended && $cur == -* ]]; then
    _describe 'option' options
  else
    (( operands == 0 && $#below )) && _describe 'command' below
    known=() disk= terms=()
    _sallyport_operand "$at" "$operands" && _sallyport_fill
  fi
}

if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _sallyport "$@"
else
  compdef _sallyport sallyport
fi`;
}

/** WHY: a colon parts a word from its description. */
function described(name: string, summary: string): string {
  return quoted(`${name.replaceAll(":", String.raw`\:`)}:${brief(summary)}`);
}

function assigned({ words, disk, terms = [] }: Values): string {
  const known = `known=(${words.map(quoted).join(" ")}) disk=${disk === "none" ? "" : disk}`;
  return terms.length === 0 ? known : `${known} terms=(${terms.map(quoted).join(" ")})`;
}
