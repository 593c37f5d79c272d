// Which programs and scripts the command of a hook starts, and from which directory.
import { parseCommand } from "#guard/shell/syntax/syntax.ts";
import type { HookInput } from "../inputs/audit-inputs.ts";
import { visitAll } from "./shell-input.ts";

/** Something that is started. `by`: the interpreter that is given it; without one it is started directly. */
export type Started = {
  readonly path: string;
  readonly by: string | undefined;
  /** Whether the command went to a directory of its own before. */
  readonly isAfterMove: boolean;
};

/** Programs that start the rest of their words. */
const WRAPPERS = /^(?:env|exec|command|nice|nohup|time|timeout|stdbuf|sudo|setsid|ionice)$/;
const INTERPRETERS =
  /^(?:ba|z|da|k|a)?sh$|^(?:python[\d.]*|node|nodejs|deno|bun|ruby|perl|php|tsx|ts-node|pwsh|source|\.)$/;
/** Options of interpreters after which code follows instead of a script. */
const CODE = /^(?:-[a-zA-Z]*[ce]|--eval|--command|-m)$/;

/** Everything that is started, in the order of the text. */
export function startedBy({
  command,
  args,
}: Pick<HookInput, "command" | "args">): readonly Started[] {
  if (args !== undefined) return startedOf([command, ...args], false);
  const { script } = parseCommand(command);
  if (script === undefined) return [];
  const found: Started[] = [];
  let isAfterMove = false;
  visitAll(script, (node) => {
    if (node.type !== "Command" || node.name === undefined) return;
    const words = [node.name, ...node.args].map(({ pos, end }) =>
      command.slice(pos, end).replaceAll(/["']/g, ""),
    );
    if (/^(?:cd|pushd)$/.test(words[0] ?? "")) isAfterMove ||= /^[/~$]/.test(words[1] ?? "~");
    else found.push(...startedOf(words, isAfterMove));
  });
  return found;
}

function startedOf(words: readonly string[], isAfterMove: boolean): readonly Started[] {
  const [first = "", ...rest] = words;
  const name = first.replace(/^.*\//, "");
  if (WRAPPERS.test(name)) {
    const at = rest.findIndex((word) => !/^-|^\w+=|^\d+[smh]?$/.test(word));
    return at < 0 ? [] : startedOf(rest.slice(at), isAfterMove);
  }
  if (!INTERPRETERS.test(name)) return [{ path: first, by: undefined, isAfterMove }];
  const own = { path: first, by: undefined, isAfterMove };
  if (rest.some((word) => CODE.test(word))) {
    // A shell starts what its own text says.
    const code = name.endsWith("sh")
      ? rest.slice(rest.findIndex((word) => CODE.test(word)) + 1)
      : [];
    const [inner = "", ...more] = code.join(" ").split(/\s+/);
    return inner === "" || /[$;&|]/.test(inner)
      ? [own]
      : [own, ...startedOf([inner, ...more], isAfterMove)];
  }
  const script = rest.find((word) => !word.startsWith("-") && word !== "run");
  return script === undefined ? [own] : [own, { path: script, by: name, isAfterMove }];
}
