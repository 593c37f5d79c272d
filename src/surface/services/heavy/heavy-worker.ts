// The thread for heavy work: judges calls and looks through texts that would hold up everybody in the daemon's own thread.
import { parentPort, workerData } from "node:worker_threads";
import { assert, Failure } from "#base/failure.ts";
import type { FactAnswer, FactQuery } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { judgePrompt, leftInAnswers, redactResponse } from "../content/content-answers.ts";
import { markUnder } from "#record/event/value-mark.ts";
import { judgeCall } from "../facts/judge.ts";
import type { FromHeavy, HeavyTask, HeavyThread, ToHeavy } from "./heavy-messages.ts";

const port = parentPort;
if (port !== null) serve(port, workerData as HeavyThread);

type Port = NonNullable<typeof parentPort>;

function serve(to: Port, { keys }: HeavyThread): void {
  const policies = new Map<string, Policy>();
  let answered: ((answers: ReadonlyMap<string, FactAnswer>) => void) | undefined;
  const send = (message: FromHeavy): void => to.postMessage(message);
  const ask = (queries: readonly FactQuery[]): Promise<ReadonlyMap<string, FactAnswer>> => {
    send({ kind: "asks", queries });
    return new Promise((resolve) => {
      answered = resolve;
    });
  };

  const work = async (task: HeavyTask): Promise<unknown> => {
    switch (task.kind) {
      case "judge": {
        const policy = policies.get(task.given.policy);
        assert(policy !== undefined, "a policy is sent before it is named");
        return judgeCall({ ...task.given, policy, answer: ask });
      }
      case "redact": {
        const { response, path, requires, sessionId } = task.given;
        const { installSubject } = await readEventKeys(keys);
        const ports = { mark: markUnder(installSubject) };
        return redactResponse(response, path, { ports, requires, sessionId });
      }
      case "prompt":
        return judgePrompt(task.given.text, task.given.requires);
      case "left":
        return leftInAnswers(task.given.answers, task.given.requires);
      default:
        return task satisfies never;
    }
  };

  to.on("message", (message: ToHeavy) => {
    if (message.kind === "facts") {
      answered?.(message.answers);
      return;
    }
    const { task, policy } = message;
    if (policy !== undefined) policies.set(policy.digest, policy);
    work(task).then(
      (value) => send({ kind: "done", value }),
      (error: unknown) =>
        send({
          kind: "failed",
          code: error instanceof Failure ? error.code : undefined,
          why: error instanceof Error ? error.message : "unknown",
        }),
    );
  });
  send({ kind: "ready" });
}
