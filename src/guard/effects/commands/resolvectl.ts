// resolvectl, networkctl and nmcli: names and networks of the machine, which are shown or changed.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect, egress } from "../model/verbs.ts";

const ANY = String.raw`(\s+\S+)*`;
/** Names that are asked for go to a server of names. */
const QUERIES = /^(?:query|service|openpgp|tlsa)$/;

export const resolvectl = classifiedBySubcommand({
  readOnly: {
    resolvectl: new RegExp(
      `^((-\\S+\\s+)*(status|statistics|show-cache|show-server-state|dns|domain|default-route|llmnr|mdns|dnssec|dnsovertls|nta)(\\s+[\\w.-]+)?|)$`,
    ),
    networkctl: new RegExp(`^((-\\S+\\s+)*(list|status|lldp|label|cat)${ANY}|)$`),
    nmcli:
      /^((-\S+\s+([\w,.][\w,.-]*\s+)?)*((g|general)(\s+(status|hostname|permissions|logging))?|(n|networking)(\s+connectivity)?|(r|radio)(\s+(all|wifi|wwan))?|(c|con|connection)(\s+show(\s+[\w.:-]+)*)?|(d|dev|device)(\s+(status|show(\s+[\w.:-]+)*|wifi(\s+list)?))?|monitor)|)$/,
    iwconfig: /^\w*$/,
    iw: /^(dev|phy|list|reg get|dev \S+ (info|link|scan dump))$/,
    ethtool: /^(-[ikSacgTl]\s+)?\w+$/,
    rfkill: /^(list.*|)$/,
    bluetoothctl: /^(list|show|devices|info|paired-devices)(\s+\S+)*$/,
  },
  otherwise: ({ name, words }) => {
    const [verb = ""] = words.filter((word) => !word.startsWith("-"));
    return name === "resolvectl" && QUERIES.test(verb)
      ? [egress(undefined)]
      : [effect<"privilege">({ kind: "privilege", means: name, user: undefined })];
  },
});
