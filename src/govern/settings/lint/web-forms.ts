// Checks of what stands in the brackets of WebFetch and WebSearch rules.
import type { CheckRemark, FormSubject } from "./rule-remark.ts";

/** What is wrong with a WebFetch rule: it takes `domain:` and a host, nothing else. */
export function webFormRemarks({ subject, list }: FormSubject): readonly CheckRemark[] {
  if (subject === undefined) return list === "allow" ? [] : [BY_NAME];
  if (/:\/\/|^http/.test(subject)) {
    const host = /^[a-z]*:?\/\/([^/:*]+)/i.exec(subject)?.[1] ?? "host";
    return [
      {
        id: "rule/url",
        message: "WebFetch rules take no address: this one matches nothing",
        fix: `write \`WebFetch(domain:${host})\``,
      },
    ];
  }
  if (!subject.startsWith("domain:")) {
    const message = "WebFetch rules begin with `domain:`: this one matches nothing";
    return [{ id: "rule/no-domain", message, fix: `write \`WebFetch(domain:${subject})\`` }];
  }
  const host = subject.slice("domain:".length);
  const other = otherNotation(host);
  if (other !== undefined) return [other];
  if (list !== "deny" || host.includes("*") || /^[\d.:]+$/.test(host)) return [];
  return [
    {
      id: "rule/no-sub-domains",
      message: `hosts below \`${host}\` are not denied`,
      fix: `add \`WebFetch(domain:*.${host})\``,
    },
  ];
}

/** Hosts in a notation that the client does not know. */
function otherNotation(host: string): CheckRemark | undefined {
  if (/^[\w.*-]+(?:\|[\w.*-]+)+$/.test(host)) {
    const rules = host.split("|").map((part) => `\`WebFetch(domain:${part})\``);
    const message = "a bar is no alternative in a rule: this one matches nothing";
    return { id: "rule/alternation", message, fix: `write ${rules.join(" and ")}` };
  }
  if (!/\\\.|\.\*\.?|\.\+|^\^|\$$|[()|]/.test(host)) return undefined;
  return {
    id: "rule/regular-expression",
    message: "hosts in rules are no regular expressions: this one matches nothing",
    fix: "write `domain:host`, and `domain:*.host` for the hosts below it",
  };
}

const BY_NAME: CheckRemark = {
  id: "rule/by-name",
  message: "commands reach the network too",
  fix: "hold hosts by `sandbox.network.allowedDomains`, or let sallyport judge where data goes",
};

/** What is wrong with a WebSearch rule: it takes exact words. */
export function searchFormRemarks({ subject, list }: FormSubject): readonly CheckRemark[] {
  if (subject === undefined) return list === "allow" ? [] : [BY_NAME];
  if (!/[*?]/.test(subject)) return [];
  const message = "WebSearch rules take no wildcards: the client drops this one";
  return [{ id: "rule/search-wildcard", message, fix: "write `WebSearch`, or the exact words" }];
}
