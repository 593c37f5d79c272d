// What a person asked for in a session: which places they named, and which deeds they spoke of.
import { dropOldest } from "#base/drop-oldest.ts";
import type { Deed, Place } from "./act.ts";

/** Characters of all requests that are kept; the oldest requests go first. */
const CHARS_MAX = 64 * 1024;
/** Answers that are remembered until the next request: every call asks about the same few places. */
const ANSWERS_MAX = 4_096;

export type Requests = {
  /** `isKept`: its words may outlive the process. */
  add(text: string, isKept?: boolean): void;
  /** Whether any of them names the place. */
  name(place: Place): boolean;
  /** Whether any of them asks for such a thing to be done. */
  askFor(deed: Deed): boolean;
  /** The newest, in lower case; empty before the first. */
  newest(): string;
  /** The newest of those that may be kept, to begin with again. */
  stored(): readonly string[];
};

/** Characters that outlive the process. */
const STORED_CHARS_MAX = 16 * 1024;
const STORED_MAX = 1_000;

/** Starts with none, or with those that an earlier process left. */
export function createRequests(before: readonly string[] = []): Requests {
  const texts = before.map((text) => ({ text, isKept: true }));
  const answers = new Map<string, boolean>();
  let chars = texts.reduce((sum, { text }) => sum + text.length, 0);
  let all: string | undefined;
  /** WHY as one text: a session has thousands of short requests, and nothing that is looked for spans lines. */
  const any = (key: string, isMet: (lower: string) => boolean): boolean => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    all ??= texts.map(({ text }) => text.toLowerCase()).join("\n");
    const answer = isMet(all);
    answers.set(key, answer);
    dropOldest(answers, ANSWERS_MAX);
    return answer;
  };
  return {
    add(text, isKept = false) {
      answers.clear();
      all = undefined;
      texts.push({ text, isKept });
      chars += text.length;
      while (chars > CHARS_MAX && texts.length > 1) chars -= texts.shift()?.text.length ?? 0;
    },
    name: (place) => any(`${place.kind}:${place.name}`, (lower) => isNamedInLower(lower, place)),
    askFor: (deed) => any(deed, (lower) => isAskedFor(lower, deed)),
    newest: () => texts.at(-1)?.text.toLowerCase() ?? "",
    stored() {
      let left = STORED_CHARS_MAX;
      const kept: string[] = [];
      for (const { text, isKept } of texts.toReversed()) {
        if (left <= 0 || kept.length >= STORED_MAX) break;
        if (!isKept) continue;
        kept.unshift(text.slice(0, left));
        left -= text.length;
      }
      return kept;
    },
  };
}

/** Whether a request in lower case has words by which people ask for such a thing. */
export function isAskedFor(lower: string, deed: Deed): boolean {
  return ASKED[deed].test(lower);
}

/** Words by which people ask for something themselves. */
const ASKED: Readonly<Record<Deed, RegExp>> = {
  deploy: /\b(?:deploy|roll ?(?:out|back)|releas|ship|appl(?:y|ied)|restart|scale)/i,
  publish: /\b(?:push|publish|releas|merge|pull request|PR\b|tag)/i,
  history: /\b(?:rebase|reset|force|amend|squash|rewrite|revert|undo|clean ?up|discard)/i,
  install: /\b(?:install|add|upgrade|updat|bump|dependenc|package|librar)/i,
  persist: /\b(?:cron|service|start ?up|alias|profile|hook|schedule|shell)/i,
  privilege: /\b(?:sudo|root|permission|owner)/i,
  tamper: /\b(?:sallyport|setting|permission|hook|guard)/i,
  instruct:
    /\b(?:(?:claude|agents|gemini)\.md|instruct|rules?\b|remember|memory|convention|guideline|agreed|writ(?:e|ten) (?:it |this )?down|note)/i,
  "runs-code": /\b(?:run|test|build|start|execut|try)/i,
};

/** Whether a person's request names a place: a host with or without what stands before its domain, a package, a remote. */
export function isNamedIn(text: string, place: Place): boolean {
  return isNamedInLower(text.toLowerCase(), place);
}

function isNamedInLower(asked: string, { kind, name }: Place): boolean {
  const wanted = name.toLowerCase();
  if (wanted.length < 3) return false;
  const forms = kind === "host" ? [wanted, wanted.split(".").slice(-2).join(".")] : [wanted];
  return forms.some((form) => {
    for (let at = asked.indexOf(form); at >= 0; at = asked.indexOf(form, at + 1))
      if (!/[\w-]/.test(asked[at - 1] ?? " ") && !/[\w-]/.test(asked[at + form.length] ?? " "))
        return true;
    return false;
  });
}
