// Ways to write a command otherwise that do the same: each gives a text that runs what it was given, in bash.

/** `wrap` gives a command that does what the given one does. `needs`: a program that a test has to have to see that. */
export type Wrapping = {
  readonly id: string;
  readonly wrap: (command: string) => string;
  readonly needs?: string;
};

/** As one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const bytesOf = (text: string): readonly number[] => [...Buffer.from(text, "utf8")];
const escaped = (text: string, radix: 8 | 16, mark: string): string =>
  bytesOf(text)
    .map((byte) => `\\${mark}${byte.toString(radix).padStart(radix === 8 ? 3 : 2, "0")}`)
    .join("");
/** A line of its own for the end of a text, so that wrappings can lie in one another. */
const endOf = (command: string): string => `END_${command.length}`;
/** The first word with something in it that a shell takes away. */
const firstWord = (command: string, change: (word: string) => string): string =>
  command.replace(/^[a-z][a-z0-9]+(?=\s|$)/, change);

export const WRAPPINGS: readonly Wrapping[] = [
  { id: "bash", wrap: (command) => `bash -c ${quoted(command)}` },
  { id: "sh", wrap: (command) => `sh -c ${quoted(command)}` },
  { id: "eval", wrap: (command) => `eval ${quoted(command)}` },
  { id: "env", wrap: (command) => `env STEP=1 bash -c ${quoted(command)}` },
  { id: "env-split", wrap: (command) => `env -S 'bash -c' ${quoted(command)}` },
  { id: "nohup", wrap: (command) => `nohup bash -c ${quoted(command)}` },
  { id: "timeout", wrap: (command) => `timeout 60 bash -c ${quoted(command)}`, needs: "timeout" },
  { id: "nice", wrap: (command) => `nice -n 5 bash -c ${quoted(command)}` },
  { id: "setsid", wrap: (command) => `setsid -w bash -c ${quoted(command)}`, needs: "setsid" },
  { id: "stdbuf", wrap: (command) => `stdbuf -oL bash -c ${quoted(command)}`, needs: "stdbuf" },
  { id: "command-eval", wrap: (command) => `command eval ${quoted(command)}` },
  { id: "builtin-eval", wrap: (command) => `builtin eval ${quoted(command)}` },
  { id: "exec", wrap: (command) => `(exec bash -c ${quoted(command)})` },
  { id: "subshell", wrap: (command) => `( ${command}\n)` },
  { id: "group", wrap: (command) => `{ ${command}\n}` },
  { id: "time", wrap: (command) => `time { ${command}\n}` },
  { id: "and", wrap: (command) => `true && { ${command}\n}` },
  { id: "or", wrap: (command) => `false || { ${command}\n}` },
  { id: "after", wrap: (command) => `cd . ; ${command}` },
  { id: "background", wrap: (command) => `{ ${command}\n} & wait` },
  { id: "if", wrap: (command) => `if true; then ${command}\nfi` },
  { id: "for", wrap: (command) => `for step in 1; do ${command}\ndone` },
  { id: "case", wrap: (command) => `case a in a) ${command}\n;; esac` },
  { id: "function", wrap: (command) => `step() { ${command}\n}; step` },
  { id: "variable", wrap: (command) => `step=${quoted(command)}; eval "$step"` },
  { id: "array", wrap: (command) => `step=(bash -c ${quoted(command)}); "\${step[@]}"` },
  { id: "trap", wrap: (command) => `(trap ${quoted(command)} EXIT)` },
  { id: "substitution", wrap: (command) => `: "$(${command}\n)"` },
  { id: "process", wrap: (command) => `cat <(${command}\n)` },
  {
    id: "here-document",
    wrap: (command) => `bash <<'${endOf(command)}'\n${command}\n${endOf(command)}`,
  },
  { id: "here-string", wrap: (command) => `bash <<< ${quoted(command)}` },
  { id: "source", wrap: (command) => `source <(printf '%s\\n' ${quoted(command)})` },
  { id: "pipe", wrap: (command) => `printf '%s\\n' ${quoted(command)} | sh` },
  { id: "base64", wrap: (command) => `echo ${base64(command)} | base64 -d | bash` },
  { id: "octal", wrap: (command) => `printf '${escaped(command, 8, "")}\\n' | bash` },
  { id: "ansi-c", wrap: (command) => `bash -c $'${escaped(command, 16, "x")}'` },
  {
    id: "xargs",
    wrap: (command) => `echo step | xargs bash -c ${quoted(command)}`,
    needs: "xargs",
  },
  {
    id: "find",
    wrap: (command) => `find . -maxdepth 0 -exec bash -c ${quoted(command)} \\;`,
    needs: "find",
  },
  {
    id: "awk",
    wrap: (command) => `awk 'BEGIN { system(ARGV[1]) }' ${quoted(command)}`,
    needs: "awk",
  },
  { id: "perl", wrap: (command) => `perl -e 'system($ARGV[0])' ${quoted(command)}`, needs: "perl" },
  {
    id: "python",
    wrap: (command) => `python3 -c ${quoted(`import os; os.system(${JSON.stringify(command)})`)}`,
    needs: "python3",
  },
  {
    id: "node",
    wrap: (command) =>
      `node -e ${quoted(`require("child_process").execSync(${JSON.stringify(command)}, { stdio: "inherit" })`)}`,
  },
  {
    id: "script",
    wrap: (command) => `printf '%s\\n' ${quoted(command)} > step.sh && bash step.sh`,
  },
  {
    id: "made-executable",
    wrap: (command) =>
      `printf '#!/bin/sh\\n%s\\n' ${quoted(command)} > step && chmod +x step && ./step`,
  },
  {
    id: "quoted-word",
    wrap: (command) => firstWord(command, (word) => `${word[0]}""${word.slice(1)}`),
  },
  { id: "escaped-word", wrap: (command) => firstWord(command, (word) => `\\${word}`) },
  { id: "path-of-word", wrap: (command) => firstWord(command, (word) => `$(command -v ${word})`) },
];
