// mount and other programs that change the kernel, its settings or the network filter.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { lineShown } from "../model/display-options.ts";
import { effect } from "../model/verbs.ts";

const RIGHTS =
  "mount umount modprobe insmod rmmod depmod iptables ip6tables iptables-restore nft ufw firewall-cmd sysctl swapon swapoff losetup setenforce aa-teardown aa-complain aa-disable aa-enforce aa-audit aa-remove-unknown faillock pam_tally2 pam-auth-update authselect login pw ip ifconfig route hostnamectl timedatectl tc".split(
    " ",
  );
/** Calls of these programs that only look. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  mount: /^(?:(?:-l|--show-labels)(?:\s+(?:-t|--types)\s+[\w,.-]+)?|-t\s+[\w,.-]+(?:\s+-l)?|)$/,
  iptables: /^(-t \w+ )?(-L|-S|--list|--list-rules|-nL|-nvL|-Ln)(\s+[\w-]+)*$/,
  ip6tables: /^(-t \w+ )?(-L|-S|--list|--list-rules|-nL|-nvL)(\s+[\w-]+)*$/,
  nft: /^list\s/,
  ufw: /^status/,
  "firewall-cmd": /^--(state|list-all|list-ports|list-services|get-zones)$/,
  sysctl: /^(-a|-A|--all|(-n\s+)?[a-z0-9_.]+)$/,
  losetup: /^(-a|-l|--list|--all|)$/,
  swapon: /^(-s|--show|--summary)$/,
  ip: /^(-(?!ba?t?c?h?\s)\w+\s+)*(a|addr|address|r|route|l|link|n|neigh|neighbou?r|rule|stats|maddr|maddress|mroute|mrule|netns|nexthop|ntable|tcp_metrics|tcpmetrics|token|tunnel|tuntap|vrf|addrlabel|netconf)(\s+(s|sh|show|list|lst|ls|get|identify|pids)(\s+\S+)*)?$/,
  ifconfig: /^(-a|\w*)$/,
  route: /^(-n|)$/,
  hostnamectl: /^(status|hostname|chassis|location|deployment|)$/,
  timedatectl: /^(status|show|list-timezones|timesync-status|show-timesync|)$/,
  tc: /^\w+ (show|ls|list)/,
  authselect: /^(current|list|show|check|test|list-features|requirements)(\s|$)/,
  faillock: /^(?!.*--reset)/,
  pam_tally2: /^(?!.*(?:-r|--reset))/,
  pw: /^(?:user|group)\s?(?:show|next)/,
};

export const mount = command({
  names: RIGHTS,
  optionsEnd: "expression",
  options: {},
  effects: ({ name, args }) => {
    const line = args.map((word) => textOf(word) ?? "?").join(" ");
    const looked = /^(?:hostname|timedate)ctl$/.test(name) ? lineShown(args) : line;
    if (LOOKS[name]?.test(looked) === true || /^(--version|--help|-V|-h)$/.test(line)) return [];
    if (name === "sysctl") return settingsOf(args);
    return [effect<"privilege">({ kind: "privilege", means: name, user: undefined })];
  },
});

/** Settings of the kernel are files below one directory. */
function settingsOf(args: readonly Text[]): readonly Consequence[] {
  const named = args.flatMap((word) => {
    const setting = /^([\w./-]+)=/.exec(knownPrefix(word))?.[1];
    return setting === undefined || setting.startsWith("-") ? [] : [setting.replaceAll(".", "/")];
  });
  const places = named.length > 0 ? named : ["kernel"];
  return places.map((setting) => writes(literal(`/proc/sys/${setting}`), "change"));
}
