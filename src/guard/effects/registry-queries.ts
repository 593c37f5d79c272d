// Questions to a registry of packages: what there is, which versions, what is known to be broken. Nothing is installed.
import { literal, textOf } from "../shell/text.ts";
import type { ModelContext } from "./command-model.ts";
import { asksAccount, talksTo, type Verb, type VerbCall } from "./verbs.ts";

/** Options that name another registry, other settings or somebody in between. */
const ELSEWHERE =
  /^(?:--(?:registry|@[^=]*|userconfig|globalconfig|prefix|proxy|https-proxy|index-url|extra-index-url|find-links|source|index|config)|-i|-C|-s|-f)(?:=|$)/;

/** Asks the registry that the person configured, where neither the call nor the project names another. */
export function asksRegistry(spec: {
  /** Variables that name another registry. */
  readonly variables: readonly string[];
  /** A file of the project that may name one, and how it does. */
  readonly settings?: { readonly file: string; readonly names: RegExp };
}): Verb {
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
  { variables, settings }: Parameters<typeof asksRegistry>[0],
): boolean {
  if (words.some((word) => ELSEWHERE.test(textOf(word) ?? "-i"))) return true;
  if (variables.some((name) => (context.variable(name) ?? []).some((text) => textOf(text) !== "")))
    return true;
  const found = settings === undefined ? undefined : context.codeAt(literal(settings.file));
  if (found === undefined || settings === undefined) return false;
  return found.texts.length === 0 || found.texts.some((text) => settings.names.test(text));
}
