// Which family of models suits which task (M18.3): families, never dated ids, which go out of date.

type Advice = { readonly family: string; readonly setting: string; readonly why: string };

const STRONG: Advice = {
  family: "Opus",
  setting: "opus",
  why: "it finds more in long and hostile material, and a missed finding costs more than its price",
};
const EVERYDAY: Advice = {
  family: "Sonnet",
  setting: "sonnet",
  why: "it does everyday work well at a part of the price",
};
const QUICK: Advice = {
  family: "Haiku",
  setting: "haiku",
  why: "it is fast and cheap where each answer is short and easy to check",
};

const BY_TASK: Readonly<Record<string, Advice>> = {
  "security review": STRONG,
  "threat model": STRONG,
  "incident analysis": STRONG,
  architecture: STRONG,
  "compliance review": STRONG,
  coding: EVERYDAY,
  "code review": EVERYDAY,
  tests: EVERYDAY,
  documentation: EVERYDAY,
  summary: QUICK,
  classification: QUICK,
  search: QUICK,
};

/** Tasks that are known by name. */
export const MODEL_TASKS: readonly string[] = Object.keys(BY_TASK);

/** The advice for a task; for one that is not known the strong family, where it has to do with security, and else the everyday one. */
export function modelFor(
  task: string,
): Advice & { readonly task: string; readonly isKnown: boolean } {
  const asked = task.trim().toLowerCase();
  const known = Object.entries(BY_TASK).find(([name]) => asked.includes(name));
  if (known !== undefined) return { task: known[0], isKnown: true, ...known[1] };
  const advice = /secur|threat|audit|complian|incident|privacy|risk/.test(asked)
    ? STRONG
    : EVERYDAY;
  return { task: "other", isKnown: false, ...advice };
}
