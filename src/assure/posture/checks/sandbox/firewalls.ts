// Scripts that are meant to hold sessions: flags that do not exist, and firewalls that leave ways open.
import type { Looks } from "../../check.ts";
import { containersOf } from "../../containers/index.ts";
import { filesIn, lineFault, linesOf, ofFiles } from "../../looking.ts";
import { operationFiles, packageScripts } from "../../scripts-seen.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";

const scripts = (auditInputs: AuditInputs) =>
  [
    ...operationFiles(auditInputs),
    ...filesIn([auditInputs.repository], /(?:^|\/)(?:nftables|pf)[\w.-]*\.conf$|\.(?:nft|rules)$/),
    ...containersOf(auditInputs).map(({ file }) => file),
  ].filter((file, index, all) => all.indexOf(file) === index);

const NAME = String.raw`["']?[a-z][\w-]*(?:\.[a-z\d-]+)*\.[a-z]{2,}\b(?!\/)`;
/** Rules that name a host: it is looked up when the rule is made, and never again. */
const BY_NAME: readonly RegExp[] = [
  new RegExp(String.raw`\bip6?tables\b.*\s(?:-d|--destination|--dst)[= ]${NAME}`, "i"),
  new RegExp(String.raw`\bnft\b.*\bip6?\s+daddr\s+(?:\{\s*)?${NAME}`, "i"),
  new RegExp(String.raw`\bufw\b.*\b(?:to|allow out)\s+${NAME}`, "i"),
  new RegExp(String.raw`\bfirewall-cmd\b.*\b(?:-d\s+|destination address=["']?)${NAME}`, "i"),
  new RegExp(String.raw`\bNew-NetFirewallRule\b.*-RemoteAddress\s+${NAME}`, "i"),
  new RegExp(String.raw`^\s*pass\s+out\b.*\bto\s+${NAME}`, "i"),
  /\b(?:ip6?tables|nft|ufw)\b.*\$\(\s*(?:dig|host|getent|nslookup|drill)\b/,
];
/** What refuses everything that no rule lets out. */
const CLOSES_ALL =
  /ip6?tables\b[^\n]*(?:-P|--policy)\s+OUTPUT\s+(?:DROP|REJECT)|policy\s+(?:drop|reject)|-A\s+OUTPUT\s+(?:-o\s+\S+\s+)?-j\s+(?:DROP|REJECT)|\bufw\s+default\s+(?:deny|reject)\s+outgoing|\bblock\s+(?:drop\s+|return\s+)?out\s+(?:quick\s+)?(?:on\s+\S+\s+)?all\b|^[ \t]*block\s+all\b|-DefaultOutboundAction\s+Block|--set-target=(?:DROP|REJECT)|--set-default-zone=(?:drop|block)/im;
/** Rules that refuse a port of what goes out. */
const ONE_PORT: readonly RegExp[] = [
  /\bip6?tables\b(?=.*\bOUTPUT\b)(?=.*-j\s+(?:DROP|REJECT)).*--dports?\s+\S+/,
  /\bnft\b(?=.*\b(?:add|insert)\s+rule\b).*\b(?:tcp|udp|th)\s+dport\s+[^;]*\b(?:drop|reject)\b/,
  /^\s*(?:tcp|udp)\s+dport\s+[^;]*\b(?:drop|reject)\b/,
  /\bufw\s+(?:-\S+\s+)*(?:deny|reject)\s+out\b.*\b\d+/,
  /\bfirewall-cmd\b(?=.*\bOUTPUT\b)(?=.*\b(?:DROP|REJECT)\b).*--dports?[ =]\S+/,
  /^\s*block\s+(?:drop\s+|return\s+)?out\b.*\bport\b/,
  /\bNew-NetFirewallRule\b(?=.*-Direction\s+Outbound)(?=.*-Action\s+Block).*-RemotePort\s+\S+/i,
];

/** Checks of the family `sandbox` about scripts around the client. */
export const firewallLooks: Looks = {
  "flag-without-effect": ofFiles(
    (auditInputs) =>
      [...scripts(auditInputs), ...packageScripts(auditInputs).map(({ file }) => file)].filter(
        (file, index, all) => all.indexOf(file) === index,
      ),
    "script",
    (file) =>
      linesOf(file)
        .filter(({ text }) => !/^\s*#/.test(text) && /\bclaude\b[^\n|;&]*\s--sandbox\b/.test(text))
        .map(({ line }) =>
          lineFault(
            file,
            line,
            "the client has no flag `--sandbox`: nothing is held by it",
            'write `"sandbox": { "enabled": true, "failIfUnavailable": true }` in settings',
          ),
        ),
  ),
  "firewall-by-name": ofFiles(scripts, "script", (file) =>
    linesOf(file)
      .filter(({ text }) => !/^\s*#/.test(text) && BY_NAME.some((pattern) => pattern.test(text)))
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "the name is looked up once, and the rule holds yesterday's number",
          "send traffic through a proxy that knows names, such as the sandbox's `allowedDomains`",
        ),
      ),
  ),
  "firewall-one-port": ofFiles(scripts, "script", (file) => {
    const text = file.text ?? "";
    if (CLOSES_ALL.test(text)) return [];
    return linesOf(file)
      .filter(({ text: one }) => !/^\s*#/.test(one) && ONE_PORT.some((form) => form.test(one)))
      .slice(0, 1)
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "every other port stays open",
          "close everything first: `iptables -P OUTPUT DROP`, and the same with ip6tables",
        ),
      );
  }),
};
