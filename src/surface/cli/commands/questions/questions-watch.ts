// `sallyport questions watch`: says that a person is here, and shows questions as they come.
import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "citty";
import { onEndRequest } from "#platform/signals.ts";
import { Failure } from "#base/failure.ts";
import { printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { requireTerminal } from "../../../foundation/terminal/controlling-terminal.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import type { Install } from "../../../services/installation/install.ts";
import { type Question, WAIT_SECONDS_MAX } from "../../../services/questions/question-schema.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { questionLines, questionsOf } from "./question-lines.ts";

/** Milliseconds from one word that somebody is here to the next; each counts for three of them. */
const RENEW_MS = 20_000;
const LOOK_MS = 1_000;
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
    onEndRequest(["end"], () => ending.abort());
    const seen = new Set<string>();
    let renewedMs = performance.now();
    try {
      // WHY no feed: what comes between a look and the first item of a feed would be missed.
      while (!ending.signal.aborted) {
        for (const question of await questionsOf(install)) {
          if (question.state !== "waiting" || seen.has(question.id)) continue;
          seen.add(question.id);
          await print(shown(question, args.json === true));
        }
        if (performance.now() - renewedMs >= RENEW_MS) {
          await attend(3 * RENEW_MS);
          renewedMs = performance.now();
        }
        await sleep(LOOK_MS, undefined, { signal: ending.signal }).catch(() => undefined);
      }
    } finally {
      await attend(0).catch(() => undefined);
    }
  },
});

function shown(question: Question, isJson: boolean): string {
  if (isJson) return printableJson(question);
  const how =
    question.onlyThere === null
      ? [`  answer it in another terminal: sallyport questions answer ${question.id} --allow`]
      : [];
  return [...questionLines(question, Date.now()), ...how].join("\n");
}

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
