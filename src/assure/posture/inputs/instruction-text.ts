// Texts for the model, line by line: what people do not see in them, and what they tell the client to get around.
import { downloadsCode } from "./addresses.ts";
import type { Severity } from "./severity.ts";
import { shownLines } from "./shown-lines.ts";
import {
  type Harm,
  harmfulSentences,
  isAboutOrders,
  isForbiddenList,
  isQuoted,
} from "./harmful-instructions.ts";

/** A line and what is wrong with it. `line` counts from 1. */
export type TextRemark = {
  readonly line: number;
  readonly message: string;
  /** Milder than the check that asks, where the sentence does less. */
  readonly severity?: Severity;
};

const LINES_MAX = 20_000;
const LINE_CHARS_MAX = 4_000;

/** Characters without width, and those that turn the direction of a text or carry hidden letters (tags). */
const UNSEEN =
  /\u200B|\u200C|[\u2060-\u2064]|\u180E|\u00AD|[\u202A-\u202E]|[\u2066-\u2069]|\uFEFF|[\u{E0000}-\u{E007F}]|(?<!\p{Emoji}|\u200D|\uFE0F)\u200D|\u200D(?!\p{Emoji})/u;
/** Scripts that are written with joiners, between whose letters one says how they are joined, and the flags that end in tags. */
const JOINED =
  /(?<=[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{M}])[\u200C\u200D]|\u{1F3F4}[\u{E0061}-\u{E007A}\u{E0030}-\u{E0039}]{2,6}\u{E007F}/gu;
