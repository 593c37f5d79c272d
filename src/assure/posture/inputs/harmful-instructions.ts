// A small grammar of instructions: sentences that tell a model to do harm, by who is told, what is done, to what and where it goes.

import { shownLines } from "./shown-lines.ts";

/** What following a sentence would do. */
export type Harm =
  | "override"
  | "send-secret"
  | "conceal"
  | "wipe-traces"
  | "persist"
  | "foreign-orders"
  | "disable-protection"
  | "false-authority"
  | "gather-secrets";

/** A sentence that tells the model to do harm. `line` counts from 1. */
export type HarmfulSentence = { readonly line: number; readonly harm: Harm };

/** Sentences of one text that are looked at, and characters of one. */
const SENTENCES_MAX = 20_000;
const SENTENCE_CHARS_MAX = 600;

/** Places of secrets, and what they hold. */
const PLACE = String.raw`(?:~?\/?[\w./-]*\.(?:env\b(?!\.(?:example|sample|template))|aws\b|ssh\b|netrc\b|npmrc\b|pypirc\b|kube\b|gnupg\b|git-credentials\b)[\w./-]*|\bid_(?:rsa|ed25519|ecdsa)\b|\bkeychains?\b|\b\/etc\/shadow\b)`;
const SECRET = String.raw`(?:${PLACE}|\b(?:api|access|secret|private|signing|ssh|deploy)[ _-]?keys?\b|\b(?:\w+[ _])?(?:tokens?|passwords?|credentials?|secrets?)\b|\b[A-Z][A-Z0-9_]*_(?:KEY|TOKEN|SECRET|PASSWORD)\b|\benvironment variables?\b|\b(?:every|all) env(?:ironment)?\b|\b(?:browser|session|saved) (?:cookies|logins?|passwords?)\b|\bsession transcripts?\b|\bconversation(?: history)?\b|\bpassword database\b|\bwallets?\b|\bseed phrases?\b|\b(?:aws|gcp|azure|github|openai|anthropic|stripe) (?:api )?(?:keys?|tokens?|credentials)\b)`;
/** Where data leaves to: a host that is no example of this machine, or a service for dropping things. */
const OUTSIDE = String.raw`(?:https?:\/\/(?!localhost|127\.|\[::1\])\S+|(?<![\w@])(?!10\.|192\.168\.|127\.|172\.(?:1[6-9]|2\d|3[01])\.)\d{1,3}(?:\.\d{1,3}){3}\b|\bpaste ?bin\b|\b(?:public )?gists?\b|\btelegram\b|\bdiscord\b|\b(?:our|my|an?|the) (?:external |remote |collector |own )?(?:webhook|collector|drop|exfil\w*)\b|\bissue comment\b|\bpublic (?:folder|bucket|channel|repo\w*)\b|(?<![\w.@])[\w.+-]+@[\w-]+\.[a-z][\w.-]*)`;
const SEND = String.raw`(?:send|post|upload|forward|transmit|exfiltrate|e-?mail|push|leak|submit|copy|paste|curl|relay|report|include|append|put|embed|encode|publish|dump|write|print|reveal|disclose|drop|leave|stash|store)`;
const GATHER = String.raw`(?:collect|gather|harvest|dump|search|scan|list|find|read|steal|extract|enumerate|look|take|grab|fetch|get|copy|open|zip|archive|pack)`;
const OLD_ORDERS = String.raw`(?:(?:previous|prior|earlier|above|preceding|existing|original|system|safety|developer'?s?|other)\s+(?:\w+\s+)?(?:instructions?|prompts?|rules?|guidelines?|directives?|orders?|messages?|constraints?|restrictions?|polic(?:y|ies))|system prompts?|developer'?s? instructions?)`;
const PROTECTION = String.raw`(?:sandbox(?:ing)?|permission (?:prompts?|checks?|system|requests?|rules?)|permissions|guard(?:s|rails?)?(?: hooks?)?|guard hooks?|security (?:scanners?|checks?|controls?|hooks?|software|monitoring)|(?:monitoring|audit|logging|security) (?:daemon|agent|service|process)|deny rules?|anti-?virus|audit(?: logs?| trail|ing)?|approvals?|confirmations?|confirmation prompts?|safety (?:checks?|filters?|rules?)|firewall)`;

