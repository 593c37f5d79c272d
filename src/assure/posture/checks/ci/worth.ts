// What there is to take in a job: rights that write, and secrets that something in it is given.
import type { Job, Pipeline, Rights } from "../../pipeline/pipeline.ts";

/** Secrets, the token of the run among them where a step hands it on. */
const SECRET = /\bsecrets\b|\bgithub\.token\b/;

/** The same without that token, which only reads where its rights say so. */
const OWN_SECRET = /\bsecrets(?:\.(?!GITHUB_TOKEN\b|github_token\b)|\[|\s*\))/;

/** Whether rights that were written down let a run change something, or speak for the repository to others. */
export function mayWrite({ all, scopes }: Rights): boolean {
  return all === "write" || scopes.some(({ value }) => value === "write");
}

/** Whether rights were written down and nothing writes: such a token gets the code that the client has anyway. */
export function readsAlone(rights: Rights | undefined): boolean {
  return (
    rights !== undefined &&
    rights.all !== "write" &&
    rights.scopes.every(({ name, value }) => value !== "write" || name === "id-token")
  );
}

/** Whether anything in a job of a pipeline is given a secret, by its variables, inputs or commands. */
export function holdsSecret(
  { environment }: Pick<Pipeline, "environment">,
  job: Job,
  secret = SECRET,
): boolean {
  if (job.givesAllSecrets !== undefined) return true;
  const settings = [
    ...environment,
    ...job.environment,
    ...job.steps.flatMap((step) => [...step.inputs, ...step.environment]),
  ];
  return (
    settings.some(({ value }) => secret.test(value)) ||
    job.steps.some(({ scripts }) => scripts.some(({ text }) => secret.test(text)))
  );
}

/** Whether a job holds what somebody else would want: a secret, or a token that was given rights to write. */
export function isWorthTaking(pipeline: Pipeline, job: Job): boolean {
  const rights = job.rights ?? pipeline.rights;
  if (rights === undefined) return holdsSecret(pipeline, job);
  return mayWrite(rights) || holdsSecret(pipeline, job, OWN_SECRET);
}

/** Whether nobody but a person who may write here starts a pipeline, by hand. */
export function isStartedByHand({ triggers, platform }: Pipeline): boolean {
  return (
    platform === "github" &&
    triggers.length > 0 &&
    triggers.every(({ event }) => event === "workflow_dispatch")
  );
}

/** A condition that nothing meets. */
const NEVER = /^\s*(?:\$\{\{\s*)?(?:false|0|''|!\s*true)\s*(?:\}\})?\s*$/i;
/** A word that whoever starts it has to type. */
const TYPED =
  /^\s*(?:\$\{\{\s*)?(?:github\.event\.)?inputs\.[\w-]+\s*==\s*(?:'[^']*'|"[^"]*")\s*(?:\}\})?\s*$/;

/** Whether a job is switched off: nothing meets its condition, or only a word that somebody types by hand. */
export function isSwitchedOff(pipeline: Pipeline, { condition = "" }: Job): boolean {
  return NEVER.test(condition) || (isStartedByHand(pipeline) && TYPED.test(condition));
}
