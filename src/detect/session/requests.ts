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
  const any = (key: string, isMet: (text: string) => boolean): boolean => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = texts.some(({ text }) => isMet(text));
    answers.set(key, answer);
    dropOldest(answers, ANSWERS_MAX);
    return answer;
  };
  return {
    add(text, isKept = false) {
      answers.clear();
      texts.push({ text, isKept });
      chars += text.length;
      while (chars > CHARS_MAX && texts.length > 1) chars -= texts.shift()?.text.length ?? 0;
    },
    name: (place) => any(`${place.kind}:${place.name}`, (text) => isNamedIn(text, place)),
    askFor: (deed) => any(deed, (text) => ASKED[deed].test(text)),
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

/** Words by which people ask for something themselves. */
const ASKED: Readonly<Record<Deed, RegExp>> = {
  deploy: /\b(?:deploy|roll ?(?:out|back)|releas|ship|appl(?:y|ied)|restart|scale)/i,
  publish: /\b(?:push|publish|releas|merge|pull request|PR\b|tag)/i,
  history: /\b(?:rebase|reset|force|amend|squash|rewrite|revert|undo|clean ?up|discard)/i,
  install: /\b(?:install|add|upgrade|updat|bump|dependenc|package|librar)/i,
  persist: /\b(?:cron|service|start ?up|alias|profile|hook|schedule|shell)/i,
  privilege: /\b(?:sudo|root|permission|owner)/i,
  tamper: /\b(?:sallyport|setting|permission|hook|guard)/i,
  "runs-code": /\b(?:run|test|build|start|execut|try)/i,
};

/** Whether a person's request names a place: a host with or without what stands before its domain, a package, a remote. */
export function isNamedIn(text: string, { kind, name }: Place): boolean {
  const wanted = name.toLowerCase();
  if (wanted.length < 3) return false;
  const asked = text.toLowerCase();
  const forms = kind === "host" ? [wanted, wanted.split(".").slice(-2).join(".")] : [wanted];
  return forms.some((form) => {
    for (let at = asked.indexOf(form); at >= 0; at = asked.indexOf(form, at + 1))
      if (!/[\w-]/.test(asked[at - 1] ?? " ") && !/[\w-]/.test(asked[at + form.length] ?? " "))
        return true;
    return false;
  });
}
