// Allow rules that open more than anybody who said "don't ask again" had in mind.
import { isBroad } from "#guard/native/command-rule.ts";
import type { CheckId } from "../lint/checks.ts";
import { listRemarks } from "../lint/rule-lists.ts";

/** An allow rule that the client takes: `subject` is undefined for every call of the tool. */
export type KeptRule = {
  readonly tool: string;
  readonly subject: string | undefined;
  readonly text: string;
};
/** What is dangerous about an allow rule, and what to write instead. */
export type Danger = { readonly why: string; readonly instead: string };

const DANGERS: ReadonlySet<CheckId> = new Set([
  "allow/runs-anything",
  "allow/leading-wildcard",
  "allow/inner-wildcard",
  "allow/privileged",
  "allow/unscoped-fetch",
  "allow/secret",
]);
/** Programs that take their code from a pipe where no file is named: what is kept of `curl … | sh` is all of `sh`. */
const FED =
  /^(?:(?:ba|z|da|k|fi)?sh|node|deno|bun|python[\d.]*|perl|ruby|php|lua|osascript|pwsh)(?: -s?)?$/;
const STARTS_OTHERS = /^(?:xargs|parallel|eval|exec|sudo|doas|su)\b/;
/** Programs that are useful by a few forms and, left open as a whole, run others, write anywhere or send data. */
const OPEN_PROGRAM =
  /^(?:npm|yarn|pnpm|bun|cargo|go|docker|kubectl|gh|awk|sed|git|curl|wget)(?::| )?\*$/;
const EVERY_PATH = /^(?:\/\/|~\/|\/)?\*\*?$/;

/** What is dangerous about a rule that allows; undefined where nothing is. */
export function dangerOf({ tool, subject, text }: KeptRule): Danger | undefined {
  const isChange = /^(?:Edit|Write|MultiEdit|NotebookEdit)$/.test(tool);
  if (isChange && EVERY_PATH.test(subject ?? "**")) {
    return {
      why: "every file there may be changed, and what runs later with it",
      instead: "write the folders that are worked in, such as `Edit(src/**)`",
    };
  }
  if (tool === "Bash" && subject !== undefined && !subject.includes("*")) {
    if (FED.test(subject))
      return {
        why: `\`${subject}\` runs whatever is piped into it`,
        instead: "write the script that is meant, or leave it to a question",
      };
    if (STARTS_OTHERS.test(subject))
      return {
        why: `\`${subject}\` runs or changes what others name`,
        instead: "leave it to a question",
      };
  }
  if (
    tool === "Bash" &&
    subject !== undefined &&
    (isBroad(subject) || OPEN_PROGRAM.test(subject))
  ) {
    const aside = isBroad(subject) ? ": the client itself sets such rules aside in auto mode" : "";
    return {
      why: `\`${subject}\` takes options that run other programs or write${aside}`,
      instead: "write the forms that are needed",
    };
  }
  const found = listRemarks({ list: "allow", tool, subject, text }).find(
    ({ id }) => DANGERS.has(id) || (tool === "Read" && id === "allow/reads-files"),
  );
  return found === undefined ? undefined : { why: found.message, instead: found.fix };
}
