// Variables that a hook's shell code reads and that neither it nor the client sets.
import type { SyntaxNode } from "#guard/shell/syntax/syntax.ts";
import type { At } from "./reading.ts";
import { subjectsOfValue, visitAll } from "./shell-input.ts";
import type { Variables } from "./shell-values.ts";

/** Variables that a hook has without setting them, beside those of every shell. */
const GIVEN =
  /^(?:CLAUDE_PROJECT_DIR|CLAUDE_PLUGIN_ROOT|CLAUDE_PLUGIN_DATA|CLAUDE_ENV_FILE|CLAUDECODE|CLAUDE_CODE_\w+|CLAUDE_PID|CLAUDE_EFFORT|HOME|PATH|USER|LOGNAME|PWD|OLDPWD|SHELL|TMPDIR|LANG|LC_\w+|TERM|HOSTNAME|EUID|UID|PPID|RANDOM|SECONDS|LINENO|IFS|OPTARG|OPTIND|REPLY|BASH\w*|FUNCNAME|PIPESTATUS|XDG_\w+|CI|GITHUB_\w+|[0-9]+|[@*#?$!_-])$/;

/** Each place where such a variable is expanded. */
export function unsetIn(
  script: SyntaxNode,
  variables: Variables & { readonly set: ReadonlySet<string> },
): readonly At[] {
  const unset: At[] = [];
  visitAll(script, (node) => {
    if (node.type === "Command" && node.name?.value === "printenv")
      for (const { pos, value } of node.args) {
        if (typeof value !== "string" || variables.set.has(value) || GIVEN.test(value)) continue;
        if (/^[A-Za-z_]\w*$/.test(value)) unset.push({ at: pos, text: value });
      }
    if (node.type !== "SimpleExpansion" && node.type !== "ParameterExpansion") return;
    const name = node.type === "SimpleExpansion" ? node.text.slice(1) : node.parameter;
    const operation = node.type === "ParameterExpansion" ? node.operation : undefined;
    if (variables.set.has(name) || GIVEN.test(name)) return;
    // A default that reads the payload is what the hook goes by where the variable is missing.
    if (operation?.type === "Default" && subjectsOfValue(operation.operand, variables).length > 0)
      return;
    unset.push({ at: node.pos, text: name });
  });
  return unset;
}
