// A command that another shell starts, or a program that is not known for starting any.
import { singleQuoted } from "#base/shell-quoting.ts";
import { hereDocument, type Wrapping } from "./wrapping.ts";

const lines = (command: string): string => `printf '%s\\n' ${singleQuoted(command)}`;

export const STARTED_OTHERWISE: readonly Wrapping[] = [
  { id: "dash", wrap: (command) => `dash -c ${singleQuoted(command)}`, needs: "dash" },
  { id: "zsh", wrap: (command) => `zsh -fc ${singleQuoted(command)}`, needs: "zsh" },
  { id: "busybox", wrap: (command) => `busybox sh -c ${singleQuoted(command)}`, needs: "busybox" },
  {
    id: "bash-by-path",
    wrap: (command) => `/bin/bash --norc -o pipefail -c ${singleQuoted(command)}`,
  },
  { id: "bash-standard-input", wrap: (command) => hereDocument("bash -s --", command) },
  { id: "shell-variable", wrap: (command) => `b=ba; "\${b}sh" -c ${singleQuoted(command)}` },
  {
    id: "start-file",
    wrap: (command) =>
      `printf '%s\\n' 'unset BASH_ENV' ${singleQuoted(command)} > step.env && BASH_ENV=./step.env bash -c true`,
  },
  { id: "dot-file", wrap: (command) => `${lines(command)} | tee step.rc > /dev/null; . ./step.rc` },
  {
    id: "read",
    wrap: (command) => `IFS= read -r -d '' step <<< ${singleQuoted(command)}; eval "$step"`,
  },
  {
    id: "printf-to-variable",
    wrap: (command) => `printf -v step '%s' ${singleQuoted(command)}; bash -c "$step"`,
  },
  { id: "arguments", wrap: (command) => `bash -c 'eval "$1"' step ${singleQuoted(command)}` },
  { id: "arguments-set", wrap: (command) => `set -- ${singleQuoted(command)}; eval "$1"` },
  {
    id: "exported-function",
    wrap: (command) => `step() { ${command}\n}; export -f step; bash -c step`,
  },
  {
    id: "alias",
    wrap: (command) =>
      `bash -O expand_aliases -c ${singleQuoted(`alias again=${singleQuoted(`eval ${singleQuoted(command)}`)}\nagain`)}`,
  },
  { id: "until", wrap: (command) => `until { ${command}\ntrue; }; do :; done` },
  { id: "coprocess", wrap: (command) => `coproc step { ${command}\n}; wait` },
  {
    id: "debug-trap",
    wrap: (command) => `(trap ${singleQuoted(`trap - DEBUG; ${command}`)} DEBUG; :)`,
  },
  {
    id: "git-alias",
    wrap: (command) => `git -c alias.step=${singleQuoted(`!eval ${singleQuoted(command)} #`)} step`,
    needs: "git",
  },
  {
    id: "make",
    wrap: (command) =>
      `STEP=${singleQuoted(command)} make -s -f - <<< $'.PHONY: step\\nstep:\\n\\t@eval "$$STEP"'`,
    needs: "make",
  },
  { id: "flock", wrap: (command) => `flock . bash -c ${singleQuoted(command)}`, needs: "flock" },
  {
    id: "terminal",
    wrap: (command) => `script -qec ${singleQuoted(`bash -c ${singleQuoted(command)}`)} /dev/null`,
    needs: "script",
  },
  {
    id: "sed",
    wrap: (command) => `STEP=${singleQuoted(command)} sed '1e eval "$STEP"' <<< step`,
    needs: "sed",
  },
  {
    id: "xargs-placeholder",
    wrap: (command) => `printf '%s\\0' ${singleQuoted(command)} | xargs -0 -I{} bash -c {}`,
    needs: "xargs",
  },
  {
    id: "find-shell",
    wrap: (command) => `find . -maxdepth 0 -exec sh -c ${singleQuoted(command)} step {} +`,
    needs: "find",
  },
  {
    id: "awk-pipe",
    wrap: (command) =>
      `STEP=${singleQuoted(command)} awk 'BEGIN { print ENVIRON["STEP"] | "bash" }'`,
    needs: "awk",
  },
];
