// What the words of a command in a hook tell: what is printed and where to, whom it talks to, what a program in a pipe selects.
import type { Command, Redirection } from "#guard/shell/syntax/syntax.ts";
import type { Printed, Subject } from "./reading.ts";

/** Where output goes: to the client, elsewhere, or into a substitution or pipe. */
export type Output = Printed["to"] | "inner";

/** What a program in a pipe puts out of what it is given. */
export function subjectsOfPipe(
  node: Command,
  name: string,
  words: readonly string[],
): readonly Subject[] {
  if (!/^(?:jq|gojq|python3?|node)$/.test(name)) return [];
  const program = words.join(" ");
  if (/file_path|notebook_path/.test(program)) return ["path"];
  if (/command/.test(program)) return ["command"];
  if (/content|new_string|prompt|tool_response/.test(program)) return ["content"];
  if (/tool_name/.test(program)) return ["tool"];
  return node.args.length > 0 ? ["payload"] : [];
}

/** What `echo` or `printf` prints. */
export function printedText(name: string, words: readonly string[]): string {
  const rest = words.filter((word, index) => !(index === 0 && /^-[neE]+$/.test(word)));
  if (name === "echo") return rest.join(" ");
  const [format = "", ...values] = rest[0] === "--" ? rest.slice(1) : rest;
  let at = 0;
  return format
    .replaceAll(/%[-0-9.]*[sbqd]/g, () => values[at++] ?? "")
    .replaceAll("\\n", "\n")
    .replaceAll('\\"', '"');
}

/** Where output goes that these redirections lead. */
export function outputOf(redirects: readonly Redirection[], before: Output): Output {
  let to = before;
  for (const one of redirects) {
    if (one.type !== "Redirect") continue;
    const number = one.descriptor?.type === "FileDescriptor" ? one.descriptor.value : 1;
    const target = one.target?.value ?? "";
    if (one.operator === ">&" && number === 1 && target === "2") to = 2;
    else if (/^(?:>|>>|>\||&>|&>>)$/.test(one.operator) && number === 1)
      to = target === "/dev/stderr" ? 2 : target === "/dev/stdout" ? 1 : "file";
    else if (one.operator === ">&" && number === 1 && target === "1") to = 1;
  }
  return to;
}

/** Whether the words name this machine alone. */
export function isLocal(words: readonly string[]): boolean {
  const hosts = words.filter(
    (word) => /^https?:\/\//.test(word) || /^(?:localhost|127\.)/.test(word),
  );
  return (
    (hosts.length > 0 &&
      hosts.every((word) =>
        /^(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$)/.test(word),
      )) ||
    words.includes("--unix-socket")
  );
}

/** Whether `xargs` runs what it is fed as code: a shell whose text holds the placeholder, or is the first word of it. */
export function runsWord(words: readonly string[]): boolean {
  const at = words.findIndex((word) => /^(?:.*\/)?(?:ba|z|da)?sh$|^eval$/.test(word));
  if (at < 0) return false;
  const placeholder = words.slice(0, at).flatMap((word, index) => {
    const joined = /^-I(.+)$/.exec(word)?.[1] ?? /^--replace=(.+)$/.exec(word)?.[1];
    return joined ?? (word === "-I" ? (words[index + 1] ?? []) : word === "-i" ? "{}" : []);
  })[0];
  const code = words[words.findIndex((word, index) => index > at && /^-\w*c$/.test(word)) + 1];
  const hasCode = words.some((word, index) => index > at && /^-\w*c$/.test(word));
  if (!hasCode || code === undefined) return true;
  return placeholder !== undefined && code.includes(placeholder);
}

/** What a wrapper such as `timeout 5` starts. */
export function unwrapped(
  name: string,
  words: readonly string[],
): { readonly name: string; readonly words: readonly string[] } {
  if (!/^(?:timeout|env|exec|nice|nohup|command|time|sudo|stdbuf)$/.test(name))
    return { name, words };
  const at = words.findIndex((word) => !/^-|^\w+=|^\d+(?:\.\d+)?[smhd]?$/.test(word));
  const first = words[at];
  if (first === undefined) return { name, words };
  return unwrapped(first.replace(/^.*\//, ""), words.slice(at + 1));
}
