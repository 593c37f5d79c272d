// ssh-add and ssh-agent: the agent that holds the person's keys.
import { EMPTY, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

const USUAL = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_dsa"];

export const sshAdd: CommandModel = command({
  names: ["ssh-add", "ssh-agent"],
  optionsEnd: "first-operand",
  options: {
    library: taking("-P -S"),
    choice: taking("-t -E -H -h -a -O"),
    looks: flags("-l -L -T"),
    removes: flags("-D -d -x -X -e -k"),
    style: flags("-c -v -q -K -A -C"),
    running: flags("-s"),
  },
  effects: ({ name, args, operands, has }, { home }) => {
    const words = args.map((word) => textOf(word));
    if (name === "ssh-agent") return agent(words, operands);
    if (has("looks")) return [prints(madeOf(EMPTY))];
    if (has("library") || has("running"))
      return [cannotTell("dynamic-code", "a library that the agent loads")];
    if (has("removes"))
      return [
        { kind: "effect", effect: { kind: "deploy", system: "agent", operation: "remove-keys" } },
      ];
    const keys =
      operands.length > 0 ? operands : USUAL.map((key) => literal(`${home}/.ssh/${key}`));
    return keys.filter(isFile).map((path) => reads(path));
  },
});

/** Starts an agent, alone or around a program. */
function agent(
  words: readonly (string | undefined)[],
  operands: readonly ReturnType<typeof literal>[],
): readonly Consequence[] {
  if (words.includes("-k"))
    return [{ kind: "effect", effect: { kind: "deploy", system: "processes", operation: "end" } }];
  if (operands.length > 0) return [{ kind: "run", argv: operands }];
  // What it prints sets two variables; the numbers are its own.
  const text =
    "SSH_AUTH_SOCK=/tmp/ssh-agent/agent.1; export SSH_AUTH_SOCK;\nSSH_AGENT_PID=1; export SSH_AGENT_PID;\necho Agent pid 1;\n";
  return [prints([literal(text)])];
}
