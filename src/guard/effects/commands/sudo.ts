// sudo: more rights, and whatever it runs with them.
import { hole, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, flag, optional, valued } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";

export const sudo: CommandModel = command({
  names: ["sudo", "doas", "sudoedit"],
  optionsEnd: "first-operand",
  options: {
    user: valued("-u", "--user"),
    values: valued(
      "-g",
      "-h",
      "-p",
      "-C",
      "-r",
      "-t",
      "-T",
      "-U",
      "-R",
      "--group",
      "--host",
      "--prompt",
      "--close-from",
      "--role",
      "--type",
      "--chroot",
      "--command-timeout",
      "--other-user",
    ),
    directory: valued("-D", "--chdir"),
    shell: flag("-i", "-s", "--login", "--shell"),
    edit: flag("-e", "--edit"),
    quiet: flag("-n", "--non-interactive"),
    style: flag(
      "-l",
      "--list",
      "-k",
      "-K",
      "-V",
      "--reset-timestamp",
      "--version",
      "--help",
      "-A",
      "-b",
      "-B",
      "-E",
      "-H",
      "-N",
      "-P",
      "-S",
      "-v",
      "--askpass",
      "--background",
      "--bell",
      "--set-home",
      "--preserve-groups",
      "--stdin",
      "--validate",
    ),
    preserve: optional("--preserve-env"),
  },
  effects: ({ operands, has, values, name }) => {
    const argv = operands;
    const isBare = !has("style") && !has("values") && !has("shell") && !has("edit");
    const isTrial = has("quiet") && argv.length === 1 && argv.map(textOf)[0] === "true";
    // Scripts ask so whether they may: nothing is done with it.
    if (isBare && isTrial && name === "sudo") return [prints([[hole("unmodelled")]])];
    const [directory] = values("directory");
    const privilege = {
      kind: "effect",
      effect: { kind: "privilege", means: name, user: undefined },
    } as const;
    if (has("edit") || name === "sudoedit")
      return [
        privilege,
        ...argv.map((path) => ({ kind: "writes", path, mode: "change" }) as const),
      ];
    if (argv.length === 0) return [privilege];
    return [privilege, { kind: "run", argv, ...(directory === undefined ? {} : { directory }) }];
  },
});
