// gosu, start-stop-daemon and others that run a program as another user or with other rights.
import {
  type CommandModel,
  type Consequence,
  command,
  type OptionSpec,
} from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect } from "../model/verbs.ts";
import { textOf } from "../../shell/values/text.ts";

/** The model of such programs, whose program stands behind the options and so many words. */
function changingUser(
  names: readonly string[],
  skip: number,
  options: Readonly<Record<string, OptionSpec>> = {},
): CommandModel {
  return command({
    names,
    optionsEnd: "first-operand",
    // Rights of somebody else are taken, whatever the other options say.
    hasOtherOptions: true,
    options: { ...options, about: flags("--version --help -h -V") },
    effects: ({ name, args, operands, has }): readonly Consequence[] => {
      if (args.length === 1 && has("about")) return [];
      const behind = operands.slice(skip);
      const argv = textOf(behind[0] ?? []) === "--" ? behind.slice(1) : behind;
      return [
        effect<"privilege">({ kind: "privilege", means: name, user: undefined }),
        ...(argv.length === 0 ? [] : [{ kind: "run", argv, stdin: undefined } as const]),
      ];
    },
  });
}

export const gosu: CommandModel = changingUser(
  ["gosu", "su-exec", "setuidgid", "s6-setuidgid", "calife", "sux"],
  1,
);

export const chpst: CommandModel = changingUser(["chpst"], 0, {
  choice: taking("-u -U -b -e -/ -C -n -l -L -m -d -o -p -f -c"),
  style: flags("-v -P -0 -1 -2"),
});

/** Like sudo, with options of their own. */
export const dzdo: CommandModel = changingUser(
  ["dzdo", "please", "sesu", "gsudo", "super", "run0", "pfexec", "fakechroot", "pkttyagent"],
  0,
  {
    user: taking("-u --user -g --group"),
    choice: taking(
      "-D --chdir --setenv --unit --property --slice --slice-inherit --description --nice --background --machine --loglevel -r --reason -t --target --config-dir",
    ),
  },
);

export const gksu: CommandModel = changingUser(["gksu", "gksudo", "kdesu"], 0, {
  code: role("shell code", taking("-c")),
  user: taking("-u --user"),
  choice: taking("-m --message -D --description -p --priority --attach -i"),
});

export const systemdNspawn: CommandModel = changingUser(["systemd-nspawn"], 0, {
  choice: taking(
    "-D --directory --template -i --image --oci-bundle -M --machine --hostname --uuid -S --slice -E --setenv -u --user -p --port --property --capability --drop-capability --network-interface --network-bridge --bind --bind-ro --tmpfs --overlay --overlay-ro --chdir --pivot-root --root-hash --volatile --link-journal --settings --console --background",
  ),
  style: flags(
    "-b --boot -a --as-pid2 -x --ephemeral -q --quiet -U -n --network-veth -j --read-only",
  ),
});

/** What it starts is named by an option; the words behind `--` are its arguments. */
export const startStopDaemon: CommandModel = command({
  names: ["start-stop-daemon"],
  hasOtherOptions: true,
  options: {
    program: taking("-x --exec -a --startas"),
    choice: taking(
      "-p --pidfile -u --user -g --group -n --name -s --signal -R --retry -N --nicelevel -P --procsched -I --iosched -k --umask -r --chroot -d --chdir -c --chuid",
    ),
    logs: role("log", taking("-O --output")),
    style: flags(
      "-S --start -K --stop -T --status -o --oknodo -q --quiet -b --background -m --make-pidfile -t --test -C --no-close -v --verbose",
    ),
    about: flags("--version --help -h -V -H"),
  },
  effects: ({ name, args, behindDashes = [], has, values }): readonly Consequence[] => {
    if (args.length === 1 && has("about")) return [];
    const programs = values("program").map(
      (program): Consequence => ({
        kind: "run",
        argv: [program, ...behindDashes],
        stdin: undefined,
      }),
    );
    return [effect<"privilege">({ kind: "privilege", means: name, user: undefined }), ...programs];
  },
});
