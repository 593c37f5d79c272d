// Where else the same command was run.
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import {
  BELOW,
  belowOf,
  callWords,
  NEWEST_FIRST,
  newestFirst,
  outcomeCounts,
  plainSaid,
} from "./call-rows.ts";
import { columns, type NamedQuestion, quoted } from "./named-question.ts";
import { toldCalls } from "./told-calls.ts";

/** The same command elsewhere. */
export const sameCommand: NamedQuestion = {
  id: "same-command",
  title: "Where else the same command was asked for",
  about: "a call with the words of the command: who, in which folder, how it ended, and why",
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
  follows: { kinds: ["result"], of: "calls" },
  answer(asked) {
    const { text = "" } = asked.given;
    const calls = newestFirst(
      toldCalls(asked.events).filter(({ said, isSealed }) => isSealed || holds(said, text)),
    );
    const folders = new Set(calls.map(({ user, place }) => `${user}\0${place}`)).size;
    return {
      title: `Where else \`${text}\` was asked for`,
      summary: outcomeCounts(calls, ` with these words in ${counted(folders, "folder")}`),
      columns: columns(
        {
          time_ms: "when",
          user: "who",
          came: "outcome",
          event: "event",
          call: "call",
        },
        BELOW,
      ),
      rows: calls.map((call) => [
        ...[call.timeMs, call.user, call.came, call.index],
        ...[plainSaid(call.said), ...belowOf(call, asked)],
      ]),
      order: NEWEST_FIRST,
      words: callWords(),
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
