// `sallyport completion`: a script that has a shell complete commands, options and their values.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { packNames } from "../../../services/policy/policy-source.ts";
import { bashCompletion } from "../../completion/bash.ts";
import { type CompletionNode, completionTree } from "../../completion/completion-tree.ts";
import { fishCompletion } from "../../completion/fish.ts";
import { zshCompletion } from "../../completion/zsh.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import type { CommandTable } from "../../command-line/entry.ts";

const SCRIPTS: Readonly<Record<string, (nodes: readonly CompletionNode[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `sallyport completion SHELL`. */
export function completionCommand(all: CommandTable) {
  return defineCommand({
    meta: {
      name: "completion",
      description: `prints a script that completes commands, options and values. Write it once, and again after an upgrade

  bash   mkdir -p ~/.local/share/bash-completion/completions
         sallyport completion bash > ~/.local/share/bash-completion/completions/sallyport
         (needs the package bash-completion; without it: \`source\` the file in ~/.bashrc)
  zsh    mkdir -p ~/.zfunc
         sallyport completion zsh > ~/.zfunc/_sallyport
         (in ~/.zshrc, before \`compinit\`: fpath=(~/.zfunc $fpath))
  fish   sallyport completion fish > ~/.config/fish/completions/sallyport.fish

A new shell knows it.`,
    },
    args: {
      shell: {
        type: "positional",
        required: true,
        valueHint: "bash|zsh|fish",
        description: "bash, zsh or fish",
      },
      ...jsonOption,
    },
    async run({ args }) {
      const { shell } = args;
      const write = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
      if (write === undefined)
        throw new Failure(
          "usage",
          `there is no completion for \`${printable(shell)}\`: name ${Object.keys(SCRIPTS).join(", ")}`,
        );
      const script = write(await completionTree(all, packNames()));
      await print(args.json === true ? printableJson({ shell, script }) : script);
    },
  });
}
