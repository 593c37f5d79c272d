// What there is to take in a job: rights that write, and secrets that something in it is given.
import type { Job, Pipeline, Rights } from "../../pipeline/pipeline.ts";

/** Secrets, the token of the run among them where a step hands it on. */
const SECRET = /\bsecrets\b|\bgithub\.token\b/;

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
export function holdsSecret({ environment }: Pick<Pipeline, "environment">, job: Job): boolean {
  if (job.givesAllSecrets !== undefined) return true;
  const settings = [
    ...environment,
    ...job.environment,
    ...job.steps.flatMap((step) => [...step.inputs, ...step.environment]),
  ];
  return (
    settings.some(({ value }) => SECRET.test(value)) ||
    job.steps.some(({ scripts }) => scripts.some(({ text }) => SECRET.test(text)))
  );
}
