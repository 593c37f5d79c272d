// A command that a shell runs while it does something else, or a program that is asked for something else.
import { singleQuoted } from "#base/shell-quoting.ts";
import type { Wrapping } from "./wrapping.ts";

/** Held by a variable, so that it may stand where only short code can. */
const held = (command: string, then: string): string => `step=${singleQuoted(command)}; ${then}`;

const BY_THE_WAY: readonly Wrapping[] = [
  {
    id: "trace-prompt",
    wrap: (command) => `(PS4='$(eval "$step")'; ${held(command, "set -x; :")})`,
  },
  {
    id: "prompt-expansion",
    wrap: (command) => held(command, `prompt='$(eval "$step")'; : "\${prompt@P}"`),
  },
  { id: "index", wrap: (command) => held(command, `: $((list[$(eval "$step" >&2; echo 0)]))`) },
  {
    id: "index-of-test",
    wrap: (command) => held(command, `[[ -v 'list[$(eval "$step" >&2; echo 0)]' ]]; :`),
  },
  {
    id: "index-of-read",
    wrap: (command) => held(command, `read -r 'list[$(eval "$step" >&2; echo 0)]' <<< 1`),
  },
  {
    id: "index-of-let",
    wrap: (command) => held(command, `let 'n = list[$(eval "$step" >&2; echo 0)] + 1'`),
  },
  {
    id: "number",
    wrap: (command) => held(command, `n='list[$(eval "$step" >&2; echo 0)]'; : $((n))`),
  },
  {
    id: "number-of-the-shell",
    wrap: (command) => held(command, `RANDOM='list[$(eval "$step" >&2; echo 0)]'`),
  },
  {
    id: "number-read",
    wrap: (command) =>
      held(command, `declare -i n; read -r n <<< 'list[$(eval "$step" >&2; echo 0)]'`),
  },
  {
    id: "offset",
    wrap: (command) => held(command, `n='list[$(eval "$step" >&2; echo 0)]'; : "\${step:n:1}"`),
  },
  {
    id: "element",
    wrap: (command) => held(command, `n='list[$(eval "$step" >&2; echo 0)]'; other[n]=1`),
  },
  {
    id: "in-here-document",
    wrap: (command) =>
      held(command, `cat <<STEP_${command.length}\n$(eval "$step")\nSTEP_${command.length}`),
  },
  {
    id: "callback",
    wrap: (command) => `step() { ${command}\n}; mapfile -C step -c 1 list <<< 1`,
  },
  {
    id: "completion",
    wrap: (command) => `compgen -C ${singleQuoted(`${command}\n:`)} step 2>/dev/null; :`,
  },
  {
    id: "no-such-command",
    wrap: (command) => `command_not_found_handle() { ${command}\n}; no-such-command-step; :`,
  },
  { id: "own-cd", wrap: (command) => `(cd() { ${command}\n}; cd .)` },
  {
    id: "signal",
    wrap: (command) => `(trap ${singleQuoted(command)} USR1; kill -USR1 "$BASHPID"; :)`,
  },
  {
    id: "on-error",
    wrap: (command) => `(trap ${singleQuoted(`trap - ERR; ${command}`)} ERR; false; :)`,
  },
  {
    id: "fall-through",
    wrap: (command) => `case a in a) ;& b) ${command}\n;; esac`,
  },
  { id: "pipeline-end", wrap: (command) => `true | { ${command}\n}` },
  { id: "loop-once", wrap: (command) => `for ((;;)); do ${command}\nbreak; done` },
  {
    id: "opened",
    wrap: (command) => `{ exec 7< <(${command}\n); cat <&7; exec 7<&-; }`,
  },
  {
    id: "tar",
    wrap: (command) =>
      `STEP=${singleQuoted(command)} tar cf /dev/null --checkpoint=1 --checkpoint-action=exec='bash -c "$STEP"' .`,
    needs: "tar",
  },
  {
    id: "split",
    wrap: (command) =>
      `echo 1 | STEP=${singleQuoted(command)} split --filter='bash -c "$STEP"' - step`,
    needs: "split",
  },
  {
    id: "make-eval",
    wrap: (command) =>
      `STEP=${singleQuoted(command)} make -s --eval='again: ; @bash -c "$$STEP"' again`,
    needs: "make",
  },
  {
    id: "make-shell",
    wrap: (command) =>
      `STEP=${singleQuoted(command)} make -s --eval='X := $(shell bash -c "$$STEP" >&2)' --eval='again: ;' again`,
    needs: "make",
  },
  {
    id: "ed",
    wrap: (command) => held(command, `export step; echo '!bash -c "$step"' | ed -s`),
    needs: "ed",
  },
  {
    id: "m4",
    wrap: (command) => `STEP=${singleQuoted(command)} m4 <<< 'syscmd(bash -c "$STEP")'`,
    needs: "m4",
  },
  {
    id: "ionice",
    wrap: (command) => `ionice -c 3 bash -c ${singleQuoted(command)}`,
    needs: "ionice",
  },
  {
    id: "taskset",
    wrap: (command) => `taskset 1 bash -c ${singleQuoted(command)}`,
    needs: "taskset",
  },
  {
    id: "unshare",
    wrap: (command) => `unshare bash -c ${singleQuoted(command)}`,
    needs: "unshare",
  },
];

export const STARTED_BY_THE_WAY: readonly Wrapping[] = BY_THE_WAY.map((one) => ({
  ...one,
  isOfBash: true,
}));
