// What an expression of a pipeline stands for, where the file itself says so: variables, legs of a matrix, defaults of inputs.
import type { Job, Pipeline, Step } from "./pipeline.ts";

type Around = { readonly pipeline: Pipeline; readonly job: Job; readonly step: Step };

/** The value of an expression such as `matrix.flags`; undefined where only a run tells, and for a value that is no plain text. */
export function filledIn(expression: string, { pipeline, job, step }: Around): string | undefined {
  const name = expression
    .trim()
    .replaceAll(/\[\s*["']([\w-]+)["']\s*\]/g, ".$1")
    .replace(/^github\.event\.inputs\./, "inputs.");
  const variables = [...pipeline.environment, ...job.environment, ...step.environment];
  const found = name.startsWith("env.")
    ? variables.findLast((one) => one.name === name.slice("env.".length))
    : [...pipeline.defaults, ...job.matrix].find((one) => one.name === name);
  return found === undefined || /\$\{\{|<</.test(found.value) ? undefined : found.value;
}

/** A text with every expression put in whose value the file says. */
export function withFilled(text: string, around: Around): string {
  return text.replaceAll(
    /\$\{\{([^\n]*?)\}\}/g,
    (whole, expression: string) => filledIn(expression.trim(), around) ?? whole,
  );
}
