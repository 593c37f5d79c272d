// What actions hold by themselves since some version: a fork's code, the token of the checkout, settings of a request.
import type { Job, Step } from "../../pipeline/pipeline.ts";

/** Events on which the checkout action refuses a fork's code since its version 7. */
const REFUSING = /^(?:pull_request_target|workflow_run)$/;

/** Whether the checkout of a step refuses a fork's code on an event; an input tells it not to. */
export function refusesForks({ uses, inputs }: Step, event: string | undefined): boolean {
  const version = /^actions\/checkout@v(\d+)(?:\.\d+)*$/.exec(uses?.text ?? "")?.[1];
  return (
    REFUSING.test(event ?? "") &&
    Number(version ?? 0) >= 7 &&
    inputs.every(
      ({ name, value }) => name !== "allow-unsafe-pr-checkout" || value.trim() === "false",
    )
  );
}

/**
 * Whether a step is the client's own action of a current version, and no beta: it takes the checkout's token away and restores
 * settings and servers from the base branch.
 */
export function isCurrentAction({ uses }: Step): boolean {
  return /^anthropics\/claude-code-action@v[1-9]\d*(?:\.\d+)*$/.test(uses?.text ?? "");
}

/** Whether the client of a job is started by that action alone. */
export function isTokenTaken({ steps }: Job): boolean {
  return (
    steps.some(isCurrentAction) &&
    steps.every(
      (step) =>
        (step.uses?.text.startsWith("anthropics/") !== true || isCurrentAction(step)) &&
        step.scripts.every(({ text }) => !/\bclaude\b/.test(text)),
    )
  );
}
