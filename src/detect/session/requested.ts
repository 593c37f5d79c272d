// What of a call the person spoke of in the session's newest request, in words of our own: evidence for whoever reads alerts, never for a verdict.
import { isPipelineFile } from "#record/event/pipeline-words.ts";
import type { CallAct, Deed, Place } from "./act.ts";
import { isOfThisMachine } from "./places.ts";
import { isAskedFor, isNamedIn } from "./requests.ts";

/** `hosts`: each place outside that the call contacts; the others: that such a thing is done. */
export const REQUESTED = [
  "hosts",
  "secrets",
  "pipeline",
  "persist",
  "tamper",
  "publish",
  "history",
  "deploy",
  "privilege",
] as const;
export type Requested = (typeof REQUESTED)[number];

/** Beside the words by which chains know a deed, those that people use for what they themselves set up. */
const SPOKEN: Readonly<Partial<Record<Requested, RegExp>>> = {
  secrets:
    /\b(?:passwords?|secrets?|tokens?|keys?|credentials?|logins?|log (?:me )?in|certificates?|ssh config)\b|\.(?:env|npmrc|netrc|pypirc)\b/,
  pipeline:
    /\b(?:workflows?|pipelines?|ci|cd|actions?|jenkins\w*|gitlab|circleci|builds?|jobs?|releas\w+|deploy\w*)\b/,
  persist:
    /\b(?:direnv|pre-?commit|tasks?|daemon|timers?|logins?|log (?:me )?in|scopes?|on (?:boot|login))\b|\.[a-z_]+rc\b/,
  tamper: /\bmcp\b/,
};

/**
 * Total; empty where nothing of it was spoken of. WHY the newest request alone: what an earlier one had read may have told the session
 * to come back to the same place.
 */
export function requestedOf(newest: string, act: CallAct): readonly Requested[] {
  if (newest === "") return [];
  const speaksOf = (word: Requested): boolean => SPOKEN[word]?.test(newest) === true;
  const words: Requested[] = [];
  const places = outsideOf(act);
  if (places.length > 0 && places.every((place) => isSpokenOf(newest, place))) words.push("hosts");
  if (act.touchesSecret && speaksOf("secrets")) words.push("secrets");
  const changed = act.gives.filter(({ kind }) => kind === "file");
  if (changed.some(({ name }) => isPipelineFile(name)) && speaksOf("pipeline"))
    words.push("pipeline");
  for (const deed of act.does)
    if (isRequestable(deed) && isDeedSpokenOf(newest, deed)) words.push(deed);
  return words;
}

/** Others have what a server has: a request to tidy up here does not speak of it. */
const ELSEWHERE = /\b(?:remotes?|servers?|origin|upstream|force\w*|push\w*)\b/;

function isDeedSpokenOf(newest: string, deed: Requested & Deed): boolean {
  if (deed === "history") return isAskedFor(newest, deed) && ELSEWHERE.test(newest);
  return isAskedFor(newest, deed) || SPOKEN[deed]?.test(newest) === true;
}

function isRequestable(deed: Deed): deed is Requested & Deed {
  return REQUESTED.some((word) => word === deed);
}

/** Hosts and remotes; a service of the person's own account is no stranger. */
function outsideOf({ takes, gives }: CallAct): readonly Place[] {
  return [...takes, ...gives].filter(
    ({ kind, name, known }) =>
      (kind === "host" || kind === "remote") && known === undefined && !isOfThisMachine(name),
  );
}

/**
 * By its name, or by the word before its ending, as people say `deepl` for `api-free.deepl.com`. WHY no other part of the name: who
 * serves a host chooses these, and could take a word that a request is likely to have. A part with a number is no such word.
 */
function isSpokenOf(newest: string, place: Place): boolean {
  if (isNamedIn(newest, place)) return true;
  if (place.kind !== "host") return false;
  const labels = place.name.split(".");
  const numbered = labels.filter((label) => /^[a-z]{3,}\d+$/.test(label));
  return [labels.at(-2) ?? "", ...numbered].some(
    (name) => name.length >= LABEL_LEAST && isNamedIn(newest, { kind: "package", name }),
  );
}

/** Shorter words stand in any text. */
const LABEL_LEAST = 4;
