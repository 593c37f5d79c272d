// ssh-copy-id and ssh-import-id: let the holder of a key log in.
import { textOf } from "../../shell/values/text.ts";
import { command } from "../model/command-model.ts";
import { effect } from "../model/verbs.ts";

export const sshCopyId = command({
  names: ["ssh-copy-id", "ssh-import-id", "ssh-import-id-gh", "ssh-import-id-lp"],
  optionsEnd: "own",
  options: {},
  effects: ({ args }) =>
    args.some((word) => /^(-h|--help|-\?|--version)$/.test(textOf(word) ?? ""))
      ? []
      : [effect<"persist">({ kind: "persist", means: "remote-login", target: undefined })],
});
