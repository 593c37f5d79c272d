// Secrets among the words of programs as findings: graver where others are on the machine, or where the program takes them otherwise.
import type { Look } from "../../check.ts";
import { argumentSecrets } from "./argument-secrets.ts";
import { faultAt, overPipelines, type StepInput } from "./seen-pipelines.ts";

/** Of those on machines of the forge alone the first is worth knowing. */
export const secretInArguments: Look = overPipelines((seen) => {
  const faults = seen.steps.flatMap(({ file, job, pipeline, step }) =>
    step.scripts.flatMap((script) =>
      argumentSecrets(script, [
        ...pipeline.environment,
        ...job.environment,
        ...step.environment,
      ]).map((index) => ({
        ...faultAt(file, script.place(index), {
          message:
            "the secret is part of a command line, which every process of the machine can read",
          fix: "give it to the program by a variable (`env:`) or by its input",
        }),
        ...(isAlone(job) && !LOGIN.test(lineAround(script.text, index)) ? INFO : {}),
      })),
    ),
  );
  const graver = faults.filter((fault) => !("severity" in fault));
  return graver.length > 0 ? graver : faults.slice(0, 1);
});

const INFO = { severity: "info" } as const;
/** Programs that ask for a password on their input themselves, and say so. */
const LOGIN =
  /\b(?:docker|podman|buildah|skopeo|oras|crane|helm(?:\s+registry)?|nerdctl)\s+login\b/;

/** Whether nobody else is on the machine: it is the forge's own, and is thrown away afterwards. */
function isAlone({ runners }: StepInput["job"]): boolean {
  return (
    runners.length > 0 &&
    runners.every(({ text }) => /^(?:ubuntu|windows|macos)-[\w.-]+$/.test(text))
  );
}

function lineAround(text: string, index: number): string {
  const end = text.indexOf("\n", index);
  return text.slice(text.lastIndexOf("\n", index - 1) + 1, end < 0 ? undefined : end);
}
