// The person's own ssh, as their own and the system's settings of git name it; what a repository says has no voice here.
import {
  atHome,
  personProgram,
  personSettings,
  type PersonPlace,
} from "../start/person-settings.ts";

/** A program and its first words. */
export type PersonSsh = { readonly program: string; readonly words: readonly string[] };

/** Reads them; why not otherwise, for the agent. */
export async function personSsh(place: PersonPlace): Promise<PersonSsh | { readonly why: string }> {
  const settings = await personSettings(place);
  if (settings === undefined)
    return { why: "your own settings of git cannot be told, or the project has a say in them" };
  const line = settings.findLast(({ key }) => key === "core.sshcommand")?.value || "ssh";
  const words = wordsOf(line, place.home);
  if (words === undefined)
    return {
      why: "`core.sshCommand` of the person's settings is more than a program and its words",
    };
  const [name = "", ...rest] = words;
  const program = personProgram(name, place);
  return program === undefined
    ? { why: "the program of ssh, by the person's own settings, is not there" }
    : { program, words: rest };
}

const WORD =
  /^(?:"([^"$`\\!]*)"|'([^']*)'|([^\s'"$`\\!;&|<>()*?[\]{}#~]+|~\/[^\s'"$`\\!;&|<>()*?[\]{}#~]*))(?:\s+|$)/;

/** Words as a shell splits them. WHY nothing more of a shell: none is started. */
function wordsOf(line: string, home: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let rest = line.trim(); rest !== ""; ) {
    const found = WORD.exec(rest);
    if (found === null) return undefined;
    const [whole, double, single, plain] = found;
    words.push(
      double ?? single ?? (plain?.startsWith("~/") ? (atHome(plain, home) ?? "") : (plain ?? "")),
    );
    rest = rest.slice(whole.length);
  }
  return words.length === 0 ? undefined : words;
}
