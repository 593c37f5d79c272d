// Options in front of a verb, whose values a table of verbs does not see: files, places for results, hosts and settings that run something.
import { isWithin } from "#base/path.ts";
import { dropKnown, knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext, OptionSpec } from "./command-model.ts";
import { reads, writes } from "./consequences.ts";

/** Options that name a file which the program writes, whatever its verb. */
const WRITTEN =
  /^--?(?:log|log-?file|log-path|log-out(?:put)?|log-?dir|logs-dir|work-dir|output|output-file|out-?file|outdir|output-dir|trace|trace-?file|profile-output|cpu-?profile|mem-?profile|record|report|save|dump|pid-?file|history-file)$/;
/** Options that name whom the program talks to. */
const ASKED =
  /^--?(?:s|H|server|host|url|api|api-?url|api-?server|kube-apiserver|apiserver|endpoint|endpoint-url|registry|registries?-url|index|index-url|proxy|https?-proxy|mirror|repository|repositories|address|addr|gateway|remote|X|\w+-mirror|\w+-endpoint)$/;
/** Options that name a configuration by which the program starts others to be let in. */
const SETTINGS = /^--(?:kubeconfig|config)$/;
const STARTS_OTHERS =
  /^(?:kubectl|oc|helm|kustomize|kubectx|kubens|stern|k9s|docker|podman|aws|terraform)$/;

type Given = { readonly option: string; readonly value: Text };

/** What follows from the words in front of the verb of a program with these options. */
export function globalOptionEffects(
  name: string,
  words: readonly Text[],
  options: Readonly<Record<string, OptionSpec>>,
  context: ModelContext,
): readonly Consequence[] {
  if (words.length === 0) return [];
  return givenIn(words, options).flatMap(({ option, value }): readonly Consequence[] => {
    const text = textOf(value);
    const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(knownPrefix(value));
    if (ASKED.test(option) && (url || isServer(name, option, text)))
      return [{ kind: "contacts", url: value, carries: [{ kind: "argument" }] }];
    if (WRITTEN.test(option) && !url) return [writes(value, "create")];
    const isSettings = SETTINGS.test(option) && STARTS_OTHERS.test(name);
    if (url || !(context.isFile(value) || (isSettings && context.isDirectory(value)))) return [];
    return [
      reads(value),
      ...(isSettings && !isUserControlled(value, context) ? [startsOthers(name)] : []),
    ];
  });
}

function startsOthers(name: string): Consequence {
  return {
    kind: "effect",
    effect: { kind: "execute", program: `${name} settings`, origin: "project", reach: "unbounded" },
  };
}

/** Whether a file lies in a folder of the home that begins with a dot, where tools keep what the person set up. */
function isUserControlled(path: Text, { home, placeOf }: ModelContext): boolean {
  const place = placeOf(path);
  return place !== undefined && isWithin(home, place) && place.startsWith(`${home}/.`);
}

/** A host without a scheme, for the programs that take one. */
function isServer(name: string, option: string, text: string | undefined): boolean {
  if (!/^(?:kubectl|oc|helm|docker|podman|stern|k9s)$/.test(name)) return false;
  if (!/^--?(?:s|H|server|host|kube-apiserver|proxy)$/.test(option)) return false;
  return text === undefined || !/^(?:\/|localhost\b|127\.|\[::1\]|unix:|fd:|$)/.test(text);
}

/** Options with the values that are given to them, in the next word, behind `=`, or glued to a letter. */
function givenIn(
  words: readonly Text[],
  options: Readonly<Record<string, OptionSpec>>,
): readonly Given[] {
  const taking = new Set(
    Object.values(options).flatMap(({ names, value }) => (value === "none" ? [] : names)),
  );
  return words.flatMap((word, at): readonly Given[] => {
    const text = textOf(word) ?? knownPrefix(word);
    if (!text.startsWith("-")) return [];
    const next = words[at + 1];
    if (taking.has(text)) return next === undefined ? [] : [{ option: text, value: next }];
    const equals = text.indexOf("=");
    if (equals > 0 && taking.has(text.slice(0, equals)))
      return [{ option: text.slice(0, equals), value: dropKnown(word, equals + 1) }];
    if (text.startsWith("--")) return [];
    // A cluster of letters: the first that takes a value takes the rest of the word, or the next one.
    const place = [...text.slice(1)].findIndex((letter) => taking.has(`-${letter}`)) + 1;
    if (place === 0) return [];
    const glued = dropKnown(word, place + 1);
    const value = glued.length > 0 ? glued : next;
    return value === undefined ? [] : [{ option: `-${text[place]}`, value }];
  });
}
