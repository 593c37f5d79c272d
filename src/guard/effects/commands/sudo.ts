// sudo: more rights, and whatever it runs with them.
import { type CommandModel, command, flag, optional, valued } from "../model/command-model.ts";

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
    style: flag(
      "-A",
      "-b",
      "-B",
      "-E",
      "-H",
      "-k",
      "-K",
      "-l",
      "-n",
      "-N",
      "-P",
      "-S",
      "-v",
      "-V",
      "--askpass",
      "--background",
      "--bell",
      "--set-home",
      "--reset-timestamp",
      "--list",
      "--non-interactive",
      "--preserve-groups",
      "--stdin",
      "--validate",
      "--version",
      "--help",
    ),
    preserve: optional("--preserve-env"),
  },
  effects: ({ operands, has, values, name }) => {
    const argv = operands;
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
