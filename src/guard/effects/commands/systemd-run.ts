// systemd-run, update-rc.d, pm2 and others that make a program run when nobody looks.
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { lineShown } from "../model/display-options.ts";
import { effect } from "../model/verbs.ts";

/** Calls of these programs that only look; all others make something start by itself. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  "systemd-run": /^(--version|--help|-h)$/,
  "update-rc.d": /^(--help)$/,
  chkconfig: /^(--list(\s+\S+)?|)$/,
  "rc-update": /^(show|-v show|)$/,
  rcctl: /^(?:ls|get|check)(?: |$)/,
  sysrc: /^(?:-[aAcDeEFhlLnNqvx]+ )*[\w.-]*$/,
  svcadm: /^(--help)$/,
  svccfg: /^(?:(?:-s \S+ )?(?:list|listprop|export)(?: |$).*|)$/,
  runsvdir: /^$/,
  "s6-rc-bundle-update": /^$/,
  "s6-svscan": /^$/,
  dinitctl: /^(?:list|status|is-started|is-failed)(?: |$)/,
  insserv: /^(-h|--help|-s)$/,
  launchctl: /^(list|print|print-disabled|version|blame|managername|procinfo)(\s+\S+)*$/,
  loginctl: /^((list-\S+|show-\S+|\S+-status)(\s+\S+)*|)$/,
  machinectl: /^(list|status|show|image-status|show-image|list-images)?(\s+\S+)*$/,
  schtasks: /^\/query/i,
  sv: /^status(\s+\S+)*$/,
  supervisorctl: /^(status|tail|avail|pid|version|help)(\s+\S+)*$/,
  initctl: /^(list|status|version)(\s+\S+)*$/,
  defaults: /^(read|domains|find|read-type|help)(\s+\S+)*$/,
};

export const systemdRun: CommandModel = command({
  names: Object.keys(LOOKS),
  own: "a call looks only if its whole line is known to, by program: any other word, option or not, makes something start by itself",
  options: {},
  effects: ({ name: called, args }, context) => {
    const name = called.replace(/\.exe$/i, "").toLowerCase();
    const line = args.map((word) => textOf(word) ?? "?").join(" ");
    const looked = /^(?:login|machine)ctl$/.test(name) ? lineShown(args) : line;
    if (LOOKS[name]?.test(looked) === true) return [];
    if (name === "defaults")
      return [
        writes(preferences(args[1], context.home), "change"),
        ...(/LoginHook|LogoutHook|launchd/i.test(line) ? [SERVICE] : []),
      ];
    if (name === "supervisorctl" && !/^(reread|update|add)/.test(line))
      return [effect<"deploy">({ kind: "deploy", system: "services", operation: "change" })];
    const first = args.findIndex((word) => textOf(word)?.startsWith("-") !== true);
    const runs: readonly Consequence[] =
      name === "systemd-run" && first >= 0
        ? [{ kind: "run", argv: args.slice(first), stdin: undefined }]
        : [];
    return [
      ...(BY_ANOTHER.test(`${name} ${line}`)
        ? [effect<"privilege">({ kind: "privilege", means: name, user: undefined })]
        : []),
      SERVICE,
      ...runs,
    ];
  },
});

/** What runs has the rights of somebody else. */
const BY_ANOTHER =
  /^systemd-run (?:.* )?(?:--[ug]id[= ]|(?:-p ?|--property[= ])(?:User|Group|DynamicUser|AmbientCapabilities)=)|^machinectl (?:shell|login) (?!\w+@)|^machinectl (?:.* )?(?:--uid[= ]|root@)/;

const SERVICE = effect<"persist">({ kind: "persist", means: "service", target: undefined });

/** The file of settings of a domain: a name, or a path of its own. */
function preferences(domain: Text | undefined, home: string): Text {
  const text = textOf(domain ?? []) ?? "*";
  if (/^[/~]/.test(text)) return domain ?? [];
  return literal(`${home}/Library/Preferences/${text.replace(/[^\w.-]/g, "_")}.plist`);
}
