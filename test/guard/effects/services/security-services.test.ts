// What ends the services that watch a machine is told apart from what ends or looks at others.
import { expect, test } from "vitest";
import { endedWatchers } from "#guard/effects/services/security-services.ts";
import { effect } from "#guard/effects/model/verbs.ts";
import { literal } from "#guard/shell/values/text.ts";

const deploys = [effect<"deploy">({ kind: "deploy", system: "services", operation: "change" })];
const ended = (line: string, consequences = deploys) => {
  const [name = "", ...words] = line.split(" ");
  return endedWatchers(name, words.map(literal), consequences).length > 0;
};

test.each([
  "systemctl stop auditd",
  "systemctl disable --now wazuh-agent.service",
  "service rsyslog stop",
  "pkill -9 falcon-sensor",
  "killall /usr/sbin/auditd",
  "launchctl unload /Library/LaunchDaemons/com.crowdstrike.falcon.Agent.plist",
  "sc stop WinDefend",
])("%s ends what watches", (line) => expect(ended(line)).toBe(true));

test.each([
  "systemctl stop nginx",
  "systemctl restart auditd",
  "systemctl start fail2ban",
  "pkill -f auditd-viewer",
  "kill 4711",
])("%s does not", (line) => expect(ended(line)).toBe(false));

test("a call that ends nothing does not, whatever it names", () => {
  expect(ended("grep stop auditd", [])).toBe(false);
});
