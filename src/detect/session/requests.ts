// What a person asked for in a session: which places they named, and which deeds they spoke of.
import { dropOldest } from "#base/drop-oldest.ts";
import type { Deed, Place } from "./act.ts";

/** Characters of all requests that are kept; the oldest requests go first. */
const CHARS_MAX = 64 * 1024;
/** Answers that are remembered until the next request: every call asks about the same few places. */
const ANSWERS_MAX = 4_096;

export type Requests = {
  add(text: string): void;
  /** Whether any of them names the place. */
  name(place: Place): boolean;
  /** Whether any of them asks for such a thing to be done. */
  askFor(deed: Deed): boolean;
};

/** Starts with none. */
export function createRequests(): Requests {
  const texts: string[] = [];
  const answers = new Map<string, boolean>();
  let chars = 0;
  const any = (key: string, isMet: (text: string) => boolean): boolean => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = texts.some(isMet);
    answers.set(key, answer);
    dropOldest(answers, ANSWERS_MAX);
    return answer;
  };
  return {
    add(text) {
      answers.clear();
      texts.push(text);
      chars += text.length;
      while (chars > CHARS_MAX && texts.length > 1) chars -= texts.shift()?.length ?? 0;
    },
    name: (place) => any(`${place.kind}:${place.name}`, (text) => isNamedIn(text, place)),
    askFor: (deed) => any(deed, (text) => ASKED[deed].test(text)),
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
