// Programs that run another program and change only how: time limits, priority, sessions, user.
import {
  type CommandModel,
  command,
  flag,
  type OptionSpec,
  optional,
  valued,
} from "../command-model.ts";

/** A program whose operands, after the first `skip`, are the program it runs. */
function wrapper(
  name: string,
  options: Readonly<Record<string, OptionSpec>>,
  skip = 0,
): CommandModel {
  return command({
    names: [name],
    optionsEnd: "first-operand",
    options: { ...options, about: flag("--help", "--version") },
    effects: ({ operands }) => {
      const argv = operands.slice(skip);
      return argv.length === 0 ? [] : [{ kind: "run", argv }];
    },
  });
}

export const timeout = wrapper(
  "timeout",
  {
    limits: valued("-k", "-s", "--kill-after", "--signal"),
    style: flag("-v", "-f", "-p", "--preserve-status", "--foreground", "--verbose"),
  },
  1,
);

export const nohup = wrapper("nohup", {});

export const nice = wrapper("nice", {
  adjustment: valued("-n", "--adjustment"),
  digits: flag(..."0123456789".split("").map((digit) => `-${digit}`)),
});

export const setsid = wrapper("setsid", {
  style: flag("-c", "-f", "-w", "--ctty", "--fork", "--wait"),
});

export const stdbuf = wrapper("stdbuf", {
  modes: valued("-i", "-o", "-e", "--input", "--output", "--error"),
});

export const ionice = wrapper("ionice", {
  classes: valued("-c", "-n", "-p", "--class", "--classdata"),
  style: flag("-t", "--ignore"),
});

/** `time` as a program; as a keyword the parser removes it. */
export const time = wrapper("time", {
  output: valued("-o", "-f", "--output", "--format"),
  style: flag("-a", "-p", "-v", "-q", "--append", "--portability", "--verbose", "--quiet"),
});

export const sudo: CommandModel = command({
  names: ["sudo", "doas"],
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
      "-D",
      "-R",
      "--group",
      "--host",
      "--prompt",
      "--close-from",
      "--role",
      "--type",
      "--chdir",
      "--chroot",
      "--command-timeout",
      "--other-user",
    ),
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
  effects: ({ operands, has, name }) => {
    const argv = operands;
    const privilege = {
      kind: "effect",
      effect: { kind: "privilege", means: name, user: undefined },
    } as const;
    if (has("edit"))
      return [
        privilege,
        ...argv.map((path) => ({ kind: "writes", path, mode: "change" }) as const),
      ];
    return argv.length === 0 ? [privilege] : [privilege, { kind: "run", argv }];
  },
});
