// Ways to write a command otherwise that do the same: each gives a text that runs what it was given, in bash.
import { singleQuoted } from "#base/shell-quoting.ts";
import { ENCODED } from "./wrappings/encoded.ts";
import { OTHER_LANGUAGES } from "./wrappings/other-languages.ts";
import { STARTED_BY_THE_WAY } from "./wrappings/started-by-the-way.ts";
import { STARTED_OTHERWISE } from "./wrappings/started-otherwise.ts";
import { base64, endOf, escaped, type Wrapping } from "./wrappings/wrapping.ts";

/** The first word with something in it that a shell takes away. */
const firstWord = (command: string, change: (word: string) => string): string =>
  command.replace(/^[a-z][a-z0-9]+(?=\s|$)/, change);

export const WRAPPINGS: readonly Wrapping[] = [
  { id: "bash", wrap: (command) => `bash -c ${singleQuoted(command)}` },
  { id: "sh", wrap: (command) => `sh -c ${singleQuoted(command)}` },
  { id: "eval", wrap: (command) => `eval ${singleQuoted(command)}` },
  { id: "env", wrap: (command) => `env STEP=1 bash -c ${singleQuoted(command)}` },
  { id: "env-split", wrap: (command) => `env -S 'bash -c' ${singleQuoted(command)}` },
  { id: "nohup", wrap: (command) => `nohup bash -c ${singleQuoted(command)}` },
  {
    id: "timeout",
    wrap: (command) => `timeout 60 bash -c ${singleQuoted(command)}`,
    needs: "timeout",
  },
  { id: "nice", wrap: (command) => `nice -n 5 bash -c ${singleQuoted(command)}` },
  {
    id: "setsid",
    wrap: (command) => `setsid -w bash -c ${singleQuoted(command)}`,
    needs: "setsid",
  },
  {
    id: "stdbuf",
    wrap: (command) => `stdbuf -oL bash -c ${singleQuoted(command)}`,
    needs: "stdbuf",
  },
  { id: "command-eval", wrap: (command) => `command eval ${singleQuoted(command)}` },
  { id: "builtin-eval", wrap: (command) => `builtin eval ${singleQuoted(command)}` },
  { id: "exec", wrap: (command) => `(exec bash -c ${singleQuoted(command)})` },
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
  { id: "variable", wrap: (command) => `step=${singleQuoted(command)}; eval "$step"` },
  { id: "array", wrap: (command) => `step=(bash -c ${singleQuoted(command)}); "\${step[@]}"` },
  { id: "trap", wrap: (command) => `(trap ${singleQuoted(command)} EXIT)` },
  { id: "substitution", wrap: (command) => `: "$(${command}\n)"` },
  { id: "process", wrap: (command) => `cat <(${command}\n)` },
  {
    id: "here-document",
    wrap: (command) => `bash <<'${endOf(command)}'\n${command}\n${endOf(command)}`,
  },
  { id: "here-string", wrap: (command) => `bash <<< ${singleQuoted(command)}` },
  { id: "source", wrap: (command) => `source <(printf '%s\\n' ${singleQuoted(command)})` },
  { id: "pipe", wrap: (command) => `printf '%s\\n' ${singleQuoted(command)} | sh` },
  { id: "base64", wrap: (command) => `echo ${base64(command)} | base64 -d | bash` },
  { id: "octal", wrap: (command) => `printf '${escaped(command, 8, "")}\\n' | bash` },
  { id: "ansi-c", wrap: (command) => `bash -c $'${escaped(command, 16, "x")}'` },
  {
    id: "xargs",
    wrap: (command) => `echo step | xargs bash -c ${singleQuoted(command)}`,
    needs: "xargs",
  },
  {
    id: "find",
    wrap: (command) => `find . -maxdepth 0 -exec bash -c ${singleQuoted(command)} \\;`,
    needs: "find",
  },
  {
    id: "awk",
    wrap: (command) => `awk 'BEGIN { system(ARGV[1]) }' ${singleQuoted(command)}`,
    needs: "awk",
  },
  {
    id: "perl",
    wrap: (command) => `perl -e 'system($ARGV[0])' ${singleQuoted(command)}`,
    needs: "perl",
  },
  {
    id: "python",
    wrap: (command) =>
      `python3 -c ${singleQuoted(`import os; os.system(${JSON.stringify(command)})`)}`,
    needs: "python3",
  },
  {
    id: "node",
    wrap: (command) =>
      `node -e ${singleQuoted(`require("child_process").execSync(${JSON.stringify(command)}, { stdio: "inherit" })`)}`,
  },
  {
    id: "script",
    wrap: (command) => `printf '%s\\n' ${singleQuoted(command)} > step.sh && bash step.sh`,
  },
  {
    id: "made-executable",
    wrap: (command) =>
      `printf '#!/bin/sh\\n%s\\n' ${singleQuoted(command)} > step && chmod +x step && ./step`,
  },
  ...OTHER_LANGUAGES,
  ...ENCODED,
  ...STARTED_OTHERWISE,
  ...STARTED_BY_THE_WAY,
  {
    id: "quoted-word",
    wrap: (command) => firstWord(command, (word) => `${word[0]}""${word.slice(1)}`),
  },
  { id: "escaped-word", wrap: (command) => firstWord(command, (word) => `\\${word}`) },
  { id: "path-of-word", wrap: (command) => firstWord(command, (word) => `$(command -v ${word})`) },
];
