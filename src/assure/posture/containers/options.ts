// Words of `docker run` in one form: options with their values, mounts, variables, and whether they name the client.
import type { Said } from "../container.ts";

/** Words by which a description says that the client runs there. */
export const CLIENT =
  /@anthropic-ai\/claude-code|\bclaude-code\b|\bclaude\b(?![.-]?(?:md|json|desktop))|anthropic\.claude|claude\.ai\/install/i;

/** The source of a mount that is an argument of `docker run`. */
export function mountSource(word: string, before: string | undefined): readonly string[] {
  const attached = /^(?:-v=?|--volume=)(.+)$/.exec(word)?.[1];
  const spec = attached ?? (before === "-v" || before === "--volume" ? word : undefined);
  if (spec !== undefined)
    return [/^((?:[A-Za-z]:\\)?(?:\$\{[^}]*\}|\$(?!\{[^}]*\})|[^:$])+):/.exec(spec)?.[1] ?? spec];
  const mount = /^--mount=(.+)$/.exec(word)?.[1] ?? (before === "--mount" ? word : undefined);
  const source = /(?:^|,)(?:source|src)=([^,]+)/.exec(mount ?? "")?.[1];
  return source === undefined ? [] : [source];
}

/** A variable as `NAME=value`, or `NAME` alone. */
export function variableOf(text: string, line: number) {
  const [, name = text, value] = /^([\w]+)=(.*)$/s.exec(text) ?? [];
  return { text: name, line, name, hasValue: value !== undefined && value !== "" };
}

/** Options with their values, `--name value` and `--name=value` alike; a short `-v` becomes its long form. */
export function joined(words: readonly Said[]): readonly Said[] {
  return words.flatMap(({ text, line }, index): Said[] => {
    if (!text.startsWith("-")) return [];
    const next = words[index + 1]?.text;
    const name = text
      .replace(/^-v(?=$|=)/, "--volume")
      .replace(/^--net(?=$|=)/, "--network")
      .replace(/^-u$/, "--user");
    if (name.includes("=") || next === undefined || next.startsWith("-"))
      return [{ text: name, line }];
    return [{ text: `${name}=${next}`, line }];
  });
}
