// Commands about questions that a person answers elsewhere than at the session's own terminal.
import { type CommandEntry, command, group } from "../command-line/entry.ts";

/** `sallyport questions`. */
export const questions: CommandEntry = group(
  "questions that you answer elsewhere than at the session's terminal",
  `Questions of the guard, answered elsewhere than at the session's own terminal

  sallyport questions watch                                   you are here: questions wait for you, and are shown
  sallyport questions list                                    what waits now
  sallyport questions answer qu-0011223344556677 --allow
  sallyport questions answer qu-0011223344556677 --deny --note "use the staging bucket"`,
  {
    list: command(
      "questions that wait",
      async () => (await import("../commands/questions/questions-list.ts")).listCommand,
      { 0: "nothing waits", 1: "something waits", 2: "the daemon does not say" },
    ),
    answer: command(
      "answer one; you type a word for it",
      async () => (await import("../commands/questions/questions-answer.ts")).answerCommand,
      {
        0: "it counts",
        1: "the word was not typed, or the answer does not count",
        2: "there is no such question, or it cannot be answered here",
      },
    ),
    watch: command(
      "say that you are here, and see questions as they come",
      async () => (await import("../commands/questions/questions-watch.ts")).watchCommand,
      { 0: "interrupted", 2: "there is no terminal, or the daemon ended" },
    ),
  },
);
