// su and other programs that give rights, change users or their passwords.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";
import { shellRuns } from "../model/shell-code.ts";

const NAMES =
  "su runuser pkexec passwd chpasswd useradd adduser usermod userdel deluser groupadd groupmod groupdel addgroup delgroup gpasswd newgrp visudo vipw vigr chsh chfn chage newusers groupmems sysadminctl setcap chroot nsenter setpriv capsh".split(
    " ",
  );

const effects: CommandModel["effects"] = ({ name, args, operands, values: valuesOf, has }) => {
  if (has("about") && args.length === 1) return [];
  const codes = valuesOf("code");
  const later = args.flatMap((word, at) =>
    /^(-c|--command)$/.test(textOf(word) ?? "") ? args.slice(at + 1, at + 2) : [],
  );
  const program = /^(pkexec|chroot|nsenter|unshare|setpriv|runuser)$/.test(name)
    ? operands.filter((word) => textOf(word)?.startsWith("-") !== true)
    : [];
  const argv = name === "chroot" ? program.slice(1) : program;
  return [
    effect<"privilege">({ kind: "privilege", means: name, user: textOf(operands[0] ?? []) }),
    ...(name === "su" || name === "runuser"
      ? [...codes, ...later].flatMap((code) => shellRuns([code]))
      : []),
    ...(argv.length > 0 ? [{ kind: "run", argv } as const] : []),
  ];
};

export const su = command({
  names: NAMES,
  optionsEnd: "first-operand",
  options: {
    code: taking("c", "--command --session-command"),
    about: flags("hV", "--help --version"),
  },
  effects,
});

/** WHY apart: `-c` takes nothing here. */
export const unshare = command({
  names: ["unshare"],
  optionsEnd: "first-operand",
  options: { style: flags("c", "--map-current-user"), about: flags("hV", "--help --version") },
  effects,
});
