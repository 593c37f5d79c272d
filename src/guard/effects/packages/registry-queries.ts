// Questions to a registry of packages: what there is, which versions, what is known to be broken. Nothing is installed.
import { literal, textOf } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";
import { asksAccount, talksTo, type Verb, type VerbCall } from "../model/verbs.ts";

/** Options that name another registry, other settings or somebody in between. */
const ELSEWHERE =
  /^(?:--(?:registry|@[^=]*|userconfig|globalconfig|prefix|proxy|https-proxy|index-url|extra-index-url|find-links|source|index|config)|-i|-C|-s|-f)(?:=|$)/;

/** A file of the project, and how it names a registry; where it is needed and not here, one above may say anything. */
type Setting = { readonly file: string; readonly names: RegExp; readonly isNeeded?: true };

/** Where another registry may be named than the usual one. */
export type RegistrySettings = {
  /** Variables that name another registry. */
  readonly variables: readonly string[];
  /** Files of the project that may name one. */
  readonly settings?: readonly Setting[];
};

/** Asks the registry that the person configured, where neither the call nor the project names another. */
export function asksRegistry(spec: RegistrySettings): Verb {
  return {
    effects: (call, context) =>
      (isElsewhere(call, context, spec) ? talksTo(undefined) : asksAccount()).effects(
        call,
        context,
      ),
  };
}

function isElsewhere(
  { words }: VerbCall,
  context: ModelContext,
  { variables, settings = [] }: RegistrySettings,
): boolean {
  if (words.some((word) => ELSEWHERE.test(textOf(word) ?? "-i"))) return true;
  if (variables.some((name) => (context.variable(name) ?? []).some((text) => textOf(text) !== "")))
    return true;
  // WHY all before any is looked at: what is not known yet is asked for at once.
  const files = settings.map(
    (setting) => [context.codeAt(literal(setting.file)), setting] as const,
  );
  return files.some(([found, { names, isNeeded }]) =>
    found === undefined
      ? isNeeded === true
      : found.texts.length === 0 || found.texts.some((text) => names.test(text)),
  );
}
