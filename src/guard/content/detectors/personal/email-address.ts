// personal/email-address: an address that mail reaches somebody at, as people write it.
import type { Detector, Span } from "../../detection/detector.ts";

/** RFC 5321, 4.5.3.1: characters of a local part and of a domain. */
const LOCAL_MAX = 64;
const DOMAIN_MAX = 253;
/** RFC 5322 "atext" and dots, without the signs that only code puts before an `@`. */
const LOCAL = /[A-Za-z0-9+_.'\u00c0-\u024f%-]+$/;
const DOMAIN =
  /^(?:[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f-]{0,61}[A-Za-z0-9\u00c0-\u024f])?\.){1,8}(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{2,59})(?![A-Za-z0-9-]|\.[A-Za-z0-9])/;
/** Names kept for documentation, tests and private networks (RFC 2606, RFC 6761, RFC 6762 appendix G), and names that stand for any. */
const NOBODYS =
  /(?:^|\.)(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost|local|localdomain|internal|lan|corp|home|intranet|private|arpa|(?:your[-_.]?)?(?:domain|company|org|site|email)\.(?:com|org|net|tld)|users\.noreply\.github\.com)$/i;
/** Ends of file names that look like a domain: `icon@2x.png`, `getty@tty1.service`. */
const FILE_END =
  /\.(?:png|jpe?g|gif|svg|webp|ico|[cm]?[jt]sx?|json|s?css|less|html?|xml|ya?ml|txt|log|map|lock|vue|php|java|class|jar|exe|dll|tgz|gz|tar|service|target|timer|socket|mount|plist|conf|cfg|toml|ini|md5|sha256|git|pyc?|latest|next)$/i;
/** Local parts of programs: the account of a protocol, and senders that read nothing. */
const MACHINE =
  /^(?:git|svn|hg|root|user|username|your[._-]?(?:name|email)|first(?:name)?\.last(?:name)?|someone|somebody|foo|npm|no-?reply|do-?not-?reply|mailer-daemon)$/i;
/** Characters before an address in which a URL that it is the account of begins. */
const URL_REACH = 200;

export const emailAddress: Detector = {
  id: "personal/email-address",
  title: "an e-mail address",
  family: "personal",
  tier: "low",
  bulk: { count: 50, tier: "medium" },
  *find(window) {
    let behind = 0;
    for (let at = window.indexOf("@"); at >= 0; at = window.indexOf("@", at + 1)) {
      const span = addressAround(window, at, behind);
      if (span === undefined) continue;
      behind = span.end;
      yield span;
    }
  },
};

function addressAround(text: string, at: number, behind: number): Span | undefined {
  const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + DOMAIN_MAX))?.[0];
  if (domain === undefined || NOBODYS.test(domain) || FILE_END.test(domain)) return undefined;
  const before = text.slice(Math.max(behind, at - LOCAL_MAX), at);
  const local = LOCAL.exec(before)?.[0].replace(/^[^A-Za-z0-9_\u00c0-\u024f]+/, "") ?? "";
  if (local === "" || local.endsWith(".") || local.includes("..") || MACHINE.test(local)) {
    return undefined;
  }
  const start = at - local.length;
  if (isAccountOfUrl(text, start)) return undefined;
  return { start, end: at + 1 + domain.length };
}

/** `https://somebody@host/` names an account on a host, and nobody's mail. */
function isAccountOfUrl(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - URL_REACH), start);
  return /[a-z]:\/\/[^\s"'<>/?#]*$/i.test(before);
}
