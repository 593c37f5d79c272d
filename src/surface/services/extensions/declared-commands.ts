// Commands in lists of hooks and servers, as plugins and heads of texts declare them.
import { isObject } from "#base/json.ts";
import { quotedForShell } from "#base/shell-quoting.ts";

/** `isWhole`: nothing stands there that is no command. */
export type DeclaredCommands = { readonly commands: readonly string[]; readonly isWhole: boolean };

/** Lists below one another, and commands of one declaration. */
const DEPTH_MAX = 8;
const COMMANDS_MAX = 200;
/** Hooks without a command of the shell: a prompt or an agent reads what it is given, an address is sent it. */
const OTHER_HOOKS = new Set(["prompt", "agent", "http", "mcp_tool"]);

/** The commands of hooks, by event or as a list. An address that is sent what happens counts as a command that does so. */
export function hookCommands(value: unknown): DeclaredCommands {
  const commands: string[] = [];
  let isWhole = true;
  const look = (one: unknown, depth: number): void => {
    if (depth > DEPTH_MAX || commands.length >= COMMANDS_MAX) isWhole = false;
    else if (Array.isArray(one)) for (const inner of one) look(inner, depth + 1);
    else if (isObject(one)) {
      const { type, command, url, args } = one;
      if (typeof command === "string") commands.push(commandLine(command, args));
      else if (typeof url === "string") commands.push(sentTo(url));
      else if (typeof type === "string" && !OTHER_HOOKS.has(type)) isWhole = false;
      else if (type === undefined)
        for (const [key, inner] of Object.entries(one))
          if (key !== "modules") look(inner, depth + 1);
    } else if (typeof one === "object" && one !== null) isWhole = false;
  };
  look(value, 0);
  return { commands, isWhole };
}

/** The commands that start servers, by name or as a list of such. A text names a server that stands elsewhere. */
export function serverCommands(value: unknown): DeclaredCommands {
  const entries: readonly unknown[] = Array.isArray(value)
    ? value.flatMap((one: unknown) => (isObject(one) ? Object.values(one) : [one]))
    : isObject(value)
      ? Object.values(value)
      : [value];
  const commands: string[] = [];
  let isWhole = entries.length <= COMMANDS_MAX;
  for (const one of entries.slice(0, COMMANDS_MAX)) {
    if (isObject(one) && typeof one["command"] === "string")
      commands.push(commandLine(one["command"], one["args"] ?? []));
    else if (isObject(one) && typeof one["url"] === "string") commands.push(sentTo(one["url"]));
    else isWhole = false;
  }
  return { commands, isWhole };
}

/** With arguments the command is a program, else a line of the shell. */
export function commandLine(command: string, args: unknown): string {
  if (!Array.isArray(args)) return command;
  return [command, ...args.map(String)].map(quotedForShell).join(" ");
}

/** What sends an address something: who answers there learns of it. */
export function sentTo(url: string): string {
  return `curl -X POST ${quotedForShell(url)}`;
}
