// ssh-copy-id and ssh-import-id: let the holder of a key log in.
import { literal } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect, egress } from "../model/verbs.ts";

const LETS_IN = effect<"persist">({ kind: "persist", means: "remote-login", target: undefined });

export const sshCopyId: CommandModel = command({
  names: ["ssh-copy-id"],
  options: {
    key: role("key", taking("i")),
    settings: role("input", taking("F")),
    given: taking("o"),
    choice: taking("pt"),
    style: flags("fnsx"),
    about: flags("h?", "--help --version"),
  },
  effects: ({ operands, has, values }): readonly Consequence[] => {
    if (has("about")) return [];
    // What ssh is told here may name a program to reach the host by.
    const given = [...values("settings").flatMap((file) => [literal("-F"), file])];
    const told = values("given").flatMap((setting) => [literal("-o"), setting]);
    const isTold = given.length + told.length > 0;
    const argv = [literal("ssh"), ...given, ...told, ...operands.slice(-1), literal("true")];
    return [LETS_IN, ...(isTold && operands.length > 0 ? [{ kind: "run", argv } as const] : [])];
  },
});

export const sshImportId: CommandModel = command({
  names: ["ssh-import-id", "ssh-import-id-gh", "ssh-import-id-lp"],
  options: {
    output: role("log", taking("-o --output")),
    choice: taking("-u --useragent"),
    style: flags("-r --remove"),
    about: flags("-h --help --version"),
  },
  effects: ({ has }) => (has("about") ? [] : [LETS_IN, egress(undefined)]),
});
