// systemctl and service: services that are looked at, started, stopped, and made to start by themselves.
import { literal, textOf } from "../../shell/values/text.ts";
import { command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { deploys, effect, egress, readOnlyVerb, persists, runVerb, verbs } from "../model/verbs.ts";

const LISTING = [
  flags(
    "alqriT",
    "--all --no-pager --full --quiet --failed --user --system --no-legend --plain --recursive --reverse --help --value --after --before --with-dependencies --show-types --show-transaction --marked",
  ),
  taking(
    "ntpPoHM",
    "--type --state --property --lines --output --host --machine --legend --timestamp --check-inhibitors --preset-mode --what",
  ),
];
const TABLE = verbs(
  [
    "status,is-active,is-enabled,is-failed,is-system-running,list-units,list-unit-files,list-timers,list-sockets,list-dependencies,list-jobs,list-paths,show,cat,help,get-default",
    readOnlyVerb(...LISTING),
  ],
  ["show-environment", { effects: () => [reads(literal("/proc/self/environ"))] }],
  [
    "start,stop,restart,reload,try-restart,reload-or-restart,try-reload-or-restart,kill,reset-failed,clean,freeze,thaw,daemon-reload,daemon-reexec,cancel,import-environment",
    deploys("services"),
  ],
  [
    "enable,disable,reenable,preset,preset-all,mask,unmask,link,revert,add-wants,add-requires,edit,set-property,set-default,set-environment,unset-environment,bind,mount-image",
    persists("service"),
  ],
  [
    "poweroff,reboot,halt,suspend,hibernate,hybrid-sleep,kexec,soft-reboot,isolate,rescue,emergency,default,exit,switch-root",
    deploys("machine", "power-off"),
  ],
);

export const systemctl = command({
  names: ["systemctl", "service", "rc-service"],
  subcommands: new Set(Object.keys(TABLE)),
  options: {
    listing: LISTING[0] ?? flags(""),
    listed: LISTING[1] ?? taking(""),
    now: flags(
      "f",
      "--now --force --runtime --no-block --no-reload --wait --no-wall --no-ask-password --dry-run --version --status-all --global",
    ),
    signal: taking("s", "--signal --kill-whom --root --image --job-mode --message"),
  },
  effects: (invocation, context) => {
    const { name, operands, has, values: valuesOf } = invocation;
    const remote =
      has("listed") && invocation.args.some((word) => /^(-H|--host)/.test(textOf(word) ?? ""))
        ? [egress(textOf(valuesOf("listed")[0] ?? []))]
        : [];
    if (operands.length === 0) return remote;
    if (name === "systemctl") return [...remote, ...runVerb(TABLE, invocation, context)];
    // `service NAME VERB`, and others with the verb behind the name.
    const verb = textOf(operands[1] ?? []) ?? "";
    if (verb === "status") return remote;
    return [
      ...remote,
      effect<"deploy">({
        kind: "deploy",
        system: "services",
        operation: verb === "" ? "change" : verb,
      }),
    ];
  },
});
