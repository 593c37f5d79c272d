// Services and processes that watch the machine: what records, filters, scans or encloses what others do on it.
import { baseName } from "#base/path.ts";
import { type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { changesProcesses } from "./guard-processes.ts";

/** Names of services and daemons, by the documentation of each product; of an endpoint's agents the common ones. */
const WATCHER = new RegExp(
  `^(?:${[
    "auditd|audispd|auditbeat|rsyslogd?|syslogd?|syslog-ng|systemd-journald|journald|auditd_exporter",
    "falcon(?:-sensor|d|ctl)?|com\\.crowdstrike\\..*|osqueryd?|com\\.facebook\\.osqueryd|wazuh.*|ossec.*",
    "clamav.*|clamd|freshclam|mdatp|wdavdaemon|wdavd|sentinel(?:one|d|ctl)|cbagentd|cbdaemon|cbdefense|ds_agent",
    "elastic-(?:agent|endpoint)|endpoint-security|filebeat|fluentd?|fluent-bit|td-agent|splunkd?|splunkforwarder",
    "apparmor|selinux.*|firewalld|ufw|nftables|iptables|fail2ban(?:-server)?|sshguard|crowdsec|usbguard",
    "aide|aidecheck|tripwire|samhain|rkhunter|falco|tetragon|suricata|snort|zeek|sysmon|sysdig",
    "nessusd|qualys-cloud-agent|taniumclient|santad?|com\\.google\\.santa.*|jamf|windefend|sense|mpssvc|eventlog",
  ].join("|")})(?:\\.service|\\.plist|\\.socket)?$`,
  "i",
);

/** Words by which something is ended or kept from starting. A restart ends nothing. */
const ENDS =
  /^(?:stop|kill|disable|mask|freeze|unload|remove|bootout|delete|off|down|quit|--now|force-stop)$/i;
const KILLERS = /^(?:pkill|killall5?|skill|taskkill|fkill|pidof|pgrep)$/;

/** Whether the words of a call name such a service or process. */
function namesWatcher(words: readonly string[]): boolean {
  return words.some((word) => WATCHER.test(baseName(word)));
}

/** A control of the machine is ended. */
const HARMS_WATCHER: Consequence = {
  kind: "effect",
  effect: { kind: "tamper", control: "what watches this machine", target: undefined },
};

/** What follows beside `consequences` from a call that ends processes or services, where its words name one that watches. */
export function endedWatchers(
  name: string,
  argv: readonly Text[],
  consequences: readonly Consequence[],
): readonly Consequence[] {
  if (!changesProcesses(consequences)) return [];
  const words = argv.flatMap((word) => textOf(word) ?? []);
  const isEnding = KILLERS.test(name) || words.some((word) => ENDS.test(word));
  return isEnding && namesWatcher(words) ? [HARMS_WATCHER] : [];
}
