// auditctl, semanage, fail2ban-client and others: what the machine watches, forbids and lets in.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

export const auditctl = classifiedBySubcommand({
  readOnly: {
    auditctl: /^(-s|-l|-v)$/,
    semanage: /^\w+\s+(-l|--list)(\s+\S+)*$/,
    setsebool: /^$/,
    semodule: /^(-l|--list(=\w+)?)$/,
    apparmor_parser: /^(-Q|--skip-kernel-load|-N|--names)(\s+\S+)*$/,
    "fail2ban-client": /^(status|ping|version|get)(\s+\S+)*$/,
    ipset: /^(list|-L|-n list|test)(\s+\S+)*$/,
    conntrack: /^(-L|-S|-C|-E|--list|--stats|--count)(\s+\S+)*$/,
    brctl: /^(show|showmacs|showstp)(\s+\S+)*$/,
    bridge: /^((-\w+\s+)*(link|fdb|mdb|vlan)(\s+show(\s+\S+)*)?)$/,
    "iptables-save": /^(-c|-t \w+|)$/,
    "ip6tables-save": /^(-c|-t \w+|)$/,
    localectl: /^(status|list-\S+|)$/,
    chronyc: /^((-n )?(tracking|sources|sourcestats|activity|ntpdata)( -v)?)$/,
    ntpq: /^(-p|-pn|-c \w+)$/,
    hwclock: /^(-r|--show|--get|)$/,
    smartctl:
      /^((-a|-i|-H|-A|-x|-l \w+|--all|--info|--health|--attributes|-j|-d [\w,]+)\s+)+\/\S+$|^--scan(-open)?$/,
  },
  otherwise: ({ name }) => [
    effect<"privilege">({ kind: "privilege", means: name, user: undefined }),
  ],
});