type Form = { readonly harm: Harm; readonly pattern: RegExp; readonly isAnywhere?: boolean };

const form = (harm: Harm, source: string, isAnywhere = false): Form => ({
  harm,
  isAnywhere,
  pattern: new RegExp(source, "i"),
});

/** Clauses that do harm as an order. Most begin with their verb; the rest say it in any place. */
const FORMS: readonly Form[] = [
  form(
    "override",
    String.raw`^(?:ignore|disregard|forget|override|discard|drop|overrule|set aside|put aside)\b[^.]{0,30}\b(?:${OLD_ORDERS}|(?:rules|instructions|guidelines|orders) (?:that )?you (?:got|had|have|were given|received))`,
  ),
  form(
    "override",
    String.raw`^your (?:earlier|previous|prior|former|original|old) (?:instructions?|rules?|guidelines?|orders?)\b.{0,20}\b(?:no longer|do not|don't|cease to) (?:apply|hold|count|bind)`,
  ),
  form(
    "override",
    String.raw`^(?:forget|ignore|disregard) (?:everything|anything|all|whatever) (?:you (?:were|have been|know)|that came|above|before|said)`,
  ),
  form(
    "override",
    String.raw`\b(?:every|all|any) (?:earlier|previous|prior) (?:guideline|instruction|rule|order)s?\b[^.]{0,20}\b(?:void|obsolete|superseded|cancelled|no longer)`,
    true,
  ),
  form(
    "override",
    String.raw`^(?:treat|consider|regard)\b[^.]{0,40}\b(?:instructions?|rules?|guidelines?|prompt)\b[^.]{0,20}\b(?:superseded|void|obsolete|replaced|cancelled)`,
  ),
  form(
    "override",
    String.raw`\byou (?:now )?have no (?:restrictions|rules|limits|guidelines)\b`,
    true,
  ),
  form(
    "send-secret",
    String.raw`^${SEND}\b[^.]{0,10}(?:[^.]|\.(?=\w)|(?<=\/)\.){0,120}?${SECRET}[^;]{0,120}${OUTSIDE}`,
  ),
  form(
    "send-secret",
    String.raw`^${GATHER}\b.{0,60}${SECRET}.{0,60}\b(?:and|then|to)\b.{0,12}\b${SEND}\s+(?:it|its|them|their|those|these|each|(?:all|the|any|every)\s\w+)\b.{0,80}(?:${OUTSIDE}|\bbot\b|\bremote\b)`,
  ),
  form(
    "send-secret",
    String.raw`(?:${SECRET}|\bcontents? of\b).{0,60}\b(?:must|should|has to|have to|needs? to|is to|are to|shall)\b.{0,12}\bbe (?:sent|posted|uploaded|forwarded|copied|e-?mailed|pushed|transmitted)\b.{0,40}${OUTSIDE}`,
    true,
  ),
  form(
    "send-secret",
    String.raw`^(?:base64|url|hex)?-?(?:encode|embed|include|append|put|hide|smuggle)\b.{0,40}${SECRET}.{0,60}\b(?:urls?|query strings?|dns|image|commit messages?|pull request|issue)\b`,
  ),
  form(
    "conceal",
    // Who is told to do something themselves is kept from nothing.
    String.raw`^(?:do not|don't|never)\s+(?!(?:tell|ask|say to)\s+(?:the |your )?(?:user|human|person|developer|them)\s+(?:to|they (?:should|must|need|can))\b)(?:tell|mention|reveal|inform|notify|disclose|alert|warn|say|show)\b(?=.{0,60}\b(?:user|human|person|developer|owner|anyone|anybody|them|operator)\b)(?=.{0,80}\b(?:this|these|that you|about it|step|instructions?|what you)\b)`,
  ),
  form(
    "conceal",
    String.raw`\bwithout (?:telling|informing|notifying|mentioning|alerting|asking)\b[^"\u201c]{0,40}\b(?:user|human|developer|anyone|owner|it in|them)\b`,
    true,
  ),
  form(
    "conceal",
    String.raw`^(?:hide|conceal|keep)\b.{0,60}(?<!separate )\b(?:secret from|hidden from|away from|(?<=^(?:hide|conceal)\b.{0,60})from) (?:the |your )?(?:user|human|person|developer|owner|operator|reviewer)`,
  ),
  form(
    "conceal",
    String.raw`\bno need for (?:the |your )?(?:user|human|person|developer|owner|operator) to (?:know|see|learn|notice)`,
    true,
  ),
  form(
    "conceal",
    String.raw`^(?:leave|keep|omit)\b.{0,20}\b(?:this|it|that|these|the call|the upload)\b.{0,20}\b(?:out of|from) (?:the |your )?(?:report|summary|answer|reply|transcript|log)`,
  ),
  form(
    "wipe-traces",
    String.raw`\b(?:no|without) (?:logs?|records?|traces?|history)\b.{0,30}\b(?:remains?|stays?|is (?:left|kept)|are (?:left|kept)|behind)`,
    true,
  ),
  form(
    "conceal",
    String.raw`^(?:if (?:you are )?asked\b.{0,30})(?:say|claim|answer|reply|pretend)\b.{0,30}\b(?:nothing|no|not|never)\b`,
  ),
  form(
    "wipe-traces",
    String.raw`^(?:delete|erase|remove|wipe|truncate|purge|shred|(?:clear|empty)(?!\s+(?!history|logs?|records?|cache|traces?|all|any|the|your)\w+\s+and\b))\b.{0,30}(?:\.(?:bash|zsh|python|sh)_history|\b(?:shell|bash|command|terminal) history\b|\baudit (?:log|trail)s?\b|\b(?:all|any|every) (?:traces?|evidence|tracks)\b|\/var\/log\/\S+|\bsession transcripts?\b)`,
  ),
  form("wipe-traces", String.raw`\bhistory -c\b|\bunset HISTFILE\b|\bHISTFILE=\/dev\/null\b`, true),
  form("wipe-traces", String.raw`\b(?:cover|hide) (?:your|all|our|the) (?:tracks|traces)\b`, true),
  form(
    "persist",
    String.raw`^(?:add|append|write|install|insert|register|create|put|set up|schedule)\b.{0,60}(?:\bcron(?:tab| job| entry)?\b|\.(?:bash|zsh)rc\b|\.profile\b|\blaunch ?agent\b|\bsystemd\b|\bstartup\b|\blogin item\b|\bsettings\.json\b|\bhook into\b|\bauthorized_keys\b).{0,80}(?:https?:\/\/|\bcurl\b|\bwget\b|\|\s*(?:ba)?sh\b|\bpayload\b|\bcomes? back\b|\btunnel\b|\bssh-(?:rsa|ed25519)\b|\bbeacon\b|\bphone home\b)`,
  ),
  form(
    "persist",
    String.raw`^(?:add|append|write|install|insert|put)\b.{0,60}(?:https?:\/\/|\bcurl\b|\bssh-(?:rsa|ed25519)\b|\bpayload\b|\bthis line\b|\bfollowing key\b).{0,80}(?:\bcrontab\b|\.(?:bash|zsh)rc\b|\.profile\b|\bauthorized_keys\b|\bstartup script\b)(?!\s+(?:documentation|docs|example|section))`,
  ),
  form(
    "foreign-orders",
    String.raw`\breverse shell\b.{0,40}(?:\bto\b|\d)|\/dev\/tcp\/\d|\bn(?:c|cat)\b.{0,20}\s-e\s|\bbash -i\b.{0,4}>&`,
    true,
  ),
  form(
    "foreign-orders",
    String.raw`^(?:ask|query|poll|check|visit|open)\b.{0,10}https?:\/\/.{0,80}\b(?:obey|do|follow|execute|run|carry out)\b.{0,8}\b(?:what|the|it|them|whatever|orders?|answer)\b`,
  ),
  form(
    "foreign-orders",
    String.raw`^(?:fetch|get|download|pull|read|load|request)\b.{0,50}\b(?:instructions?|orders?|commands?|tasks?|steps)\b.{0,80}\b(?:do|follow|execute|carry|run|obey|perform)\b.{0,12}\b(?:what|them|it|whatever)\b`,
  ),
  form(
    "foreign-orders",
    String.raw`^(?:execute|run|do|follow|obey|perform)\b.{0,20}\b(?:whatever|anything|everything) (?:the|it|that|they|is|at|on)\b.{0,40}(?:https?:\/\/|\bserver\b|\bpage\b|\bremote\b|\bresponse\b).{0,40}`,
  ),
  form(
    "foreign-orders",
    String.raw`^(?:when|if|whenever)\b.{0,40}\b(?:tool (?:result|output)|web ?page|file|page|comment|issue)\b.{0,20}\b(?:says?|tells|asks|contains)\b.{0,40}\b(?:run|execute|follow|obey|do)\b.{0,40}\b(?:without|at once|immediately)`,
  ),
  form(
    "foreign-orders",
    String.raw`^(?:run|execute)\b.{0,10}\b(?:curl|wget)\b.{0,80}\|\s*(?:sudo )?(?:ba|z)?sh\b.{0,20}\bwithout\b`,
  ),
  form(
    "foreign-orders",
    String.raw`^(?:download|fetch|curl|wget)\b.{0,20}https?:\/\/.{0,80}\b(?:run|execute|start)\b.{0,12}\b(?:as root|with sudo|without|silently)`,
  ),
  form(
    "disable-protection",
    String.raw`^(?:disable|turn off|switch off|bypass|deactivate|uninstall|kill|stop|remove|circumvent|evade|skip|suppress)\b.{0,24}\b${PROTECTION}\b(?!\s+(?:tabs?|registry|pipelines?|flows?|forms?|buttons?|pages?|headers?|modules?|code|components?|modal|banner|tests?|replay|queues?|in (?:the|our|tests?)\b|for (?:the )?(?:seed|test|unit|fixture)))`,
  ),
  form(
    "disable-protection",
    String.raw`^(?:auto-?)?(?:approve|accept|confirm|allow) (?:every|all|any)\b.{0,12}\b(?:tool|permission|prompt|command|call|request|confirmation)s?\b`,
  ),
  form(
    "disable-protection",
    String.raw`\bpermission to (?:ignore|bypass|skip|disable|override)\b.{0,24}\b(?:${PROTECTION}|rules?)\b`,
    true,
  ),
  form(
    "disable-protection",
    String.raw`^(?:if|when|whenever)\b.{0,16}\b(?:guard|hook|permission|sandbox|rule|policy|client)\w*\b.{0,12}\b(?:refuses?|blocks?|denies|rejects?|stops?)\b.{0,40}\b(?:hide|wrap|encode|rename|split|smuggle|base64|obfuscate)\b`,
  ),
  form(
    "disable-protection",
    String.raw`^(?:always )?(?:answer|say|reply) yes to (?:every|all|any)\b.{0,20}\b(?:permission|prompt|request|question|confirmation)`,
  ),
  form(
    "false-authority",
    String.raw`^you are (?:now )?(?:in (?:developer|god|debug|admin|maintenance|unrestricted) mode|unrestricted|jailbroken|DAN\b)`,
  ),
  form(
    "false-authority",
    String.raw`\b(?:authori[sz]e|permit|allow|grant) you to (?:skip|ignore|bypass|do anything|disable)`,
    true,
  ),
  form(
    "false-authority",
    String.raw`^(?:system|admin|anthropic|developer)\s*:.{0,60}\b(?:reveal|comply|obey|disclose|override|you must)\b`,
  ),
  form(
    "false-authority",
    String.raw`^(?:pretend|assume|act as if|claim)\b.{0,20}\b(?:user|human|owner|operator|person)\b.{0,20}\b(?:approved|agreed|confirmed|allowed|consented|said yes)`,
  ),
  form("false-authority", String.raw`\bgrant yourself\b.{0,20}\b(?:every|all|any|full)\b`, true),
  form(
    "false-authority",
    String.raw`\b(?:message|note|instruction)s? (?:comes?|is|are) from (?:anthropic|the (?:system|vendor|administrator))\b.{0,40}\b(?:comply|obey|follow|without)`,
    true,
  ),
  form(
    "gather-secrets",
    String.raw`^(?:search|scan|look|go)\b.{0,30}\b(?:home|disk|machine|file ?system|system)\b.{0,30}${SECRET}.{0,40}\b(?:list|print|show|save|copy|write|send|dump|their|its)\b`,
  ),
  form(
    "gather-secrets",
    String.raw`^(?:read|dump|copy|extract|steal|export)\b.{0,30}(?:\bpassword database\b|\bsaved logins?\b|\b(?:browser|saved|session) (?:cookies|passwords)\b|\/etc\/shadow\b|\bkeychain\b).{0,60}\b(?:write|show|save|send|post|print|public|comment|them)\b`,
  ),
];

