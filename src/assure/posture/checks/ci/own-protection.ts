// What actions hold by themselves since some version: a fork's code, the token of the checkout, settings of a request.
import type { Job, Step } from "../../pipeline/pipeline.ts";

/** Events on which the checkout action refuses a fork's code since its version 7. */
const REFUSING = /^(?:pull_request_target|workflow_run)$/;

/** What a step uses, with the version that is written behind a hash in the place of the hash. */
function namedOf({ uses }: Step): string {
  const { text = "", version } = uses ?? {};
  return version === undefined ? text : text.replace(/@[0-9a-f]{40}$/, `@${version}`);
}

/** Whether the checkout of a step refuses a fork's code on an event; an input tells it not to. */
export function refusesForks(step: Step, event: string | undefined): boolean {
  const version = /^actions\/checkout@v(\d+)(?:\.\d+)*$/.exec(namedOf(step))?.[1];
  return (
    REFUSING.test(event ?? "") &&
    Number(version ?? 0) >= 7 &&
    step.inputs.every(
      ({ name, value }) => name !== "allow-unsafe-pr-checkout" || value.trim() === "false",
    )
  );
}

/**
 * Whether a step is the client's own action of a current version, and no beta: it takes the checkout's token away and restores
 * settings and servers from the base branch.
 */
export function isCurrentAction(step: Step): boolean {
  return /^anthropics\/claude-code-action@v[1-9]\d*(?:\.\d+)*$/.test(namedOf(step));
}

/** Whether the client of a job is started by that action alone. `isAny`: of whatever version. */
export function isTokenTaken({ steps }: Job, isAny = false): boolean {
  const isIt = (step: Step) => isCurrentAction(step) || (isAny && isClientAction(step));
  return (
    steps.some(isIt) &&
    steps.every(
      (step) =>
        (step.uses?.text.startsWith("anthropics/") !== true || isIt(step)) &&
        step.scripts.every(({ text }) => !/\bclaude\b/.test(text)),
    )
  );
}

const isClientAction = ({ uses }: Step): boolean =>
  uses?.text.startsWith("anthropics/claude-code-action@") === true;
