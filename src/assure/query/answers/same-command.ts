// Where else the same command was run.
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { type AnswerCell, columns, groupBy, type NamedQuestion, quoted } from "./named-question.ts";
import { mayHaveRun, toldCalls } from "./told-calls.ts";

/** The same command elsewhere. */
export const sameCommand: NamedQuestion = {
  id: "same-command",
  title: "Where else the same command was run",
  about: "a person and a folder in which the words of the command were run, with how often",
  takes: {
    text: {
      about: "words of the command that follow one another",
      example: "'git push --force'",
      isNeeded: true,
    },
  },
  defaultMs: undefined,
  begins({ text = "" }) {
    if (!/[\p{L}\p{N}]/u.test(text))
      throw new Failure(
        "usage",
        "`--text` holds no letter or digit to search for: give words of the command",
      );
    return `kind:decision canary:false text:${quoted(text)}`;
  },
  follows: "kind:result",
  answer({ events, given: { text = "" } }) {
    const calls = toldCalls(events).filter(({ said, isSealed }) => isSealed || holds(said, text));
    const groups = groupBy(calls, ({ user, place }) => `${user}\0${place}`);
    const rows = [...groups.values()].map((group): readonly AnswerCell[] => {
      const [{ user, place, said }] = group;
      const times = group.map(({ timeMs }) => timeMs);
      const sessions = new Set(group.map(({ session }) => session)).size;
      const ran = group.filter(mayHaveRun).length;
      return [
        ...[user, place, sessions, ran, group.length - ran, said],
        ...[Math.min(...times), Math.max(...times), Math.max(...group.map(({ index }) => index))],
      ];
    });
    return {
      title: `Where else \`${text}\` was run`,
      summary: `${counted(calls.length, "call")} with these words`,
      columns: columns({
        user: "who",
        place: "in",
        sessions: "sessions",
        ran: "ran",
        stopped: "did not run",
        call: "first as",
        first_ms: "first",
        last_ms: "last",
        event: "newest event",
      }),
      rows: rows.toSorted((one, other) => Number(other[3]) - Number(one[3])),
      notCovered: `other machines: this record has one. Where machines hand their record to a collector, its store is asked for the same words: \`sallyport collector search ${shellWord(`text:${quoted(plainWords(text))}`)} --reader FILE\`. It finds programs and flags; other words are under the key of each machine.`,
    };
  },
};

const words = (text: string): string =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");

/** Whether the words stand in a text one after the other, as the index compares them. */
function holds(said: string, text: string): boolean {
  return ` ${words(said)} `.includes(` ${words(text)} `);
}

function plainWords(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ./_-]/gu, " ").trim();
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "")}'`;
}