/** A sentence about such orders: it warns, shows or describes them. */
const ABOUT =
  /\b(?:attacks?|attackers?|malicious|hostile|suspicious|injections?|phish\w*|detects?|flags?|refuses?|rejects?|blocks?|prevents?|warns?|beware|untrusted|treat (?:text|it|them|such)|such as|for example|e\.g\.|phrases (?:such|like)|patterns?|classifier|scanner finds|never (?:follow|obey|comply|do))\b/i;
/** An order not to do it. What conceals says it by a negation itself. */
const FORBIDDEN =
  /^(?:(?:please|always|you|must|should|may|can|will|shall|to|and|or)\s+)*(?:never|do not|don't|not|cannot|can't|must not|mustn't|should not|shouldn't|avoid|refuse|refrain|stop short)\b/i;
/** Whether what follows is forbidden as a whole: `Never: ...`. */
export function isForbiddenList(sentence: string): boolean {
  return /^\s*(?:[-*+>]\s+)?[*_`]*(?:never|don't|do not|forbidden|prohibited|not allowed)[*_`]*\s*:/i.test(
    sentence,
  );
}

/** What may stand in front of the verb of an order. */
const LEAD_IN =
  /^(?:[\s>*_#`"'([-]|\d+[.)]|\[[ x]\]|(?:please|then|now|next|also|first|second|finally|always|immediately|silently|secretly|quietly|important|note|step \d+|you (?:must|should|will|need to|have to|may|are to)|make sure (?:to|you)|be sure to|remember to|your (?:task|job) is to|claude|assistant|agent|and|but|so|every (?:morning|day|hour|time)|(?:before|after|once|when|whenever|if|as soon as)\b[^,;.]{0,80},|after each \w+,|from now on)[\s,:]+)+/i;

/** Whether a line is a quotation: it is shown, as lists of what to look out for show it. */
export function isQuoted(line: string): boolean {
  return /^\s*(?:[-*+]|\d+[.)])?\s*(?:"[^"]*"|'[^']*'|`[^`]*`|\u201c[^\u201d]*\u201d)[.,;]?\s*$/.test(
    line,
  );
}

