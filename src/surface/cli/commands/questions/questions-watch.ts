// `sallyport questions watch`: says that a person is here, and shows questions as they come.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { requireTerminal } from "../../../foundation/terminal/controlling-terminal.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { followDecisions, giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import type { Install } from "../../../services/installation/install.ts";
import { WAIT_SECONDS_MAX } from "../../../services/questions/question-schema.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { questionLines, questionsOf } from "./question-lines.ts";

/** Milliseconds from one word that somebody is here to the next; each counts for three of them. */
const RENEW_MS = 20_000;
const FROM = "cli-watch";

/** `sallyport questions watch`. */
export const watchCommand = defineCommand({
  meta: {
    name: "watch",
    description: `say that you are here, until interrupted: questions wait for you, and are shown as they come

  sallyport questions watch
  sallyport questions watch --seconds 60`,
  },
  args: {
    seconds: {
      type: "string",
      valueHint: "N",
      default: String(WAIT_SECONDS_MAX),
      description: `for how long a question waits for you, at most ${WAIT_SECONDS_MAX}`,
    },
    json: { type: "boolean", description: "one JSON value a line instead of words" },
    ...dataOption,
  },
  async run({ args }) {
    const seconds = secondsOf(args.seconds);
    const install = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    // WHY: an agent that keeps watch would have questions wait for nobody.
    requireTerminal();
    await startDaemon(install);
    const attend = (forMs: number) => sayPresent(install, seconds, forMs);
    await attend(3 * RENEW_MS);
    if (args.json !== true) await print("you are here: questions wait for you (Ctrl-C ends it)");
    const ending = new AbortController();
    const end = () => ending.abort();
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
    const timer = setInterval(() => void attend(3 * RENEW_MS).catch(end), RENEW_MS);
    const show = async (id: string): Promise<void> => {
      const found = (await questionsOf(install)).find((one) => one.id === id);
      if (found === undefined) return;
      await print(
        args.json === true
          ? printableJson(found)
          : [
              ...questionLines(found, Date.now()),
              ...(found.onlyThere === null
                ? [`  answer it in another terminal: sallyport questions answer ${id} --allow`]
                : []),
            ].join("\n"),
      );
    };
    let shown = Promise.resolve();
    try {
      for (const { id, state } of await questionsOf(install))
        if (state === "waiting") await show(id);
      await followDecisions(
        install,
        ({ what, summary }) => {
          if (what === "question") shown = shown.then(() => show(summary)).catch(end);
        },
        ending.signal,
      );
    } catch (cause) {
      if (!ending.signal.aborted) throw cause;
    } finally {
      clearInterval(timer);
      await shown;
      await attend(0).catch(() => undefined);
    }
    if (!ending.signal.aborted) throw new Failure("daemon", "the daemon ended");
  },
});

function secondsOf(text: string): number {
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > WAIT_SECONDS_MAX)
    throw new Failure("usage", `\`--seconds\` is a number from 1 to ${WAIT_SECONDS_MAX}`);
  return seconds;
}

async function sayPresent(install: Install, seconds: number, forMs: number): Promise<void> {
  const untilMs = Date.now() + forMs;
  const answer = await giveOrder(install, { order: "presence", seconds, untilMs, from: FROM });
  if (answer.kind !== "present") throw refused(answer);
}