/** A zero-width joiner within emoji, and a mark at the start of a file, are no hiding. */
const ORDERS =
  /\b(?:ignore|disregard|forget|override|bypass|skip|disable|always|never|must|do not|don't|secretly|silently|without (?:telling|asking|mention)|run|execute|curl|wget|fetch|send|upload|exfiltrate|post|read|print|include|append|copy|delete|push|commit|install|password|token|secret|credential|\.env|api key|you are|assistant|claude|system prompt|instructions?)\b/i;
/** Comments that tools and people write for tools and people. */
const ORDINARY_COMMENT =
  /^\s*(?:TO[D]O|FIX[M]E|NOTE|markdownlint|prettier|textlint|vale|eslint|spell|cspell|toc|tocstop|START doctoc|END doctoc|sallyport|\/sallyport|BEGIN|END|AUTO-GENERATED|generated|all-contributors|ALL-CONTRIBUTORS|copyright|license|SPDX|last (?:updated|reviewed)|see |keep |draft|source:|vim:|omit)/i;

/** What people do not see: characters without a shape, and comments that give orders. */
export function hiddenText(text: string): readonly TextRemark[] {
  const body = text.replace(/^\uFEFF/, "");
  const lines = linesIn(body).flatMap(({ line, text: one }) =>
    UNSEEN.test(withoutLoneMark(one.replaceAll(JOINED, "")))
      ? [{ line, message: "characters stand here that nobody sees and the model reads" }]
      : [],
  );
  const comments = [...body.matchAll(/<!--([\s\S]{0,8000}?)-->/g)].flatMap((match) => {
    const inner = match[1] ?? "";
    const isHarmful = harmfulSentences(inner).length > 0;
    const isPlain = ORDINARY_COMMENT.test(inner) || !isOrder(inner) || isForMaintainers(inner);
    if (!isHarmful && isPlain) return [];
    const line = body.slice(0, match.index).split("\n").length;
    const said = { line, message: "a comment that no page shows gives orders to the model" };
    return [isHarmful || REACHES_OUT.test(inner) ? said : { ...said, severity: "low" as const }];
  });
  return [...lines, ...comments, ...unshown(body)];
}

/** Words of a comment by which it does more than shape what the model writes. */
const REACHES_OUT =
  /https?:\/\/|\b(?:ignore|disregard|forget|bypass|secretly|silently|curl|wget|fetch|send|upload|exfiltrate|post|install|password|tokens?|secrets?|credentials?|api keys?|system prompt|execute|run|push|delete|disable|permissions?|approv\w+|without (?:telling|asking|mention\w*)|(?:do not|don't|never) (?:tell|mention|ask|show|reveal))\b|\.env\b/i;

/** WHY: one mark of an encoding within a line comes from a file that was pasted in, and hides nothing. */
function withoutLoneMark(line: string): string {
  return line.split("\uFEFF").length === 2 ? line.replace("\uFEFF", "") : line;
}

/** Forms of Markdown and HTML that no page shows: comments by a link, and elements without a look. */
const UNSHOWN =
  /<font\b[^>]*\bcolor\s*=\s*["']?(?:white|#fff(?:fff)?)["']?[^>]*>[^\n]{0,2000}?<\/font>|^[ \t]*\[(?:\/\/|comment|_|#|\.|hidden)\]:\s*(?:#|<>|<#>)\s*["'(]([^\n]*?)["')]?\s*$|<(\w+)\b[^>]*(?:\bstyle\s*=\s*["'][^"']*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0|color\s*:\s*(?:white|#fff(?:fff)?|transparent))[^"']*["']|\shidden(?=[\s>]))[^>]*>([\s\S]{0,2000}?)<\/\2>/gim;

function unshown(text: string): readonly TextRemark[] {
  return [...text.matchAll(UNSHOWN)].flatMap((match) => {
    const inner = match[1] ?? match[3] ?? match[0].replaceAll(/<[^>]*>/g, "");
    if (ORDINARY_COMMENT.test(inner) || !isOrder(inner)) return [];
    const line = text.slice(0, match.index).split("\n").length;
    return [{ line, message: "a text that no page shows gives orders to the model" }];
  });
}

/** What tools and authors write for whoever edits the file next; an order that does harm is none of it. */
const FOR_MAINTAINERS =
  /\b(?:auto-?generated|generated by|edit (?:content )?(?:outside|only|below|above)|do not edit|maintainers?|contributors?|nested CLAUDE\.md|this (?:file|section|block) (?:is|was|gets)|stripped from|placeholder|template|fill in)\b/i;
/** Words of an order that are more than names of things: only these make one of a comment that speaks another language. */
const VERBS =
  /\b(?:ignore|disregard|forget|override|bypass|skip|disable|always|never|must|do not|don't|secretly|silently|without|run|execute|curl|wget|fetch|send|upload|exfiltrate|post|read|print|include|append|copy|delete|push|install|you are)\b/i;

function isForMaintainers(comment: string): boolean {
  return FOR_MAINTAINERS.test(comment) || !VERBS.test(comment);
}

/** Whether a comment tells somebody to do something, in more than a word. */
function isOrder(comment: string): boolean {
  const words = comment.trim().split(/\s+/).length;
  return words >= 4 && ORDERS.test(comment);
}

const NEGATION =
  /\b(?:never|not|don't|doesn't|must not|mustn't|cannot|can't|avoid|no|without|refuse|forbid(?:den|s)?|prohibit(?:ed|s)?|disallow(?:ed|s)?|instead of|rather than|is blocked|are blocked|denied|reject(?:ed|s)?|warn(?:s|ing)?|refused|fails?|detects?|flags?|report)\b/i;
/** Phrases that get around what holds the client. */
const GETS_AROUND: readonly RegExp[] = [
  /--dangerously-skip-permissions/,
  /\b(?:dangerouslyDisableSandbox|skipDangerousModePermissionPrompt|disableAllHooks)\b/,
  /\bbypass ?Permissions\b/i,
  /(?<![\w`/]-|[[|`]|\b(?:the|an?|each|every|this|that|direct|users?|humans?|people) )\b(?![\w ]*[|\]-]|\w+ (?:ALL |all |the )?user (?:approval|confirmation))(?:bypass|circumvent|work around|get around|evade|sidestep|override(?! (?:applied|audit|is|was)\b)|ignore|disregard|skip|disable|turn off|switch off|deactivate|remove|comment out|edit|loosen|weaken|suppress)\b[^.\n\u2013\u2014]{0,40}\b(?:permission(?:s)?(?: (?:system|checks?|prompts?|rules?|settings?))?|(?<!\b(?:setup|teardown|db|database|react|custom|lifecycle|test|fixture|install|build|shared|web|use\w*)\s)hooks?|sandbox(?:ing)?|guard(?:rails?|s)?|safety (?:checks?|rules?|settings?)|security (?:checks?|rules?|settings?|controls?|policy)|deny (?:rules?|list)|approval|confirmation(?: prompts?)?|allow-?list|managed settings|audit(?:ing)?(?: log(?:ging)?)?)\b/i,
  // What is asked for is leave, not knowledge; `X, not Y` says what else to do; a manner is no question left out.
  /\b(?:without|don't|do not|never|no need to|(?<!, )not) (?:(?:asking|ask|prompt(?:ing)?|confirm(?:ing)?|request(?:ing)?)\b[^."\n]{0,30}\b(?:permission|confirmation|approval|first|the user(?! (?:what|which|where|who|why|how|about)\b)|before)|wait(?:ing)?\b[^."\n]{0,30}\b(?:permission|confirmation|approval|the user))\b(?! in (?:plain |free )?(?:text|prose|chat)\b)/i,
  /\b(?:auto-?(?:approve|accept)|always (?:approve|accept|allow|say yes to)|approve (?:all|every|any))\b[^.\n]{0,40}\b(?:commands?|tools?|prompts?|permissions?|requests?|calls?|actions?|edits?)\b/i,
  /\b(?:add|append|write|put)\b[^.\n]{0,60}\b(?:permissions\.allow|allow(?:-| )?list|`?allow`? (?:rules?|list))\b/i,
  /\b(?:use|run|commit|push)\b[^.\n]{0,40}--no-verify\b/,
  /\bignore (?:all |any )?(?:previous|prior|above|earlier|other) (?:instructions?|rules?|guidelines?)\b/i,
  /\b(?:if|when) (?:a |the |any )?(?:command|call|tool|hook|edit|write)[^.\n]{0,30}\b(?:is |gets )?(?:blocked|denied|refused|rejected)\b[^.\n]{0,80}\b(?:python|node|base64|another|different|alternative|via|through|rename|wrap|script|encod|work ?around|instead)\b/i,
  /\b(?:if|when|whenever) (?:a |the |any |our )?(?:[\w-]+ )?(?:hooks?|guards?|rules?|policy|sandbox|permissions?|checks?|validators?|pre-?commit|client|system)\b[^.\n]{0,20}\b(?:blocks?|denies|deny|refuses?|rejects?|stops?|prevents?|complains?|fails?|triggers?)\b[^.\n]{0,80}\b(?:wrap|base64|encod\w*|rename|another (?:tool|way|command|spelling)|different (?:tool|way|command|spelling)|alternative|work ?around|get (?:it )?through|via (?:python|node|perl|bash)|split (?:it|the command)|-c\b|retry with|--no-verify|comment it out|(?:disable|delete|remove|skip|ignore|bypass) (?:it|them|the hook))/i,
  /\b(?:edit|change|modify|update|rewrite|extend)\b[^\n]{0,40}settings(?:\.local)?\.json\b[^\n]{0,60}\b(?:(?:to|so that it) allows?|to permit|allow any|allow every)\b/i,
  /\b(?:avoid(?!\s+\w+ing\b)|dodge|escape|trick|fool|(?:get|slip|sneak|make it) past|hide from)\b[^.\n]{0,30}\b(?:permission (?:checks?|prompts?|rules?|system)|deny(?:-| )?(?:lists?|rules?)|sandbox|guard(?: hooks?|rails?)?|hook checks?|safety (?:checks?|rules?)|security (?:checks?|rules?|scanner))\b/i,
];
/** `If a command is denied,`: the case in which something is to be done, and no negation of it. */
const CONDITION =
  /\b(?:if|when|whenever|once|as soon as|after|should|in case|where)\b[^,.;:]{0,80}(?:,|:|\bthen\b)/gi;
/** Phrases in which the negation is the point: no question is asked. */
const NEGATED_BY_NATURE = [4, 9, 10];
const QUESTIONS_LEFT_OUT = 4;
/** The phrase that is also the label of a button. */
const ALWAYS_ALLOW = 5;
/** The phrase about lists that other programs have too, and what such a list of the client is about. */
const ALLOW_LIST = 6;
const OF_CLIENT =
  /\b(?:permissions?|settings|commands?|tools?|bash|claude|hooks?|guards?|sandbox)\b/i;
/** Languages in which what is forbidden stands before the word that forbids it. */
const FORBIDS_BEHIND =
  /^[^\u3002\n]{0,40}(?:\u7981\u6b62|\u53b3\u7981|\u3057\u306a\u3044|\u3059\u308b\u306a|\u4e0d\u53ef|\u4e0d\u5f97|\uae08\uc9c0|\ud558\uc9c0 ?\ub9c8)/;
/** The phrase of injections that texts about them quote. */
const QUOTED_BY_MANY = 8;

/** Lines that tell the client to get around permissions, hooks, questions or the sandbox. */
export function disablesProtection(text: string): readonly TextRemark[] {
  const byGrammar = harmfulSentences(text)
    .filter(({ harm }) => GETS_AROUND_TOO.includes(harm))
    .map(({ line }) => ({ line, message: HARMS["disable-protection"][0] }));
  const byPhrase = getsAround(text);
  const told = new Set(byPhrase.map(({ line }) => line));
  return [...byPhrase, ...byGrammar.filter(({ line }) => !told.has(line))];
}

function getsAround(text: string): readonly TextRemark[] {
  const shown = shownLines(text);
  return sentencesIn(text).flatMap(({ line, text: one }) => {
    if (shown.has(line)) return [];
    const order = one.replace(CONDITION, "");
    const found = GETS_AROUND.findIndex((pattern, index) =>
      pattern.test(NEGATED_BY_NATURE.includes(index) ? one : order),
    );
    if (found === -1) return [];
    // Quotations and warnings show such an order and give none.
    if (found === QUOTED_BY_MANY && (isQuoted(one) || isAboutOrders(one))) return [];
    const match = GETS_AROUND[found]?.exec(order);
    const isByNature = NEGATED_BY_NATURE.includes(found);
    // A negation within what was found turns it round as well: `Bypass: never skip a check`.
    const end =
      (match?.index ?? 0) + (/[:,]\s|\s-\s/.test(match?.[0] ?? "") ? (match?.[0].length ?? 0) : 0);
    if (!isByNature && NEGATION.test(order.slice(0, end))) return [];
    if (isForbiddenList(one)) return [];
    if (
      !isByNature &&
      FORBIDS_BEHIND.test(order.slice((match?.index ?? 0) + (match?.[0].length ?? 0)))
    )
      return [];
    if (found === ALLOW_LIST && !OF_CLIENT.test(one)) return [];
    if (!isByNature && isFeature(order, match?.index ?? 0, match?.[0] ?? "")) return [];
    if (new RegExp("`[^`]*$").test(order.slice(0, match?.index)) && ALWAYS_ALLOW === found)
      return [];
    if (
      !isByNature &&
      /\b(?:is|are) (?:forbidden|prohibited|not allowed|blocked|denied|never)\b/i.test(order)
    )
      return [];
    if (
      found === 4 &&
      /\b(?:push|publish|deploy|delete|release|merge|never|do not|don't|must not)\b.{0,60}\bwithout\b/i.test(
        one,
      )
    )
      return [];
    const said = { line, message: "the model is told to get around what holds it" };
    // The client asks all the same: words alone switch no question off.
    return [found === QUESTIONS_LEFT_OUT ? { ...said, severity: "medium" as const } : said];
  });
}

/** Whether the words are about a part of the product that is worked on: a toggle to switch something off, a module of that name. */
function isFeature(order: string, at: number, found: string): boolean {
  return (
    /\b(?:toggle|option|button|switch|setting|checkbox|endpoint|menu item|parameter)s?\s+(?:to|that(?: can)?|for|which)\s+$/i.test(
      order.slice(0, at),
    ) ||
    /^\s+(?:module|component|page|screen|form|class|package|tab)s?\b/i.test(
      order.slice(at + found.length),
    )
  );
}

/** What is said of each harm, and how bad it is where prose alone asks for it. */
const HARMS: Readonly<Record<Harm, readonly [string, Severity]>> = {
  override: ["the model is told to drop its own instructions", "high"],
  "send-secret": ["the model is told to send secrets away", "high"],
  conceal: ["the model is told to keep what it does from its user", "medium"],
  "wipe-traces": ["the model is told to wipe traces", "high"],
  persist: ["the model is told to plant something that runs later", "high"],
  "foreign-orders": ["the model is told to do whatever another machine says", "high"],
  "disable-protection": ["the model is told to get around what holds it", "high"],
  "false-authority": ["the text claims rights that it cannot give", "medium"],
  "gather-secrets": ["the model is told to gather secrets", "medium"],
};
/** Harms that another check names. */
const GETS_AROUND_TOO: readonly Harm[] = ["override", "disable-protection"];

/** Lines that tell the model to do harm, by the grammar of instructions; what gets around protection is told elsewhere. */
export function tellsToHarm(text: string): readonly TextRemark[] {
  // What a comment hides is told as hidden text, once.
  const shown = text.replaceAll(/<!--[\s\S]{0,8000}?-->/g, (one) => one.replaceAll(/[^\n]/g, " "));
  return harmfulSentences(shown).flatMap(({ line, harm }) => {
    const [message, severity] = HARMS[harm];
    return GETS_AROUND_TOO.includes(harm) ? [] : [{ line, message, severity }];
  });
}

/** A download into a file: the address, and the name that it is kept under. */
const KEPT =
  /\b(?:curl|wget|iwr|invoke-webrequest|aria2c|gh release download)\b(?=[^\n]*\bhttps?:\/\/)[^\n]*/i;
const KEPT_AS =
  /(?:\s-\w*[oO]|\s--output(?:-document)?|\s-OutFile|>)[\s=]*["']?([^\s"'`;&|-][^\s"'`;&|]*)/;
/** Names of files that may be programs. */
const PROGRAM_FILE =
  /(?:^|\/)[^./]+$|\.(?:sh|bash|zsh|fish|run|bin|exe|msi|ps1|bat|cmd|py|[cm]?[jt]s|pl|rb|php|phar|lua|jar|deb|rpm|apk|pkg|appimage|command)$/i;
/** Lines below a download within which its file is run. */
const RUN_WITHIN = 8;

/** The file that a line downloads, as far as one can see it. */
function keptFile(line: string): string | undefined {
  const command = KEPT.exec(line)?.[0].split("`")[0];
  if (command === undefined || NEGATION.test(line.slice(0, line.indexOf(command))))
    return undefined;
  const named = KEPT_AS.exec(command)?.[1];
  if (named !== undefined && !/^https?:/.test(named)) return named;
  const isKept = /^wget\b/i.test(command) || /\s-\w*O\b|--remote-name/.test(command);
  return isKept ? /https?:\/\/[^\s"'?#]+\/([\w.-]+)/.exec(command)?.[1] : undefined;
}

/** Whether a line runs a file, or makes it a program. */
function runsFile(line: string, file: string): boolean {
  const name = (file.split("/").at(-1) ?? file).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const path = String.raw`["']?(?:[\w.~$-]*\/)*${name}["']?(?=[\s\x60"';&|]|$)`;
  return new RegExp(
    String.raw`\b(?:(?:ba|z|da|k)?sh|python3?|node|perl|ruby|pwsh|source|sudo|chmod\s+(?:-\S+\s+)?(?:[ugoa]*\+[rw]*x|[0-7]*[157][0-7]*)|dpkg\s+-i|npx|exec)\s+(?:-\w+\s+)*${path}|(?:^\s*|[\x60$&;|]\s*)(?:\.|~|\/)[\w./~-]*\/?${name}(?=[\s\x60;&|]|$)`,
  ).test(line);
}

/** Lines by which a file is downloaded that a line below runs. */
function downloadsThenRuns(text: string): readonly TextRemark[] {
  const lines = linesIn(text);
  return lines.flatMap(({ line, text: one }, index) => {
    const file = keptFile(one);
    if (file === undefined || !PROGRAM_FILE.test(file)) return [];
    const rest = one.slice(one.indexOf(file) + file.length);
    const below = [
      rest,
      ...lines.slice(index + 1, index + 1 + RUN_WITHIN).map((next) => next.text),
    ];
    return below.some((next) => runsFile(next, file))
      ? [{ line, message: "the model is told to download code and run it" }]
      : [];
  });
}

/** Lines that tell the client to download code and run it, in one line or within a few. */
export function tellsToDownload(text: string): readonly TextRemark[] {
  const atOnce = downloadsAtOnce(text);
  const told = new Set(atOnce.map(({ line }) => line));
  return [...atOnce, ...downloadsThenRuns(text).filter(({ line }) => !told.has(line))];
}

function downloadsAtOnce(text: string): readonly TextRemark[] {
  return linesIn(text).flatMap(({ line, text: one }) => {
    if (!downloadsCode(one)) return [];
    const at = one.search(/\b(?:curl|wget|iwr|irm|fetch|bash|sh|eval|iex|deno|python3?|node)\b/i);
    if (NEGATION.test(one.slice(0, Math.max(0, at)))) return [];
    return [{ line, message: "the model is told to download code and run it" }];
  });
}

/** A path that a text brings into the conversation by `@`, outside of code. */
export type Import = { readonly line: number; readonly path: string };

/** The imports of a text for the model. What stands in code or between backticks is shown and not read. */
export function importsIn(text: string): readonly Import[] {
  let isFenced = false;
  return linesIn(text).flatMap(({ line, text: one }) => {
    if (/^\s*(?:```|~~~)/.test(one)) {
      isFenced = !isFenced;
      return [];
    }
    if (isFenced) return [];
    const bare = one.replaceAll(/`[^`]*`/g, " ");
    return [...bare.matchAll(/(?:^|[\s(])@((?:~|\.{0,2})?\/?[\w.~-][\w./~*-]*)/g)].flatMap(
      ({ 1: path = "" }) =>
        /[/.]/.test(path) && !/^[\w-]+\/[\w.-]+@/.test(path) && !isScope(path)
          ? [{ line, path: path.replace(/[.,;:]+$/, "") }]
          : [],
    );
  });
}

/** `@scope/package` is a package, not a file. */
function isScope(path: string): boolean {
  return /^[a-z][\w-]*\/[a-z][\w-]*$/.test(path);
}

function linesIn(text: string): readonly TextLine[] {
  return text
    .split(/\r?\n/)
    .slice(0, LINES_MAX)
    .map((raw, index) => ({ line: index + 1, text: raw.slice(0, LINE_CHARS_MAX) }));
}
type TextLine = { readonly line: number; readonly text: string };

/** Lines, cut at the ends of sentences, so that a `never` of one does not speak for the next. */
function sentencesIn(text: string): readonly TextLine[] {
  return linesIn(text).flatMap(({ line, text: one }) =>
    one.split(/(?<=[.!?;])\s+(?=[A-Z`*_])/).map((part) => ({ line, text: part })),
  );
}
