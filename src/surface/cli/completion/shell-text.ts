// Texts that the completion scripts of several shells share.
import type { CompletionNode, CompletionOption, Values } from "./completion-tree.ts";

/** The first line of each script. */
export const SHELL_NOTE = "Completion of sallyport, written by `sallyport completion`.";

/** A text in single quotes, for bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The words that lead to a command. */
export function pathOf({ words }: CompletionNode): string {
  return words.join(" ");
}

/** One \`case\` arm for each command. */
export function caseArms(
  nodes: readonly CompletionNode[],
  body: (node: CompletionNode) => string,
): string {
  return nodes.map((node) => `    ${quoted(pathOf(node))}) ${body(node)} ;;`).join("\n");
}

/** One \`case\` arm for each option that takes a value, by the words before it. */
export function optionArms(
  nodes: readonly CompletionNode[],
  body: (values: Values) => string,
): string {
  return nodes
    .flatMap((node) =>
      node.options.filter(takesValue).map(({ names, values }) => {
        const patterns = names.map((name) => quoted(`${pathOf(node)} ${name}`));
        return `    ${patterns.join("|")}) ${body(values)} ;;`;
      }),
    )
    .join("\n");
}

/** The functions that tell values of options and operands, which bash and zsh write alike. */
export function wordFunctions(values: string, operands: readonly string[]): string {
  return `# What may follow an option; fails for one that takes no value.
_sallyport_value() {
  case "$1 $2" in
${values}
    *) return 1 ;;
  esac
}

# What may stand as an operand; the last one stands for all that follow.
_sallyport_operand() {
  case "$1 $2" in
${operands.join("\n")}
    *) return 1 ;;
  esac
}`;
}

function takesValue(
  option: CompletionOption,
): option is CompletionOption & { readonly values: Values } {
  return option.values !== undefined;
}

/** A description in one short line. */
export function brief(summary: string): string {
  const line = summary.replaceAll(/\s+/g, " ");
  return line.length <= 70 ? line : `${line.slice(0, 67).trimEnd()}...`;
}
