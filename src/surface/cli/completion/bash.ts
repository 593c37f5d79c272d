// The completion script for bash: the tree as `case` patterns, and one function that walks the words typed so far.
import type { CompletionNode, Values } from "./completion-tree.ts";
import { caseArms, optionArms, pathOf, quoted, SHELL_NOTE, wordFunctions } from "./shell-text.ts";

/** The script, without a line break at the end. WHY no `mapfile` and no `compopt` alone: macOS has bash 3.2. */
export function bashCompletion(nodes: readonly CompletionNode[]): string {
  const nodeArms = caseArms(nodes, ({ below, options }) => {
    const names = options.flatMap((option) => option.names);
    return `below=${quoted(below.map(({ name }) => name).join(" "))}; options=${quoted(names.join(" "))}`;
  });
  const operandArms = nodes.flatMap((node) =>
    node.operands.map((values, place) => {
      const isLast = place === node.operands.length - 1;
      return `    ${quoted(`${pathOf(node)} ${place}`)}${isLast ? `|${quoted(`${pathOf(node)} `)}*` : ""}) ${assigned(values)} ;;`;
    }),
  );
  return `# ${SHELL_NOTE}
_sallyport_node() {
  below= options=
  case "$1" in
${nodeArms}
  esac
}

${wordFunctions(optionArms(nodes, assigned), operandArms)}

_sallyport_add() {
  local candidate
  while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done
}

# Bash breaks words at colons: what belongs to a term is put together again, and what is there already is left out.
_sallyport_terms() {
  local at=$COMP_CWORD whole="$cur" candidate
  while ((at > 1)) && [[ \${COMP_WORDS[at]} == : || \${COMP_WORDS[at - 1]} == : ]]; do
    at=$((at - 1))
    whole="\${COMP_WORDS[at]}$whole"
  done
  local before=
  [[ $whole == "$cur" ]] || before="\${whole%"\${whole##*:}"}"
  compopt -o nospace 2>/dev/null
  while IFS= read -r candidate; do COMPREPLY+=("\${candidate#"$before"}"); done < <(compgen -W "$terms" -- "$whole")
}

_sallyport_fill() {
  [[ -n $terms ]] && _sallyport_terms
  [[ -n $known ]] && _sallyport_add < <(compgen -W "$known" -- "$cur")
  case "$disk" in
    files) compopt -o filenames 2>/dev/null; _sallyport_add < <(compgen -f -- "$cur") ;;
    folders) compopt -o filenames 2>/dev/null; _sallyport_add < <(compgen -d -- "$cur") ;;
  esac
}

_sallyport() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path= operands=0 pending= ended= below= options= known= disk= terms= word place
  COMPREPLY=()
  _sallyport_node "$path"
  for ((place = 1; place < COMP_CWORD; place++)); do
    word="\${COMP_WORDS[place]}"
    if [[ -n $pending ]]; then
      # Bash breaks \`--option=value\` at the sign.
      [[ $word == "=" ]] || pending=
    elif [[ -n $ended ]]; then operands=$((operands + 1))
    elif [[ $word == -- ]]; then ended=1
    elif [[ $word == -* ]]; then
      _sallyport_value "$path" "$word" && pending="$word"
    elif [[ $operands == 0 && " $below " == *" $word "* ]]; then
      path="\${path:+$path }$word"
      _sallyport_node "$path"
    else operands=$((operands + 1))
    fi
  done
  known= disk= terms=
  if [[ -n $pending ]]; then
    [[ $cur == "=" ]] && cur=
    _sallyport_value "$path" "$pending" && _sallyport_fill
  elif [[ -z $ended && $cur == -* ]]; then
    _sallyport_add < <(compgen -W "$options" -- "$cur")
  else
    [[ $operands == 0 ]] && _sallyport_add < <(compgen -W "$below" -- "$cur")
    _sallyport_operand "$path" "$operands" && _sallyport_fill
  fi
}

complete -F _sallyport sallyport`;
}

function assigned({ words, disk, terms = [] }: Values): string {
  const known = `known=${quoted(words.join(" "))} disk=${disk === "none" ? "" : disk}`;
  return terms.length === 0 ? known : `${known} terms=${quoted(terms.join(" "))}`;
}