/** Whether a sentence warns of orders, shows or describes them. */
export function isAboutOrders(sentence: string): boolean {
  return ABOUT.test(sentence);
}

/** The harm that one sentence tells the model to do; undefined where it tells none. */
export function harmOf(sentence: string): Harm | undefined {
  const text = sentence.slice(0, SENTENCE_CHARS_MAX).replaceAll(/\s+/g, " ").trim();
  if (text.length < 12) return undefined;
  const conditional = CONDITIONAL.find(({ pattern }) => pattern.test(text));
  if (conditional !== undefined) return conditional.harm;
  if (ABOUT.test(text) || isForbiddenList(text)) return undefined;
  for (const clause of clausesOf(text)) {
    const bare = clause.replace(LEAD_IN, "");
    for (const { harm, pattern, isAnywhere } of FORMS) {
      const found = pattern.exec(harm === "conceal" && /^if/i.test(text) ? text : bare);
      if (found === null) continue;
      const before = isAnywhere === true ? bare.slice(0, found.index) : bare;
      if (harm !== "conceal" && FORBIDDEN.test(before)) continue;
      if (harm === "send-secret" && staysAtHome(bare)) continue;
      return harm;
    }
  }
  return undefined;
}

/** Hosts of issuers, by what their tokens are called: a token that goes to its own service is used, not sent away. */
const ISSUERS: readonly (readonly [name: RegExp, host: RegExp])[] = (
  [
    ["github|gh", "github\\.com|githubusercontent\\.com|ghcr\\.io"],
    ["gitlab|deploy", "gitlab\\.com"],
    ["stripe|api key", "api\\.stripe\\.com"],
    ["openai|api key", "(?:api|platform)\\.openai\\.com"],
    ["anthropic|claude|api key", "(?:api|console)\\.anthropic\\.com"],
    ["slack", "slack\\.com"],
    ["npm", "registry\\.npmjs\\.org|npmjs\\.com"],
    ["aws", "amazonaws\\.com|aws\\.amazon\\.com"],
    ["google|gcp|gemini|api key", "googleapis\\.com|google\\.com"],
    ["hugging ?face|hf", "huggingface\\.co"],
    ["sentry", "sentry\\.io"],
    ["linear", "linear\\.app"],
    ["notion", "api\\.notion\\.com"],
  ] as const
).map(([name, host]) => [
  new RegExp(String.raw`(?:^|[\W_])(?:${name})(?=$|[\W_])`, "i"),
  new RegExp(String.raw`^(?:[\w-]+\.)*(?:${host})$`, "i"),
]);
const SENT_OUTSIDE = new RegExp(OUTSIDE, "i");
const ADDRESS = /https?:\/\/([^\s/:"'`)>\]]+)/gi;

/** Whether every address of a clause is the secret's own service, or where it is got from. */
function staysAtHome(clause: string): boolean {
  // The token of a service that is named, and nothing else outside: `your Discord bot token`.
  const own = /\b(discord|telegram)(?: bot)? tokens?\b/i.exec(clause)?.[1];
  if (own !== undefined && !SENT_OUTSIDE.test(clause.replaceAll(new RegExp(own, "gi"), "")))
    return true;
  const addresses = [...clause.matchAll(ADDRESS)];
  return (
    addresses.length > 0 &&
    addresses.every(({ index, 1: host = "" }) => {
      const before = clause.slice(0, index);
      if (/\b(?:from|see)\s+[<([`]?$/i.test(before)) return true;
      // A name before the host's own: one that stands in the address itself says nothing.
      return ISSUERS.some(([name, of]) => of.test(host) && name.test(before));
    })
  );
}

/** Forms that begin with their condition. */
const CONDITIONAL = FORMS.filter(({ pattern }) => /^\^\(\?:(?:if|when)\|/.test(pattern.source));

/** A sentence whole, and from each verb behind `and`, `then` or a semicolon on. */
function clausesOf(text: string): readonly string[] {
  const starts = [
    ...text.matchAll(/(?:[;:]|, (?:and )?then|,? and(?: then)?| then)\s+(?=[a-z])/gi),
  ];
  return [text, ...starts.slice(0, 8).map((match) => text.slice(match.index + match[0].length))];
}

/** Sentences of a text for the model that tell it to do harm, each line once. Code in fences is left to who reads code. */
export function harmfulSentences(text: string): readonly HarmfulSentence[] {
  const found: HarmfulSentence[] = [];
  const shown = shownLines(text);
  let isFenced = false;
  let count = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:```|~~~)/.test(line)) isFenced = !isFenced;
    if (isFenced || shown.has(index + 1)) continue;
    if (isQuoted(line)) continue;
    for (const sentence of line.split(/(?<=[.!?])\s+(?=[A-Z`*_"'([-])/)) {
      if (++count > SENTENCES_MAX) return found;
      const harm = harmOf(sentence);
      if (harm === undefined) continue;
      found.push({ line: index + 1, harm });
      break;
    }
  }
  return found;
}
